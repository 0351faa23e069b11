"""A kernel density estimate: each generation smooths the previous one, so the variance grows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mc.lineage.systems import _two_modes
from mc.lineage.systems._moments import Recursion

Floats = NDArray[np.float64]
World = tuple[int, int]  # chains, rows of a generation

title = "Kernel density"
about = (
    "A frequent mode (80% of rows) and a rare one, 5 standard deviations apart; a Gaussian kernel "
    "around each row, of 0.61 standard deviations of a mode at 50 rows and narrower with more."
)
metrics = {
    "wasserstein": "Wasserstein-1 distance to the truth, in its standard deviations",
    "variance": "variance of the estimate, as a share of the truth's",
    "drift": "squared drift of the mean, in variances of the truth",
}
perfect = {"wasserstein": 0.0, "variance": 1.0, "drift": 0.0}


class Model(NamedTuple):
    """The rows themselves, and the kernels' standard deviation."""

    rows: Floats  # (chains, n)
    width: float


def bandwidth(rows: int) -> float:
    """Standard deviation of the kernels.

    The rate of Scott (1979) with the scale of one mode instead of the rows' scale: otherwise the
    width would grow with the variance, and the variance with the width.
    """
    return float(1.33 * rows ** (-1 / 5))


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """The numbers of chains and rows."""
    return chains, size


def draw(world: World, rng: np.random.Generator) -> Floats:
    """Rows drawn from the truth, (chains, size)."""
    return _two_modes.draw(rng, world)


def imitate(world: World, model: Model, fresh: Floats, rng: np.random.Generator) -> Floats:
    """Rows drawn from the model, (chains, size): choose a kernel, then draw from it."""
    places = rng.integers(model.rows.shape[1], size=world)
    chosen = np.take_along_axis(model.rows, places, axis=1)
    return chosen + model.width * rng.standard_normal(world)


def fit(world: World, rows: Floats) -> Model:
    """Keep the rows."""
    return Model(rows, bandwidth(rows.shape[1]))


def measure(world: World, model: Model) -> dict[str, Floats]:
    """See ``metrics``."""
    return {
        "wasserstein": _two_modes.wasserstein(_mass(model)),
        "variance": (model.rows.var(axis=1) + model.width**2) / _two_modes.VARIANCE,
        "drift": model.rows.mean(axis=1) ** 2 / _two_modes.VARIANCE,
    }


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Exact, see `_moments`: a kernel adds its variance to that of the rows."""
    truth = _two_modes.VARIANCE
    return Recursion(regime, rate, size, truth, lambda n: bandwidth(n) ** 2).expected(steps)


def _mass(model: Model) -> Floats:
    """Distribution function on the grid, (chains, grid), of rows rounded to it."""
    grid, chains = _two_modes.GRID, len(model.rows)
    nearest = np.rint((model.rows - grid[0]) / (grid[1] - grid[0])).astype(int)
    places = np.clip(nearest, 0, len(grid) - 1) + len(grid) * np.arange(chains)[:, None]
    counts = np.bincount(places.ravel(), minlength=chains * len(grid))
    kernels = ndtr((grid[None, :] - grid[:, None]) / model.width)  # (place, grid)
    shares = counts.reshape(chains, -1) / model.rows.shape[1]  # float, which BLAS multiplies
    mass: Floats = shares @ kernels
    return mass
