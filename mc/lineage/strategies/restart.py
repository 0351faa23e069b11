"""Retraining from human labels when the newest generation disagrees too much with generation 0.

Needs no labels: the error rates of two models differ at most by their disagreement, which is a
common proxy for error on unlabelled data (Jiang et al. 2022). The normal amount of disagreement
depends on the backend, so it is taken from generation 1.
"""

import numpy as np
from pydantic import Field

from mc.lineage.probabilities import likeliest
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    drop: float = Field(
        0.02,
        ge=0,
        le=1,
        description="fall of the agreement with generation 0, from that of 1, at which to restart",
    )


def keeps(step: int, *, drop: float) -> tuple[int, int]:
    """Generations 0 and 1, whose agreement is the reference."""
    return 0, 1


def apply(training: TrainingSet, *, drop: float) -> TrainingSet:
    """On an alarm discard all machine labels and train on all human ones.

    Agreement is the share of the new reviews that two generations label alike.
    """
    if (
        training.step < 2
        or _agreement(training, training.step - 1) >= _agreement(training, 1) - drop
    ):
        return training
    return training.without(training.is_synthetic).trained_on(~training.is_synthetic)


def _agreement(training: TrainingSet, generation: int) -> float:
    labels, first_labels = (likeliest(training.judged_by(step)) for step in (generation, 0))
    return float(np.mean(labels == first_labels))
