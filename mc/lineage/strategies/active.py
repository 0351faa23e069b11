"""Active labelling: people label the reviews with the most uncertain labels (Lewis & Gale 1994)."""

import numpy as np

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters = {"share": Param(0.1, "share of the machine's reviews: the budget", low=0.0, high=1.0)}


def apply(training: TrainingSet, *, share: float) -> TrainingSet:
    """Replace the most uncertain of the new machine labels by human ones."""
    rows = training.new_synthetic
    sureness = np.abs(training.judged_by(training.step - 1) - 0.5)[
        rows - training.new.start
    ]  # (k,)
    order = np.argsort(sureness, kind="stable")
    return training.asked(np.sort(rows[order[: round(share * len(rows))]]))
