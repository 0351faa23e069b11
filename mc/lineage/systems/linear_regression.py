"""Ordinary least squares on a design that all generations share: Gerstgrasser et al. (2024).

The design is drawn once for each chain from a standard normal; generations differ in their labels
and the noise of these. The risk is that at new points from the same normal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mc.lineage.systems import _squared_error

Floats = NDArray[np.float64]

FEATURES = 10
NOISE = 1.0  # standard deviation of the noise of labels, human or machine
TRUTH = np.full(FEATURES, FEATURES**-0.5)  # of length 1

title = "Linear regression"
about = (
    f"{FEATURES} features of a design that stays the same, labels with noise of standard "
    "deviation 1; ordinary least squares. Machine labels: predictions with the same noise."
)
metrics = {
    "excess_risk": "excess squared error at new points, in variances of the noise",
    "alignment": "cosine between the coefficients and the truth's",
}
perfect = {"excess_risk": 0.0, "alignment": 1.0}


class World(NamedTuple):
    """The design of each chain, (chains, size, features)."""

    design: Floats


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """Draw the design."""
    return World(rng.standard_normal((chains, size, FEATURES)))


def draw(world: World, rng: np.random.Generator) -> Floats:
    """Design with true labels as its last column, (chains, size, features + 1)."""
    return _labelled(world.design, world.design @ TRUTH, rng)


def imitate(world: World, model: Floats, fresh: Floats, rng: np.random.Generator) -> Floats:
    """The same design with the model's labels, (chains, size, features + 1)."""
    return _labelled(world.design, np.einsum("cnd,cd->cn", world.design, model), rng)


def fit(world: World, rows: Floats) -> Floats:
    """Least squares by the normal equations, (chains, features)."""
    X, y = rows[..., :-1], rows[..., -1:]
    across = X.transpose(0, 2, 1)
    return np.linalg.solve(across @ X, across @ y)[..., 0].astype(np.float64, copy=False)


def measure(world: World, model: Floats) -> dict[str, Floats]:
    """See ``metrics``; features have unit covariance."""
    length = np.linalg.norm(model, axis=1)
    return {
        "excess_risk": ((model - TRUTH) ** 2).sum(axis=1) / NOISE**2,
        "alignment": model @ TRUTH / length,
    }


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Expected excess risk: exact at rates 0 and 1, between them to first order in d/T.

    A fit adds v = sigma^2 E tr (X'X)^-1 = sigma^2 d / (T - d - 1) (inverse Wishart). At rate 1
    these add up under ``replace`` and shrink by 1/k^2 under ``accumulate`` (Gerstgrasser et al.,
    arXiv 2404.01413). Machine labels pass on the share ``rate`` of the previous error; the random
    choice of labels adds noise of rate (1 - rate) d/T times that error.
    """
    if regime == "subsample":
        return {}
    added = FEATURES / (size - FEATURES - 1)
    return {"excess_risk": _squared_error.expected(regime, rate, added, steps)}


def _labelled(design: Floats, means: Floats, rng: np.random.Generator) -> Floats:
    labels = means + NOISE * rng.standard_normal(means.shape)
    return np.concatenate([design, labels[..., None]], axis=-1)
