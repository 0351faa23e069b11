"""How far a model's variance and mean are expected to have moved, generation after generation.

A model that keeps the mean and the maximum-likelihood variance of the rows that it learned from
obeys one law, whatever its shape: a Gaussian, a mixture fitted by EM, the indicators of classes. A
row's expectation and variance given the model are all that matters, so the law is exact at every
rate and under every regime.

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
    """Expectations over chains of what rows or a model have in common.

    Parameters
    ----------
    variance : float
        The maximum-likelihood variance.
    drift : float
        Squared distance of the mean from the truth's.
    """

    variance: float
    drift: float


class Pool(NamedTuple):
    """All rows from which a regime may choose."""

    rows: int
    moments: Moments


def no_widening(rows: int) -> float:
    """A model has the variance of its rows."""
    return 0.0


@dataclass(frozen=True)
class Recursion:
    """How moments follow from those of the generation before.

    Parameters
    ----------
    regime : {"accumulate", "replace", "subsample"}
        Rows that a model learns from.
    rate : float in [0, 1]
        Chance of a new row to be drawn from the model before.
    size : int
        New rows of each generation, M.
    truth : float
        The truth's variance.
    widening : callable
        What a model adds to the variance of so many rows that it learned from.
    """

    regime: str
    rate: float
    size: int
    truth: float = 1.0
    widening: Callable[[int], float] = no_widening

    def expected(self, steps: int) -> dict[str, Floats]:
        """``variance`` and ``drift``, (steps,) each, as shares of the truth's variance."""
        walked = np.array(list(self._walk(steps))) / self.truth  # (steps, 2)
        return {"variance": walked[:, 0], "drift": walked[:, 1]}

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
        """New rows: each the model's with chance ``rate``, else the truth's."""
        row = (1 - rate) * self.truth + rate * model.variance + rate * (1 - rate) * model.drift
        return Moments((1 - 1 / self.size) * row, row / self.size + rate**2 * model.drift)

    def _join(self, pool: Pool, batch: Moments) -> Pool:
        """Rows so far with new ones, whose mean the model's pulls along.

        The mean of a subsample is expected to be that of its pool, so the product of the pool's
        mean and the new rows' is expected to be ``rate`` times the pool's squared drift throughout.
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
