"""Noisy verifier: a person checks machine labels, not without errors.

Feng et al. 2024, "Beyond Model Collapse: Scaling Up with Synthesized Data Requires Verification":
a verifier helps if it keeps right labels more often than wrong ones.
"""

import numpy as np

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters = {
    "keep_right": Param(0.9, "chance that a right label stays", low=0.0, high=1.0),
    "keep_wrong": Param(0.3, "chance that a wrong label stays", low=0.0, high=1.0),
}


def apply(training: TrainingSet, *, keep_right: float, keep_wrong: float) -> TrainingSet:
    """Verify the new machine labels; discard those that the verifier rejects."""
    rows = training.new_synthetic
    is_right = (training.target[rows] > 0.5) == (training.human[rows] == 1)  # (k,)
    chance = np.where(is_right, keep_right, keep_wrong)
    refused = np.zeros(training.size, bool)
    refused[rows] = training.rng("verifier").random(len(rows)) >= chance
    return training.checked(rows).without(refused)
