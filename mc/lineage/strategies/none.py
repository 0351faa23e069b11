"""No strategy: the baseline of the others."""

from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Leave the training set unchanged."""
    return training
