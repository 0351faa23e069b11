"""Labels by a committee of the last generations, so that their errors average out.

Bagging (Breiman 1996) over generations instead of resamples, as in temporal ensembling (Laine &
Aila 2017).
"""

from pydantic import Field

from mc.lineage.probabilities import likeliest
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    generations: int = Field(3, ge=1, le=10_000, description="last generations that label together")


def keeps(step: int, *, generations: int) -> range:
    """The last generations."""
    return range(step - generations + 1, step + 1)


def apply(training: TrainingSet, *, generations: int) -> TrainingSet:
    """Relabel the new machine-labelled reviews with the likeliest class by the mean probability."""
    rows = training.new_synthetic
    probability = training.committee(generations)[rows - training.new.start]
    return training.labelled(rows, likeliest(probability))
