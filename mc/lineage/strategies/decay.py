"""Generation-weighted loss: the later the generation of a label, the smaller its weight."""

import numpy as np

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters = {"factor": Param(0.5, "weight lost with each generation", low=0.0, high=1.0)}
needs_weights = True


def apply(training: TrainingSet, *, factor: float) -> TrainingSet:
    """Weigh labels of generation g by ``factor**(g + 1)``, human ones by 1."""
    return training.weighted(np.power(factor, training.ledger.origin.astype(np.float64) + 1))
