"""Control: as many wrong labels as the model's, but on random reviews of its share."""

import numpy as np

from mc.lineage.training_set import TrainingSet

is_control = True  # it needs to know which labels are wrong


def apply(training: TrainingSet) -> TrainingSet:
    """Move the errors of the new machine labels to random reviews among them.

    A model's errors are correlated: they concentrate where it is weak. The same number of random
    errors shows how much of a loss is due to that.
    """
    rows = training.new_synthetic  # (k,) row numbers
    errors = int(np.count_nonzero((training.target[rows] > 0.5) != (training.human[rows] == 1)))
    labels = training.human[rows]  # a copy
    # The stream keeps the strategy's former name, so that its numbers do not change.
    flipped = training.rng("flips").permutation(len(rows))[:errors]
    labels[flipped] = 1 - labels[flipped]
    return training.labelled(rows, labels)
