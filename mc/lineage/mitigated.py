"""Relabelling lineages in which a recipe of strategies changes what each generation trains on.

Pure and deterministic. With the recipe ``none`` it gives the numbers of `mc.lineage.loop.lineage`.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from mc import plugins
from mc.data.features import Features
from mc.lineage.labelling import LABELLINGS
from mc.lineage.loop import Condition, Replicate, positive_probability, take, train
from mc.lineage.metrics import DESCRIPTIONS as MEASURED
from mc.lineage.metrics import evaluate
from mc.lineage.recipe import apply, parse
from mc.lineage.training_set import HUMAN, Ledger, Offer
from mc.randomness import stream
from mc.types import Bred, Classifier, Labels, Probabilities

VERSION = 1  # raise when a change alters numbers: stored lineages are then not reused
DESCRIPTIONS = MEASURED | {
    "human_labels": "labels that people gave so far, those of generation 0 included",
    "verified_labels": "machine labels so far of which somebody said whether they are right",
    "unused_share": "share of the collected reviews that this generation does not train on",
    "label_seconds": "wall time of labelling the new reviews and of the strategies, in seconds",
}


@dataclass(frozen=True)
class Mitigated(Condition):
    """A condition with what is done against collapse.

    Parameters
    ----------
    strategy : str
        A recipe, see `mc.lineage.recipe`.
    """

    strategy: str = "none"


def breed(features: Features, condition: Mitigated, replicate: int) -> Iterator[Bred]:
    """Breed generations of a classifier, as `mc.lineage.loop.lineage` does but for the recipe."""
    return _Lineage(features, condition, replicate).generations()


def last_classifier(features: Features, condition: Mitigated, replicate: int) -> Classifier:
    """Breed a lineage again, for its last generation."""
    return _Lineage(features, condition, replicate).last()


class _Lineage:
    """One lineage: its rows in the order of collection, and its classifiers so far."""

    def __init__(self, features: Features, condition: Mitigated, replicate: int) -> None:
        draws = Replicate.draw(features.X.shape[0], condition, replicate)
        self._condition, self._replicate, self._draws = condition, replicate, draws
        self._X_test, self._truth = features.X[draws.test], features.labels[draws.test]
        self._X, self._human = features.X[draws.order], features.labels[draws.order]
        self._share = float(self._human[: condition.sizes[0]].mean())
        self._recipe = parse(condition.strategy)
        self._regime = plugins.load("regimes", "regime", condition.regime)
        self._classifiers: list[Classifier] = []

    def generations(self) -> Iterator[Bred]:
        """All generations in order."""
        ledger = Ledger(*(np.empty(0, kind) for kind in (np.float64, np.int16, bool, bool)))
        reference: Labels | None = None
        for step in range(len(self._condition.sizes)):
            rng = stream(self._condition.seed, self._replicate, "generation", step)
            seed = int(rng.integers(2**31))
            began = time.perf_counter()
            offer = self._offer(step, ledger, rng)
            offer = apply(self._recipe, offer) if step else offer
            ledger = offer.ledger
            start = time.perf_counter()
            self._classifiers.append(self._fit(offer, seed))
            fitted = time.perf_counter()
            probability = positive_probability(self._classifiers[-1], self._X_test)
            scored = time.perf_counter()
            reference = (probability > 0.5).astype(np.int8) if reference is None else reference
            measured = evaluate(probability, self._truth, reference)
            seconds = {
                "fit_seconds": fitted - start,
                "score_seconds": scored - fitted,
                "label_seconds": start - began,
            }
            yield Bred(measured | _measure(offer) | seconds)

    def last(self) -> Classifier:
        """The classifier of the last generation."""
        for _ in self.generations():
            pass
        return self._classifiers[-1]

    def _offer(self, step: int, ledger: Ledger, rng: np.random.Generator) -> Offer:
        """What the generation trains on where nothing is done."""
        sizes = self._condition.sizes
        size = sizes[step]
        new = slice(sizes[step - 1] if step else 0, size)
        judged_by = cache(partial(self._judge, new))
        trained = np.zeros(size, bool)
        trained[self._regime.rows(sizes, step, rng)] = True
        return Offer(
            step=step,
            new=new,
            ledger=self._collect(step, new, ledger, judged_by),
            trained=trained,
            weight=np.ones(size),
            human=self._human[:size],
            share=self._share,
            backend=self._condition.backend,
            backend_params=self._condition.backend_params,
            judged_by=judged_by,
            rng=partial(stream, self._condition.seed, self._replicate, "strategy", step),
        )

    def _collect(
        self, step: int, new: slice, ledger: Ledger, judged_by: Callable[[int], Probabilities]
    ) -> Ledger:
        """Add the new rows, the contaminated of them with labels of the generation before."""
        condition, draws = self._condition, self._draws
        target = self._human[new].astype(np.float64)
        origin = np.full(len(target), HUMAN, np.int16)
        contaminated = draws.contamination[new] < condition.rate  # (m,) nested in rate
        if step and contaminated.any():
            labelling = LABELLINGS[condition.labelling]
            guesses = labelling(judged_by(step - 1), draws.labelling[new], self._share)
            target[contaminated], origin[contaminated] = guesses[contaminated], step - 1
        return Ledger(
            np.append(ledger.target, target),
            np.append(ledger.origin, origin),
            np.append(ledger.discarded, np.zeros(len(target), bool)),
            np.append(ledger.verified, np.zeros(len(target), bool)),
        )

    def _judge(self, rows: slice, generation: int) -> Probabilities:
        """What a generation so far makes of some rows."""
        return positive_probability(self._classifiers[generation], take(self._X, rows))

    def _fit(self, offer: Offer, seed: int) -> Classifier:
        rows = np.flatnonzero(_is_used(offer))
        previous = self._classifiers[-1] if self._classifiers else None
        if not len(rows):  # all was thrown away: the generation before goes on
            return self._classifiers[-1]
        X, y, weights = _hard(take(self._X, _as_slice(rows)), offer.target[rows])
        pairs = len(y) > len(rows)
        settings = _for_pairs(offer) if pairs else offer.backend_params
        condition = replace(self._condition, backend_params=settings)
        counts = offer.weight[rows][weights.rows] * weights.share
        given = None if (counts == 1).all() else counts
        return train(condition, X, y, seed, previous, weights=given)


@dataclass(frozen=True, eq=False)
class _Weights:
    """Which row each training row is made of, and how much of it."""

    rows: NDArray[np.intp]
    share: NDArray[np.float64]


def _hard(X: csr_matrix, target: Probabilities) -> tuple[csr_matrix, Labels, _Weights]:
    """Rows with labels 0 or 1: one whose label is p comes twice, as both, with weights p and 1-p.

    The log loss of the two is that of the soft label (Hinton et al. 2015, eq. of section 2).
    """
    labels = (target > 0.5).astype(np.int8)
    soft = np.flatnonzero((target > 0) & (target < 1))
    every = np.arange(len(target))
    if not len(soft):
        return X, labels, _Weights(every, np.ones(len(target)))
    share = np.where(labels == 1, target, 1 - target)
    rows = np.append(every, soft)
    shares = np.append(share, 1 - share[soft])
    return vstack([X, X[soft]], "csr"), np.append(labels, 1 - labels[soft]), _Weights(rows, shares)


def _for_pairs(offer: Offer) -> Mapping[str, Any]:
    """Settings with which a backend can fit reviews that come as both classes."""
    backend = plugins.load("backends", "backend", offer.backend)
    least: Mapping[str, float] = getattr(backend, "least_with_pairs", {})
    given = offer.backend_params
    return {**given, **{name: max(given[name], value) for name, value in least.items()}}


def _as_slice(rows: NDArray[np.intp]) -> Any:
    """Rows as a slice where there is none between them that is left out."""
    whole = rows[-1] - rows[0] + 1 == len(rows)
    return slice(int(rows[0]), int(rows[-1]) + 1) if whole else rows


def _is_used(offer: Offer) -> NDArray[np.bool_]:
    return offer.trained & ~offer.ledger.discarded & (offer.weight > 0)


def _measure(offer: Offer) -> dict[str, float]:
    """What the generation trains on, in figures."""
    used = _is_used(offer)
    count = int(used.sum())
    wrong = (offer.target > 0.5) != (offer.human == 1)
    return {
        "train_size": float(count),
        "synthetic_share": float(offer.is_synthetic[used].mean()) if count else 0.0,
        "label_error": float(wrong[used].mean()) if count else 0.0,
        "human_labels": float(np.count_nonzero(~offer.is_synthetic)),
        "verified_labels": float(np.count_nonzero(offer.ledger.verified)),
        "unused_share": 1 - count / offer.size,
    }
