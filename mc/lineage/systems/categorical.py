"""Frequent and rare classes: which dog breeds does the model still draw?

The rows are breeds. Drawing from shares that were estimated from a draw is the neutral drift of
population genetics (Wright 1931): no breed gains on average, but breeds are lost for good one by
one, rare ones first.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from mc.lineage.systems._moments import Recursion

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]
World = tuple[int, int]  # chains, rows of a generation

BREEDS = (
    "golden retriever", "labrador", "French bulldog", "German shepherd", "poodle", "dachshund",
    "beagle", "rottweiler", "boxer", "dalmatian", "whippet", "petit basset", "otterhound",
    "azawakh", "Norwegian lundehund", "mudi",
)  # fmt: skip
SHARES = np.arange(1, len(BREEDS) + 1) ** -1.3 / (np.arange(1, len(BREEDS) + 1) ** -1.3).sum()
TAIL = len(BREEDS) // 2  # classes that count as rare: the second half
DIVERSITY = float(1 - SHARES @ SHARES)

portraits = {f"share/{breed.lower().replace(' ', '_')}": breed for breed in BREEDS}
title = "Categorical"
about = (
    f"{len(BREEDS)} dog breeds, from golden retriever ({SHARES[0]:.0%} of rows) to {BREEDS[-1]} "
    f"({SHARES[-1]:.1%}); the model is the share of each breed among its rows."
)
metrics = {
    "diversity": "diversity kept: chance that two draws differ, as a share of the truth's",
    "classes_lost": "share of breeds that the model never draws",
    "share_entropy": "entropy of the shares, in bits",
    "largest_share": "share of the breed that is most frequent in the chain",
    "drift": "squared distance of the shares from the truth's",
}
perfect = {
    "diversity": 1.0,
    "classes_lost": 0.0,
    "share_entropy": float(-SHARES @ np.log2(SHARES)),
    "largest_share": float(SHARES[0]),
    "drift": 0.0,
}


def begin(rng: np.random.Generator, chains: int, size: int) -> World:
    """The numbers of chains and rows."""
    return chains, size


def draw(world: World, rng: np.random.Generator) -> Classes:
    """Classes drawn from the truth, (chains, size)."""
    classes: Classes = np.searchsorted(np.cumsum(SHARES)[:-1], rng.random(world), side="right")
    return classes


def imitate(world: World, model: Floats, fresh: Classes, rng: np.random.Generator) -> Classes:
    """Classes drawn from the model, (chains, size)."""
    ends = np.cumsum(model, axis=1)[:, :-1]  # (chains, classes - 1)
    classes: Classes = (rng.random(world)[..., None] >= ends[:, None]).sum(axis=-1)
    return classes


def fit(world: World, rows: Classes) -> Floats:
    """Shares of the classes, (chains, classes)."""
    chains, classes = len(rows), len(BREEDS)
    places = rows + classes * np.arange(chains)[:, None]
    counts = np.bincount(places.ravel(), minlength=chains * classes)
    shares: Floats = counts.reshape(chains, classes) / rows.shape[1]
    return shares


def measure(world: World, model: Floats) -> dict[str, Floats]:
    """See ``metrics``."""
    logarithms = np.log2(model, where=model > 0, out=np.zeros_like(model))
    return {
        "diversity": (1 - (model**2).sum(axis=1)) / DIVERSITY,
        "classes_lost": (model == 0).mean(axis=1),
        "share_entropy": -(model * logarithms).sum(axis=1),
        "largest_share": model.max(axis=1),
        "drift": ((model - SHARES) ** 2).sum(axis=1),
    }


def portrait(world: World, model: Floats) -> dict[str, float]:
    """The share of each breed in the first chain."""
    return {name: float(share) for name, share in zip(portraits, model[0], strict=True)}


def theory(regime: str, rate: float, size: int, steps: int) -> dict[str, Floats]:
    """Exact: a class's indicator has variance p (1 - p), and diversity is their sum."""
    known = Recursion(regime, rate, size, DIVERSITY).expected(steps)
    expected = {"diversity": known["variance"], "drift": known["drift"] * DIVERSITY}
    if regime == "replace":
        expected["classes_lost"] = _lost(rate, size, steps)
    if regime == "accumulate":  # a class without rows can come from the truth only
        missed = (1 - SHARES) ** size * (1 - (1 - rate) * SHARES) ** (
            size * np.arange(steps)[:, None]
        )
        expected["classes_lost"] = missed.mean(axis=1)
    return expected


def _lost(rate: float, size: int, steps: int) -> Floats:
    """Expected share of classes without any row (the Wright-Fisher chain with immigration)."""
    counts = np.arange(size + 1)
    lost = np.zeros(steps)
    for share in SHARES:
        chances = binom.pmf(counts, size, share)  # of the number of its rows at generation 0
        next_share = (1 - rate) * share + rate * counts / size
        step = binom.pmf(counts[None, :], size, next_share[:, None])  # (before, after)
        for generation in range(steps):
            lost[generation] += chances[0] / len(SHARES)
            chances = chances @ step
    return lost
