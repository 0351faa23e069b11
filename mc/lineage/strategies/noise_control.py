"""Control: as many wrong labels as the model gave, but on random reviews of its share."""

import numpy as np

from mc.lineage.training_set import TrainingSet

is_control = True  # it needs to know which labels are wrong


def apply(training: TrainingSet) -> TrainingSet:
    """Spread the errors of the newest machine labels at random over the reviews that have them.

    Errors of a model are alike: they sit where it is weak. The same number of errors that have
    nothing in common shows how much of a loss is due to that.
    """
    rows = training.new_synthetic  # (k,) row numbers
    errors = int(np.count_nonzero((training.target[rows] > 0.5) != (training.human[rows] == 1)))
    labels = training.human[rows]  # a copy
    # The stream keeps the name that the strategy once had, so that its numbers stay.
    flipped = training.rng("flips").permutation(len(rows))[:errors]
    labels[flipped] = 1 - labels[flipped]
    return training.labelled(rows, labels)
