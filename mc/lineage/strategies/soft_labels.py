"""Soft labels: a generation learns the probabilities of the one before instead of its classes.

Hinton, Vinyals and Dean 2015 (distillation); what the model does not know is not lost.
"""

from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    generations: int = Field(1, ge=1, le=10_000, description="last generations, averaged")


needs_weights = True  # a row whose label is p comes as both classes


def keeps(step: int, *, generations: int) -> range:
    """The last generations, which the next one asks."""
    return range(step - generations + 1, step + 1)


def apply(training: TrainingSet, *, generations: int) -> TrainingSet:
    """Label the newest machine-labelled reviews with probabilities."""
    rows = training.new_synthetic
    return training.labelled(rows, training.committee(generations)[rows - training.new.start])
