"""How a model's probabilities become labels.

A labelling takes the probabilities of the increment (`mc.lineage.probabilities`), one uniform
random number a row, and the class shares of generation 0; it returns a class for each row.
"""

import numpy as np
from numpy.typing import NDArray

from mc.lineage.probabilities import drawn, likeliest, with_shares
from mc.types import Labels, Probabilities, Shares


def argmax(probability: Probabilities, draws: NDArray[np.float64], share: Shares) -> Labels:
    """The likeliest class; ties go to the lowest (the original study)."""
    return likeliest(probability)


def sample(probability: Probabilities, draws: NDArray[np.float64], share: Shares) -> Labels:
    """A draw from the model's probabilities, by the uniform random numbers of the replicate."""
    return drawn(probability, draws)


def prior(probability: Probabilities, draws: NDArray[np.float64], share: Shares) -> Labels:
    """Give each class its human share of the increment, so that class shares cannot drift.

    Distribution alignment (Berthelot et al. 2020, ReMixMatch), by ranks: exactly
    ``round(share * m)`` rows of two classes are positive, the likeliest ones.
    """
    return with_shares(probability, share)
