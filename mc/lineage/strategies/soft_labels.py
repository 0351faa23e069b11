"""Soft labels: a generation learns the probabilities of the one before instead of its classes.

Hinton, Vinyals and Dean 2015 (distillation); what the model does not know is not lost.
"""

from mc.lineage.training_set import Offer
from mc.params import Param

parameters = {"generations": Param(1, "last generations, averaged", low=1, high=10_000)}


def apply(offer: Offer, *, generations: int) -> Offer:
    """Label the newest machine-labelled reviews with probabilities."""
    rows = offer.new_synthetic
    return offer.labelled(rows, offer.committee(generations)[rows - offer.new.start])
