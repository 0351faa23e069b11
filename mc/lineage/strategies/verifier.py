"""Noisy verifier: a person checks machine labels, not without errors.

Feng et al. 2024, "Beyond Model Collapse: Scaling Up with Synthesized Data Requires Verification":
a verifier helps if it keeps right labels more often than wrong ones.
"""

import numpy as np
from pydantic import Field

from mc.lineage.training_set import TrainingSet, classes
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    keep_right: float = Field(0.9, ge=0, le=1, description="chance that a right label stays")
    keep_wrong: float = Field(0.3, ge=0, le=1, description="chance that a wrong label stays")


def apply(training: TrainingSet, *, keep_right: float, keep_wrong: float) -> TrainingSet:
    """Verify the new machine labels; discard those that the verifier rejects."""
    rows = training.new_synthetic
    is_right = classes(training.target[rows]) == training.human[rows]  # (k,)
    chance = np.where(is_right, keep_right, keep_wrong)
    refused = np.zeros(training.size, bool)
    refused[rows] = training.rng("verifier").random(len(rows)) >= chance
    return training.checked(rows).without(refused)
