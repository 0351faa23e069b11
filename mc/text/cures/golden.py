"""Golden-ratio weights: human text counts for more than written text, by a known formula.

He et al. (2025, "Golden ratio weighting prevents model collapse"). It must know which texts are
written.
"""

from dataclasses import replace
from math import sqrt

import numpy as np

from mc.text.reading import Apply, Floats, Mask, Origin, Reading

weighs_words = weighs_texts = True


def prepare(origin: Origin) -> Apply:
    """Weigh texts so that human ones have together the share of `human_weight`.

    All texts of a class have weight 1 where all are human, or all written.
    """

    def apply(reading: Reading) -> Reading:
        weights = np.ones(len(reading))
        for label in np.unique(reading.labels):
            own = reading.labels == label
            weights[own] = _weights(reading.is_written[own])
        return reading if (weights == 1).all() else replace(reading, weights=weights)

    return apply


def human_weight(k: float) -> float:
    """Share of human text in the total weight that is best, of k human texts to each written one.

    The formula for w*. Let each estimate of a mean weigh n new human values by w and m values drawn
    around the estimate before by 1 - w. With k = n / m, its variance tends to
    (w**2 / n + (1 - w)**2 / m) / (1 - (1 - w)**2), which is least where w**2 = k (1 - w).

    >>> round(human_weight(1), 3)  # the inverse of the golden ratio
    0.618
    """
    return (sqrt(k * k + 4 * k) - k) / 2


def _weights(is_written: Mask) -> Floats:
    """Weight of each text of a class, (m,), 1 on average."""
    written = int(is_written.sum())
    human = len(is_written) - written
    if not written or not human:
        return np.ones(len(is_written))
    share = human_weight(human / written)
    return len(is_written) * np.where(is_written, (1 - share) / written, share / human)
