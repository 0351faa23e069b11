"""Active labelling: people label what the model is least sure of (Lewis and Gale 1994)."""

import numpy as np

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {"share": Param(0.1, "share of the machine's reviews: the budget", low=0.0, high=1.0)}


def apply(offer: Offer, *, share: float) -> Offer:
    """Ask people for the newest machine-labelled reviews of the most uncertain probabilities."""
    rows = offer.new_synthetic
    sureness = np.abs(offer.judged_by(offer.step - 1) - 0.5)[rows - offer.new.start]  # (k,)
    order = np.argsort(sureness, kind="stable")
    return offer.asked(np.sort(rows[order[: round(share * len(rows))]]))
