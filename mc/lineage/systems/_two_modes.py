"""The truth of `mixture` and `kernel_density`: a frequent mode and a rare one."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

WEIGHTS = np.array([0.8, 0.2])
PLACES = np.array([-1.0, 4.0])  # so that the mean is 0
VARIANCE = 1.0 + float(WEIGHTS @ PLACES**2)  # each mode has variance 1
GRID = np.linspace(-12.0, 15.0, 271)  # of the distribution functions


def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Rows of the truth."""
    rare = rng.random(shape) < WEIGHTS[1]
    rows: Floats = np.where(rare, PLACES[1], PLACES[0]) + rng.standard_normal(shape)
    return rows


def mass(weights: Floats, places: Floats, spreads: Floats) -> Floats:
    """Distribution function on `GRID` of mixtures of Gaussians.

    Parameters
    ----------
    weights, places : (chains, k) float
        Components of each chain.
    spreads : (chains,) float
        Standard deviation of all components of a chain.

    Returns
    -------
    (chains, grid) float
    """
    scaled = (GRID - places[..., None]) / spreads[:, None, None]  # (chains, k, grid)
    total: Floats = np.einsum("ck,ckg->cg", weights, ndtr(scaled))
    return total


TRUTH = mass(WEIGHTS[None], PLACES[None], np.ones(1))[0]


def wasserstein(distribution: Floats) -> Floats:
    """Wasserstein-1 distance to the truth, (chains,), of distribution functions on `GRID`.

    In one dimension it is the area between the distribution functions (Vallender 1974).
    """
    area = np.trapezoid(np.abs(distribution - TRUTH), GRID, axis=-1)
    apart: Floats = area / np.sqrt(VARIANCE)
    return apart
