"""Generation-weighted loss: the later the generation that gave a label, the less it counts."""

import numpy as np
from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    factor: float = Field(0.5, ge=0, le=1, description="weight lost with each generation")


needs_weights = True


def apply(training: TrainingSet, *, factor: float) -> TrainingSet:
    """Let labels of generation g count ``factor**(g + 1)``; human ones count 1."""
    return training.weighted(np.power(factor, training.ledger.origin.astype(np.float64) + 1))
