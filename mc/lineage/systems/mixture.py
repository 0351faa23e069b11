"""A mixture of two Gaussians of one variance, fitted by EM.

After any EM step, converged or not, the mixture has exactly the mean and the variance of its rows.
So its total variance and the drift of its mean obey the law of a single Gaussian.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mc.lineage.systems import _two_modes
from mc.lineage.systems._moments import Recursion

Floats = NDArray[np.float64]
World = tuple[int, int]  # chains, rows of a generation

STEPS = 10  # EM steps
LEAST = 1e-9  # minimum weight of a component, and share of the variance within components

title = "Gaussian mixture"
about = (
    "A frequent mode (80% of rows) and a rare one, 5 standard deviations apart; weights, places "
    f"and the common variance fitted by {STEPS} EM steps."
)
metrics = {
    "variance": "total variance kept, as a share of the truth's",
    "wasserstein": "Wasserstein-1 distance to the truth, in its standard deviations",
    "drift": "squared drift of the mean, in variances of the truth",
    "rare_mode": "weight of the rarer mode",
}
perfect = {"variance": 1.0, "wasserstein": 0.0, "drift": 0.0, "rare_mode": 0.2}


class Model(NamedTuple):
    """Upper component's weight, both places and the common variance of each chain."""

    weight: Floats  # (chains,)
    places: Floats  # (chains, 2), the lower one first
    variance: Floats  # (chains,)


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """The numbers of chains and rows."""
    return chains, size


def draw(world: World, rng: np.random.Generator) -> Floats:
    """Rows drawn from the truth, (chains, size)."""
    return _two_modes.draw(rng, world)


def imitate(world: World, model: Model, fresh: Floats, rng: np.random.Generator) -> Floats:
    """Rows drawn from the model, (chains, size)."""
    upper = rng.random(world) < model.weight[:, None]
    places = np.where(upper, model.places[:, 1:], model.places[:, :1])
    return places + np.sqrt(model.variance)[:, None] * rng.standard_normal(world)


def fit(world: World, rows: Floats) -> Model:
    """EM from two equal, narrow components, one standard deviation above and below the mean."""
    mean, total = rows.mean(axis=1), rows.var(axis=1)
    places = np.stack([mean - np.sqrt(total), mean + np.sqrt(total)], axis=1)
    model = Model(np.full(len(rows), 0.5), places, total / 4)
    for _ in range(STEPS):
        model = _step(model, rows, mean, total)
    return model


def _step(model: Model, rows: Floats, mean: Floats, total: Floats) -> Model:
    """One EM step; with a common variance the log-odds are linear in a row."""
    low, high = model.places.T
    slope = (high - low) / model.variance
    odds = np.log(model.weight / (1 - model.weight)) - slope * (low + high) / 2
    upper = expit(slope[:, None] * rows + odds[:, None])  # (chains, n)
    weight = np.clip(upper.mean(axis=1), LEAST, 1 - LEAST)
    above = np.einsum("cn,cn->c", upper, rows) / rows.shape[1]
    places = np.stack([(mean - above) / (1 - weight), above / weight], axis=1)
    between = weight * (1 - weight) * (places[:, 1] - places[:, 0]) ** 2
    return Model(weight, places, np.maximum(total - between, LEAST * total))


def measure(world: World, model: Model) -> dict[str, Floats]:
    """See ``metrics``."""
    weights = np.stack([1 - model.weight, model.weight], axis=1)
    mean = (weights * model.places).sum(axis=1)
    total = model.variance + (weights * model.places**2).sum(axis=1) - mean**2
    mass = _two_modes.mass(weights, model.places, np.sqrt(model.variance))
    return {
        "variance": total / _two_modes.VARIANCE,
        "wasserstein": _two_modes.wasserstein(mass),
        "drift": mean**2 / _two_modes.VARIANCE,
        "rare_mode": weights.min(axis=1),
    }


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Exact, see `_moments`."""
    return Recursion(regime, rate, size, _two_modes.VARIANCE).expected(steps)
