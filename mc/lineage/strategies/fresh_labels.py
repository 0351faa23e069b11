"""Fresh human labels: people label a random share of what the model would have labelled."""

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {"share": Param(0.1, "share of the machine's reviews", low=0.0, high=1.0)}


def apply(offer: Offer, *, share: float) -> Offer:
    """Ask people for a random share of the newest machine-labelled reviews."""
    rows = offer.new_synthetic
    return offer.asked(rows[offer.rng("fresh labels").random(len(rows)) < share])
