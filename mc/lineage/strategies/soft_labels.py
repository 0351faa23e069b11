"""Soft labels: a generation learns the probabilities of the previous one instead of its classes.

Hinton, Vinyals & Dean 2015 (distillation); the labels keep the model's uncertainty.
"""

from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    generations: int = Field(1, ge=1, le=10_000, description="last generations, averaged")


needs_weights = True  # a row comes once with each class that it may have


def keeps(step: int, *, generations: int) -> range:
    """The last generations."""
    return range(step - generations + 1, step + 1)


def apply(training: TrainingSet, *, generations: int) -> TrainingSet:
    """Relabel the new machine-labelled reviews with probabilities."""
    rows = training.new_synthetic
    return training.labelled(rows, training.committee(generations)[rows - training.new.start])
