"""How a model's probabilities become labels."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mc.types import Labels, Probabilities

Labelling = Callable[[Probabilities, NDArray[np.float64], float], Labels]


def argmax(probability: Probabilities, draws: NDArray[np.float64], share: float) -> Labels:
    """The likelier class; ties go to 0 (the original study)."""
    return (probability > 0.5).astype(np.int8)


def sample(probability: Probabilities, draws: NDArray[np.float64], share: float) -> Labels:
    """A draw from the model's probabilities, by the uniform random numbers of the replicate."""
    return (draws < probability).astype(np.int8)


def prior(probability: Probabilities, draws: NDArray[np.float64], share: float) -> Labels:
    """Label the likeliest ``share`` of the increment positive, so that class shares cannot drift.

    Parameters
    ----------
    probability : (m,) float in [0, 1]
        Of the positive class, for the whole increment, contaminated or not.
    draws : (m,) float in [0, 1)
        Unused.
    share : float in [0, 1]
        Positive share among the human labels of generation 0.

    Returns
    -------
    (m,) int8
        Exactly ``round(share * m)`` ones; ties go to the earlier rows.
    """
    labels = np.zeros(len(probability), np.int8)
    ranking = np.argsort(-probability, kind="stable")
    labels[ranking[: round(share * len(probability))]] = 1
    return labels


LABELLINGS: dict[str, Labelling] = {"argmax": argmax, "prior": prior, "sample": sample}
