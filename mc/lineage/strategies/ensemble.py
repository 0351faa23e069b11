"""Labels by a committee: the last generations label together, so that their errors average out.

Breiman 1996 (bagging); of generations rather than resamples, as in temporal ensembling (Laine and
Aila 2017).
"""

import numpy as np

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {"generations": Param(3, "last generations that label together", low=1, high=10_000)}


def apply(offer: Offer, *, generations: int) -> Offer:
    """Label the newest machine-labelled reviews with the likelier class of the mean probability."""
    rows = offer.new_synthetic
    probability = offer.committee(generations)[rows - offer.new.start]  # (k,)
    return offer.labelled(rows, (probability > 0.5).astype(np.float64))
