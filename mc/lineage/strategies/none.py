"""Nothing is done: the collapse that the others are held against."""

from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """The training as it is."""
    return training
