"""Nothing is done: the collapse that the others are held against."""

from mc.lineage.training_set import Offer
from mc.params import Param

parameters: dict[str, Param] = {}


def apply(offer: Offer) -> Offer:
    """The offer as it is."""
    return offer
