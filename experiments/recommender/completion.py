"""A table of ratings with holes, completed: item means, and low-rank departures from them.

The penalty is the one that predicts held-out ratings best; its error there is reported.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommender.factorise import Floats, factorise

RIDGES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
HELD_OUT = 0.1  # of the ratings
SHRINKAGE = 5.0  # ratings at the mean that every user and item is given
SWEEPS = 10


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of a table with holes.

    Parameters
    ----------
    user, item, values : (m,)
        Row, column and value of each rating; each cell at most once.
    shape : (int, int)
        Users and items.
    """

    user: NDArray[np.int64]
    item: NDArray[np.int64]
    values: Floats
    shape: tuple[int, int]

    def at(self, table: Floats) -> Floats:
        """The entries of a full table at these cells, (m,)."""
        return np.asarray(table[self.user, self.item])

    def some(self, chosen: NDArray[np.bool_]) -> "Cells":
        """Those that are chosen."""
        return Cells(self.user[chosen], self.item[chosen], self.values[chosen], self.shape)


@dataclass(frozen=True)
class Completion:
    """How well a completion predicts.

    Parameters
    ----------
    filled : float
        Share of the cells that have a rating.
    ridge : float
        The penalty that was chosen.
    error, error_of_means : float
        Root mean squared error on held-out ratings, of the completion and of user and item means.
    """

    filled: float
    ridge: float
    error: float
    error_of_means: float


def complete(cells: Cells, factors: int, rng: np.random.Generator) -> tuple[Completion, Floats]:
    """Estimate all tastes from some ratings.

    Parameters
    ----------
    cells : Cells
        The ratings.
    factors : int
        Of the departures.
    rng : Generator
        Of the start, and of what is held out.

    Returns
    -------
    (Completion, (u, i) float)
        How good it is; the tastes, less each user's mean.
    """
    start = 0.1 * rng.standard_normal((cells.shape[1], factors))
    out = rng.random(len(cells.values)) < HELD_OUT
    seen, held = cells.some(~out), cells.some(out)
    errors = {ridge: _error(held, _completed(seen, start, ridge)) for ridge in RIDGES}
    best = min(RIDGES, key=lambda ridge: errors[ridge])
    full = _completed(cells, start, best)
    filled = len(cells.values) / (cells.shape[0] * cells.shape[1])
    found = Completion(filled, best, errors[best], _error(held, _means(seen)))
    return found, full - full.mean(axis=1, keepdims=True)


def _completed(cells: Cells, start: Floats, ridge: float) -> Floats:
    means = _means(cells)
    weights, weighted = np.zeros(cells.shape), np.zeros(cells.shape)
    weights[cells.user, cells.item] = 1.0
    weighted[cells.user, cells.item] = cells.values - cells.at(means)
    return means + factorise(weights, weighted, start, ridge, SWEEPS)


def _means(cells: Cells) -> Floats:
    """Mean plus effects of items and users, each shrunken towards 0, (u, i)."""
    middle = cells.values.mean()
    rest = cells.values - middle
    of_items = _shrunken(cells.item, rest, cells.shape[1])
    of_users = _shrunken(cells.user, rest - of_items[cells.item], cells.shape[0])
    return np.asarray(middle + of_users[:, None] + of_items)


def _shrunken(group: NDArray[np.int64], values: Floats, n: int) -> Floats:
    sums = np.bincount(group, values, minlength=n)
    return np.asarray(sums / (np.bincount(group, minlength=n) + SHRINKAGE))


def _error(held: Cells, table: Floats) -> float:
    """Root mean squared error; NaN where nothing is held out."""
    return (
        float(np.sqrt(np.mean((held.values - held.at(table)) ** 2))) if len(held.values) else np.nan
    )
