"""Fresh human labels: people label a random share of the machine's reviews."""

from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    share: float = Field(0.1, ge=0, le=1, description="share of the machine's reviews")


def apply(training: TrainingSet, *, share: float) -> TrainingSet:
    """Replace a random share of the new machine labels by human ones."""
    rows = training.new_synthetic
    return training.asked(rows[training.rng("fresh labels").random(len(rows)) < share])
