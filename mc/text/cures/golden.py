"""Golden-ratio weights: human text counts for more than written text, by a known formula.

He et al. (2025, "Golden ratio weighting prevents model collapse"). It must know which texts are
written.
"""

from math import sqrt

import numpy as np

from mc.text.reading import Apply, Floats, Origin, Reading


def prepare(origin: Origin) -> Apply:
    """Draw texts so that human ones have together the weight of `human_weight`.

    Draws stand for weights, since smoothed counts of n-grams know no fractions: a human text is
    read several times. Of a class whose texts are all human, or all written, all stay.
    """

    def apply(reading: Reading) -> Reading:
        weights = np.ones(len(reading))
        for label in np.unique(reading.labels):
            own = reading.labels == label
            weights[own] = _weights(reading.is_written[own])
        return reading.resampled(weights)

    return apply


def human_weight(k: float) -> float:
    """Total weight of human text that is best, of k written texts to each human one.

    Equation for w* in the abstract's setting: new human text, and what the generation before has
    written.

    >>> round(human_weight(1), 3)  # the inverse of the golden ratio
    0.618
    """
    return (sqrt(k * k + 4 * k) - k) / 2


def _weights(is_written: np.typing.NDArray[np.bool_]) -> Floats:
    """Weight of each text of a class, (m,)."""
    written = int(is_written.sum())
    human = len(is_written) - written
    if not written or not human:
        return np.ones(len(is_written))
    share = human_weight(written / human)
    return np.where(is_written, (1 - share) / written, share / human)
