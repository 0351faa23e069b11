"""A Gaussian fitted by maximum likelihood: Shumailov et al. (2024), Kazdan et al. (2024)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mc.lineage.systems._moments import Recursion

Floats = NDArray[np.float64]
World = tuple[int, int]  # chains, rows of a generation

title = "Gaussian"
about = "One number with mean 0 and variance 1; mean and variance fitted by maximum likelihood."
metrics = {
    "variance": "variance kept, as a share of the truth's",
    "drift": "squared drift of the mean, in variances of the truth",
    "wasserstein": "Wasserstein-2 distance to the truth, in its standard deviations",
}
perfect = {"variance": 1.0, "drift": 0.0, "wasserstein": 0.0}


class Model(NamedTuple):
    """Mean and variance of each chain, (chains,)."""

    mean: Floats
    variance: Floats


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """The numbers of chains and rows."""
    return chains, size


def draw(world: World, rng: np.random.Generator) -> Floats:
    """Rows drawn from the truth, (chains, size)."""
    return rng.standard_normal(world)


def imitate(world: World, model: Model, fresh: Floats, rng: np.random.Generator) -> Floats:
    """Rows drawn from the model, (chains, size)."""
    return model.mean[:, None] + np.sqrt(model.variance)[:, None] * rng.standard_normal(world)


def fit(world: World, rows: Floats) -> Model:
    """Maximum likelihood: the variance divides by the number of rows."""
    return Model(rows.mean(axis=1), rows.var(axis=1))


def measure(world: World, model: Model) -> dict[str, Floats]:
    """See ``metrics``; the Wasserstein distance of two Gaussians (Dowson & Landau 1982)."""
    drift, spread = model.mean**2, np.sqrt(model.variance)
    return {
        "variance": model.variance,
        "drift": drift,
        "wasserstein": np.sqrt(drift + (spread - 1) ** 2),
    }


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Exact, see `_moments`."""
    return Recursion(regime, rate, size).expected(steps)
