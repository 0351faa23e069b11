"""Machine labels weigh less than human ones, see `mc.lineage.strategies`."""

import numpy as np
from pydantic import Field

from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy: ``half_weight:weight=0.2``."""

    weight: float = Field(0.5, ge=0, le=1, description="of a machine label; human ones weigh 1")


needs_weights = True  # backends without weights are refused


def apply(training, *, weight):
    """From a `TrainingSet` to the one that the next generation trains on."""
    return training.weighted(np.where(training.is_synthetic, weight, 1.0))
