"""Noisy verifier: somebody who can tell right labels from wrong ones, though not always.

Feng et al. 2024, "Beyond Model Collapse: Scaling Up with Synthesized Data Requires Verification":
what counts is whether right labels are kept oftener than wrong ones.
"""

import numpy as np

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {
    "keep_right": Param(0.9, "chance that a right label stays", low=0.0, high=1.0),
    "keep_wrong": Param(0.3, "chance that a wrong label stays", low=0.0, high=1.0),
}


def apply(offer: Offer, *, keep_right: float, keep_wrong: float) -> Offer:
    """Have the newest machine labels verified; those that are not kept are thrown away."""
    rows = offer.new_synthetic
    is_right = (offer.target[rows] > 0.5) == (offer.human[rows] == 1)  # (k,)
    chance = np.where(is_right, keep_right, keep_wrong)
    refused = np.zeros(offer.size, bool)
    refused[rows] = offer.rng("verifier").random(len(rows)) >= chance
    return offer.checked(rows).without(refused)
