"""Class-share correction: as large a share of the new labels is positive as people gave at first.

Distribution alignment (Berthelot et al. 2020, ReMixMatch), by ranks: see `labelling.prior`.
"""

import numpy as np

from mc.lineage.labelling import prior
from mc.lineage.training_set import Offer
from mc.params import Param

parameters: dict[str, Param] = {}


def apply(offer: Offer) -> Offer:
    """Call the likeliest of the new reviews positive, as many as the human share says."""
    rows, probability = offer.new_synthetic, offer.judged_by(offer.step - 1)
    labels = prior(probability, np.empty(0), offer.share)[rows - offer.new.start]  # (k,)
    return offer.labelled(rows, labels.astype(np.float64))
