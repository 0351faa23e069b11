"""Machine-labelled reviews are dropped: are they better than none?"""

from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Only reviews with human labels stay."""
    return training.without(training.is_synthetic)
