"""Drops machine-labelled reviews, to see whether they are better than none."""

from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Discard all reviews with machine labels."""
    return training.without(training.is_synthetic)
