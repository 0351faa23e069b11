"""Machine-labelled reviews are thrown away: is synthetic worse than absent?"""

from mc.lineage.training_set import Offer
from mc.params import Param

parameters: dict[str, Param] = {}


def apply(offer: Offer) -> Offer:
    """Only reviews with human labels stay."""
    return offer.without(offer.is_synthetic)
