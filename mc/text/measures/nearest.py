"""Nearest neighbours among points: exact, and with equal points at distance 0."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

from mc.text.measures.embedding import Points
from mc.types import Rows

DIGITS = 9  # of a squared distance; more are noise, which would part equal points and break ties

Squares = NDArray[np.float64]  # squared Euclidean distances; of unit rows in [0, 4]


def squared_distances(A: Points, B: Points) -> Squares:
    """Between all rows of A and all of B, (n, m)."""
    squares: Squares = euclidean_distances(A, B, squared=True)
    return np.round(squares, DIGITS, out=squares)


def radii(X: Points, k: int) -> Squares:
    """Squared distance of each row to its k-th nearest other row, (n,); of few rows the last."""
    squares = squared_distances(X, X)
    np.fill_diagonal(squares, np.inf)
    place = min(k, len(X) - 1) - 1
    nearest: Squares = np.partition(squares, place, axis=1)[:, place]
    return nearest


def closest(A: Points, B: Points) -> tuple[Rows, Squares]:
    """The row of B that is nearest to each row of A, (n,), and its squared distance, (n,)."""
    squares = squared_distances(A, B)
    rows = squares.argmin(axis=1)
    return rows, squares[np.arange(len(A)), rows]


def closest_other(X: Points, rows: Rows) -> Squares:
    """Squared distance of some rows to the nearest other row, (m,).

    Parameters
    ----------
    X : (n, d)
        At least two points.
    rows : (m,) int
        Places in X, each at most once.
    """
    squares = squared_distances(X[rows], X)
    squares[np.arange(len(rows)), rows] = np.inf
    nearest: Squares = squares.min(axis=1)
    return nearest
