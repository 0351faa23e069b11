"""Retraining from human labels when an alarm fires: the newest generation has left the first one.

Needs no labels: two models' error rates differ by their disagreement at most. Disagreement on
unlabelled data is a usual stand-in for error (Jiang et al. 2022); how much of it is ordinary
depends on the backend, so generation 1 says it.
"""

import numpy as np
from pydantic import Field

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
    """Generations 0 and 1, which say what agreement is ordinary."""
    return 0, 1


def apply(training: TrainingSet, *, drop: float) -> TrainingSet:
    """On an alarm throw all machine labels away and train on all human ones.

    Agreement is the share of the new reviews that two generations label alike.
    """
    if (
        training.step < 2
        or _agreement(training, training.step - 1) >= _agreement(training, 1) - drop
    ):
        return training
    return training.without(training.is_synthetic).trained_on(~training.is_synthetic)


def _agreement(training: TrainingSet, generation: int) -> float:
    labels, first = (training.judged_by(each) > 0.5 for each in (generation, 0))
    return float(np.mean(labels == first))
