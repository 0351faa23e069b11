"""A generation trains on all reviews so far, under any regime."""

import numpy as np

from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Train on every review that is not discarded."""
    return training.trained_on(np.ones(training.size, bool))
