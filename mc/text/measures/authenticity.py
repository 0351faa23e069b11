"""Are written texts new, or close to what their writer has read?

Alaa et al. (2022, "How faithful is your synthetic data? Sample-level metrics for evaluating and
auditing generative models").
"""

from dataclasses import dataclass

import numpy as np

from mc.text.measures.embedding import Points
from mc.text.measures.nearest import closest, closest_other


@dataclass(frozen=True)
class Novelty:
    """How far written texts are from those that were read.

    Parameters
    ----------
    authenticity : float in [0, 1]
        Share of written texts that are farther from the closest text that was read than that one is
        from the closest other one that was read.
    distance : float in [0, 2]
        Mean cosine distance of a written text to the closest one that was read.
    """

    authenticity: float
    distance: float


def novelty(written: Points, read: Points) -> Novelty:
    """Compare written texts with those that their writer has read.

    Parameters
    ----------
    written, read : (n, d), (m, d)
        Points of unit length; at least two were read.
    """
    rows, squares = closest(written, read)
    sources, of_text = np.unique(rows, return_inverse=True)
    is_new = squares > closest_other(read, sources)[of_text]
    return Novelty(float(is_new.mean()), float(squares.mean() / 2))  # |a - b|^2 = 2 - 2 cos
