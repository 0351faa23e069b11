"""Class-share correction: the positive share of the new labels is that of generation 0.

Distribution alignment (Berthelot et al. 2020, ReMixMatch), by ranks: see `labelling.prior`.
"""

import numpy as np

from mc.lineage.labelling import prior
from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Label the likeliest of the new reviews positive, as many as the human share."""
    rows, probability = training.new_synthetic, training.judged_by(training.step - 1)
    labels = prior(probability, np.empty(0), training.share)[rows - training.new.start]  # (k,)
    return training.labelled(rows, labels)
