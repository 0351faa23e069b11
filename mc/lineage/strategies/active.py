"""Active labelling: people label the reviews with the most uncertain labels (Lewis & Gale 1994)."""

import numpy as np
from pydantic import Field

from mc.lineage.probabilities import sureness
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings


class Parameters(Settings):
    """Settings of the strategy."""

    share: float = Field(0.1, ge=0, le=1, description="share of the machine's reviews: the budget")


def apply(training: TrainingSet, *, share: float) -> TrainingSet:
    """Replace the most uncertain of the new machine labels by human ones."""
    rows = training.new_synthetic
    judged = training.judged_by(training.step - 1)[rows - training.new.start]
    order = np.argsort(sureness(judged), kind="stable")  # (k,)
    return training.asked(np.sort(rows[order[: round(share * len(rows))]]))
