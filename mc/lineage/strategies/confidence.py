"""Confidence filter: only the most certain machine labels stay.

The usual form of self-training (Yarowsky 1995; Lee 2013).
"""

import numpy as np
from pydantic import Field

from mc.lineage.probabilities import sureness
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    keep: float = Field(0.5, ge=0, le=1, description="share of the machine's labels that stay")


def apply(training: TrainingSet, *, keep: float) -> TrainingSet:
    """Discard the new machine labels, except the most certain ones.

    Keeps a share and not the probabilities above a threshold: those of a forest are all close to
    one half, so no threshold would mean the same for all backends.
    """
    rows = training.new_synthetic
    judged = training.judged_by(training.step - 1)[rows - training.new.start]
    order = np.argsort(-sureness(judged), kind="stable")  # (k,)
    doubtful = np.zeros(training.size, bool)
    doubtful[rows[order[round(keep * len(rows)) :]]] = True
    return training.without(doubtful)
