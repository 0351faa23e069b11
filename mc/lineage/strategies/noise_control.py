"""Control: as many wrong labels as the model's, but on random reviews of its share."""

import numpy as np

from mc.lineage.training_set import TrainingSet, classes

is_control = True  # it needs to know which labels are wrong


def apply(training: TrainingSet) -> TrainingSet:
    """Move the errors of the new machine labels to random reviews among them.

    A model's errors are correlated: they concentrate where it is weak. The same number of random
    errors shows how much of a loss is due to that.
    """
    rows = training.new_synthetic  # (k,) row numbers
    labels = training.human[rows]  # a copy
    errors = int(np.count_nonzero(classes(training.target[rows]) != labels))
    # The stream keeps the strategy's former name, so that its numbers do not change.
    rng = training.rng("flips")
    flipped = rng.permutation(len(rows))[:errors]
    if training.n_classes == 2:
        labels[flipped] = 1 - labels[flipped]
    else:
        steps = rng.integers(1, training.n_classes, len(flipped))
        labels[flipped] = (labels[flipped] + steps) % training.n_classes
    return training.labelled(rows, labels)
