"""Expected variance of a model and drift of its mean, generation by generation.

All models that keep the mean and the maximum-likelihood variance of their rows obey one law: a
Gaussian, a mixture fitted by EM, the indicators of classes. The law depends only on a row's
expectation and variance given the model, so it is exact at every rate and under every regime.

At rate 1 it is that of Shumailov et al. (Nature 631, 2024) under ``replace``, (1 - 1/M)^t at the
t-th fit, and of Kazdan et al. (arXiv 2410.16713) under ``accumulate``, the product over k <= t of
1 - 1/(M k^2).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Moments(NamedTuple):
    """Expectations over chains of the moments of rows or of a model.

    Parameters
    ----------
    variance : float
        The maximum-likelihood variance.
    drift : float
        Squared distance between the mean and that of the truth.
    """

    variance: float
    drift: float


class Pool(NamedTuple):
    """All rows from which a regime chooses."""

    rows: int
    moments: Moments


def no_widening(rows: int) -> float:
    """The widening of a model with the variance of its rows."""
    return 0.0


@dataclass(frozen=True)
class Recursion:
    """How moments follow from those of the previous generation.

    Parameters
    ----------
    regime : {"accumulate", "replace", "subsample"}
        Selects the rows of a model.
    rate : float in [0, 1]
        Probability that a new row is drawn from the previous model.
    size : int
        New rows of each generation, M.
    truth : float
        The truth's variance.
    widening : callable
        Number of rows to the variance that a model adds to theirs.
    """

    regime: str
    rate: float
    size: int
    truth: float = 1.0
    widening: Callable[[int], float] = no_widening

    def expected(self, steps: int) -> dict[str, Floats]:
        """``variance`` and ``drift``, (steps,) each, as shares of the truth's variance."""
        moments = np.array(list(self._walk(steps))) / self.truth  # (steps, 2)
        return {"variance": moments[:, 0], "drift": moments[:, 1]}

    def _walk(self, steps: int) -> Iterator[Moments]:
        pool = Pool(self.size, self._batch(0.0, Moments(self.truth, 0.0)))
        model = self._learn(pool)
        yield model
        for _ in range(steps - 1):
            batch = self._batch(self.rate, model)
            pool = Pool(self.size, batch) if self.regime == "replace" else self._join(pool, batch)
            model = self._learn(pool)
            yield model

    def _batch(self, rate: float, model: Moments) -> Moments:
        """Moments of new rows, which the model made with probability ``rate``, else the truth."""
        row = (1 - rate) * self.truth + rate * model.variance + rate * (1 - rate) * model.drift
        return Moments((1 - 1 / self.size) * row, row / self.size + rate**2 * model.drift)

    def _join(self, pool: Pool, batch: Moments) -> Pool:
        """The rows so far with new ones, whose mean is correlated with theirs.

        The expected mean of a subsample is that of its pool. So the expected product of the means
        of the pool and of the new rows is ``rate`` times the pool's squared drift.
        """
        n, m, total = pool.rows, self.size, pool.rows + self.size
        product = self.rate * pool.moments.drift
        apart = pool.moments.drift - 2 * product + batch.drift
        within = (n * pool.moments.variance + m * batch.variance) / total
        drift = (n**2 * pool.moments.drift + 2 * n * m * product + m**2 * batch.drift) / total**2
        return Pool(total, Moments(within + n * m / total**2 * apart, drift))

    def _learn(self, pool: Pool) -> Moments:
        if self.regime != "subsample":
            variance, drift = pool.moments
            return Moments(variance + self.widening(pool.rows), drift)
        # As many rows, without replacement (Cochran, Sampling Techniques, 1977, theorem 2.2).
        spread = pool.moments.variance * pool.rows / (pool.rows - 1)
        missed = (1 - self.size / pool.rows) * spread / self.size
        variance = (1 - 1 / self.size) * spread + self.widening(self.size)
        return Moments(variance, pool.moments.drift + missed)
