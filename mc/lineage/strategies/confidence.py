"""Confidence filter: only machine labels of which the model is surest stay.

Self-training as it is usually done (Yarowsky 1995; Lee 2013).
"""

import numpy as np

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {"keep": Param(0.5, "share of the machine's labels that stay", low=0.0, high=1.0)}


def apply(offer: Offer, *, keep: float) -> Offer:
    """Throw the newest machine labels away but for those of the surest probabilities.

    A share is kept, rather than what lies beyond a bound: a forest's probabilities lie near one
    half, and no bound would mean the same for it as for others.
    """
    rows = offer.new_synthetic
    sureness = np.abs(offer.judged_by(offer.step - 1) - 0.5)[rows - offer.new.start]  # (k,)
    order = np.argsort(-sureness, kind="stable")
    doubtful = np.zeros(offer.size, bool)
    doubtful[rows[order[round(keep * len(rows)) :]]] = True
    return offer.without(doubtful)
