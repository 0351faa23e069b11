"""Confidence filter: only machine labels of which the model is surest stay.

Self-training as it is usually done (Yarowsky 1995; Lee 2013).
"""

import numpy as np
from pydantic import Field

from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    keep: float = Field(0.5, ge=0, le=1, description="share of the machine's labels that stay")


def apply(training: TrainingSet, *, keep: float) -> TrainingSet:
    """Throw the newest machine labels away but for those of the surest probabilities.

    A share is kept, rather than what lies beyond a bound: a forest's probabilities lie near one
    half, and no bound would mean the same for it as for others.
    """
    rows = training.new_synthetic
    sureness = np.abs(training.judged_by(training.step - 1) - 0.5)[
        rows - training.new.start
    ]  # (k,)
    order = np.argsort(-sureness, kind="stable")
    doubtful = np.zeros(training.size, bool)
    doubtful[rows[order[round(keep * len(rows)) :]]] = True
    return training.without(doubtful)
