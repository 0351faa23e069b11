"""Generation-weighted loss: the later the generation of a label, the smaller its weight."""

import numpy as np
from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    factor: float = Field(0.5, ge=0, le=1, description="weight lost with each generation")


needs_weights = True


def apply(training: TrainingSet, *, factor: float) -> TrainingSet:
    """Weigh labels of generation g by ``factor**(g + 1)``, human ones by 1."""
    return training.weighted(np.power(factor, training.ledger.origin.astype(np.float64) + 1))
