"""Weighted low-rank factorisation by alternating least squares, with dense weights."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def factorise(
    weights: Floats, weighted: Floats, start: Floats, ridge: float, sweeps: int
) -> Floats:
    """Minimise ``sum(weights * (targets - x @ y.T)**2) + ridge * (|x|**2 + |y|**2)``.

    Each half sweep solves one ridge regression a row, all at once (Hu, Koren & Volinsky, ICDM
    2008, eq. 4 and 5, with any weights and targets).

    Parameters
    ----------
    weights : (u, i) float, at least 0
        Of the cells.
    weighted : (u, i) float
        Weights times targets.
    start : (i, d) float
        Item factors to begin with.
    ridge : float above 0
        Penalty.
    sweeps : int
        Over users and items.

    Returns
    -------
    (u, i) float
        The products of the factors.
    """
    y = start
    for _ in range(sweeps):
        x = _solve(weights, weighted, y, ridge)
        y = _solve(weights.T, weighted.T, x, ridge)
    return x @ y.T


def _solve(weights: Floats, weighted: Floats, others: Floats, ridge: float) -> Floats:
    """Factors of all rows, (rows, d), given those of the columns, (columns, d)."""
    d = others.shape[1]
    outer = (others[:, :, None] * others[:, None, :]).reshape(len(others), d * d)
    grams = (weights @ outer).reshape(-1, d, d) + ridge * np.eye(d)
    solved = np.linalg.solve(grams, (weighted @ others)[:, :, None])
    return np.asarray(solved[:, :, 0])
