"""Class-share correction: the class shares of the new labels are those of generation 0.

Distribution alignment (Berthelot et al. 2020, ReMixMatch), by ranks: see `labelling.prior`.
"""

from mc.lineage.probabilities import with_shares
from mc.lineage.training_set import TrainingSet


def apply(training: TrainingSet) -> TrainingSet:
    """Give each class its human share of the new reviews, the likeliest ones."""
    rows, probability = training.new_synthetic, training.judged_by(training.step - 1)
    labels = with_shares(probability, training.share)[rows - training.new.start]  # (k,)
    return training.labelled(rows, labels)
