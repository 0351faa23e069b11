"""Machine-labelled reviews are thrown away: is synthetic worse than absent?"""

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters: dict[str, Param] = {}


def apply(training: TrainingSet) -> TrainingSet:
    """Only reviews with human labels stay."""
    return training.without(training.is_synthetic)
