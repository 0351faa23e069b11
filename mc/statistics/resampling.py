"""Intervals of means over models and reviews, which both vary. Knows nothing of either."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mc.statistics.intervals import CONFIDENCE

DRAWS = 2000
AT_ONCE = 50  # draws whose weights are held in memory together


class Estimate(NamedTuple):
    """A mean with its interval."""

    mean: float
    low: float
    high: float


def two_way(values: NDArray[np.floating], rng: np.random.Generator) -> Estimate:
    """Mean with its pigeonhole-bootstrap interval: models and reviews are both drawn anew.

    Parameters
    ----------
    values : (k, m) float
        One row a model, one column a review, as differences of two classifiers' successes.

    Notes
    -----
    Owen 2007, The pigeonhole bootstrap, Annals of Applied Statistics 1(2): percentile interval of
    means under resampled rows and columns; it covers the true mean a little too often rather than
    too rarely. With one model only reviews are drawn.
    """
    return _interval(float(values.mean()), _draws(values, rng))


def difference(
    first: NDArray[np.floating], second: NDArray[np.floating], rng: np.random.Generator
) -> Estimate:
    """Difference of the means over two sets of reviews, (k, m) and (k, n), of the same k models."""
    models = _weights(len(first), rng)
    draws = _draws(first, rng, models) - _draws(second, rng, models)
    return _interval(float(first.mean() - second.mean()), draws)


def _draws(
    values: NDArray[np.floating],
    rng: np.random.Generator,
    models: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Means of resampled values, (DRAWS,)."""
    models = _weights(len(values), rng) if models is None else models
    kinds, counts = np.unique(values, axis=1, return_counts=True)  # reviews alike go together
    reviews, means = values.shape[1], []
    for start in range(0, DRAWS, AT_ONCE):
        by_kind = models[start : start + AT_ONCE] @ kinds / len(values)  # (AT_ONCE, kinds)
        weights = rng.multinomial(reviews, counts / reviews, size=len(by_kind))
        means.append((by_kind * weights).sum(axis=1) / reviews)
    return np.concatenate(means)


def _weights(n: int, rng: np.random.Generator) -> NDArray[np.floating]:
    """How often each of n is drawn when n are drawn with replacement, (DRAWS, n)."""
    return rng.multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(np.float64)


def _interval(mean: float, draws: NDArray[np.floating]) -> Estimate:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(mean, float(low), float(high))
