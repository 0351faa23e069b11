"""Fresh human labels: people label a random share of the machine's reviews."""

from mc.lineage.training_set import TrainingSet
from mc.params import Param

parameters = {"share": Param(0.1, "share of the machine's reviews", low=0.0, high=1.0)}


def apply(training: TrainingSet, *, share: float) -> TrainingSet:
    """Replace a random share of the new machine labels by human ones."""
    rows = training.new_synthetic
    return training.asked(rows[training.rng("fresh labels").random(len(rows)) < share])
