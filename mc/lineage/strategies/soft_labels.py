"""Soft labels: a generation learns the probabilities of the previous one instead of its classes.

Hinton, Vinyals & Dean 2015 (distillation); the labels keep the model's uncertainty.
"""

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters = {"generations": Param(1, "last generations, averaged", low=1, high=10_000)}
needs_weights = True  # a row with label p occurs with both classes


def keeps(step: int, *, generations: int) -> range:
    """The last generations."""
    return range(step - generations + 1, step + 1)


def apply(training: TrainingSet, *, generations: int) -> TrainingSet:
    """Relabel the new machine-labelled reviews with probabilities."""
    rows = training.new_synthetic
    return training.labelled(rows, training.committee(generations)[rows - training.new.start])
