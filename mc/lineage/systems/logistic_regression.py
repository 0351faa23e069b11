"""Logistic regression on labels sampled from its previous fit: Dey and Donoho (2024).

Logistic regression depends on its rows only through how many people have the same features and how
many of these have label 1. A row here is therefore a *profile*: features, people, and positive
labels. People are drawn anew in each generation, each with one of the profiles of the chain, so
that a generation has `PEOPLE` times ``size`` labels at the cost of ``size`` of them. With so many,
the theory of large samples is what is seen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mc.lineage.systems import _squared_error

Floats = NDArray[np.float64]

FEATURES = 3
TRUTH = np.full(FEATURES, FEATURES**-0.5)  # of length 1
PEOPLE = 10_000  # of a generation, for each profile
PENALTY = 1e-3  # of half a squared coefficient: too weak to be seen, keeps separable labels finite
MAX_STEPS, MAX_LENGTH = 50, 2.0  # of Newton's method
PRECISE = 1e-9  # length of the last step

title = "Logistic regression"
about = (
    f"{FEATURES} features; a row is {PEOPLE:,} people on average who share theirs, and how many "
    "have label 1; maximum likelihood. Machine labels: sampled from the fit's probabilities."
)
metrics = {"squared_error": "squared error of coefficients, in a row's Fisher information"}
perfect = {"squared_error": 0.0}


class World(NamedTuple):
    """The profiles of each chain, and the Fisher information of one row at the truth."""

    profiles: Floats  # (chains, size, features)
    information: Floats  # (chains, features, features)


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """Draw the profiles from a standard normal."""
    profiles = rng.standard_normal((chains, size, FEATURES))
    chance = expit(profiles @ TRUTH)
    return World(profiles, PEOPLE * _information(profiles, chance * (1 - chance)) / size)


def draw(world: World, rng: np.random.Generator) -> Floats:
    """Features, people and those with label 1, (chains, size, features + 2)."""
    chains, size, _ = world.profiles.shape
    people = rng.multinomial(size * PEOPLE, np.full(size, 1 / size), chains)
    positive = rng.binomial(people, expit(world.profiles @ TRUTH))
    return np.concatenate([world.profiles, people[..., None], positive[..., None]], axis=-1)


def imitate(world: World, model: Floats, fresh: Floats, rng: np.random.Generator) -> Floats:
    """The same people with labels sampled from the model."""
    rows = fresh.copy()
    rows[..., -1] = rng.binomial(fresh[..., -2].astype(np.int64), _chance(rows, model))
    return rows


def fit(world: World, rows: Floats) -> Floats:
    """Maximum likelihood by Newton's method, all chains at once: (chains, features).

    Separable labels have no maximum; `PENALTY` then keeps coefficients finite. From 12 profiles on,
    each with thousands of labels, they do not occur in practice.
    """
    X, people, positive = rows[..., :FEATURES], rows[..., -2], rows[..., -1]
    model = np.zeros((len(rows), FEATURES))
    for _ in range(MAX_STEPS):
        chance = _chance(rows, model)
        slope = np.einsum("cnd,cn->cd", X, positive - people * chance) - PENALTY * model
        bend = _information(X, people * chance * (1 - chance)) + PENALTY * np.eye(FEATURES)
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        length = np.linalg.norm(step, axis=1)
        model += step * (MAX_LENGTH / np.maximum(length, MAX_LENGTH))[:, None]
        if length.max() < PRECISE:
            break
    return model


def measure(world: World, model: Floats) -> dict[str, Floats]:
    """See ``metrics``; with n labels a fit to true labels is expected at features/size."""
    error = model - TRUTH
    return {"squared_error": np.einsum("cd,cde,ce->c", error, world.information, error)}


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Expected squared error with many labels, between rates 0 and 1 to first order in 1/size.

    With n labels, the error of maximum likelihood has Fisher information n I, so its square in the
    information of n/size labels is features/size. It enters the next fit's labels whole.
    """
    if regime == "subsample":
        return {}
    return {"squared_error": _squared_error.expected(regime, rate, FEATURES / size, steps)}


def _chance(rows: Floats, model: Floats) -> Floats:
    """The model's chance of label 1, (chains, n)."""
    chance: Floats = expit(np.einsum("cnd,cd->cn", rows[..., :FEATURES], model))
    return chance


def _information(X: Floats, weights: Floats) -> Floats:
    """Sum over rows of weight times features times features, (chains, features, features)."""
    return X.transpose(0, 2, 1) @ (X * weights[..., None])
