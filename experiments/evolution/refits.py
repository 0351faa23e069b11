"""Trains and scores one individual in several refits.

All individuals of a generation share their rows and draws (common random numbers); they differ in
their settings, rate and parent. Refit k learns from refit k of the parent, so the
refits are separate lines of descent.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from experiments.evolution.individuals import Individual, Protocol
from mc.data.features import Features
from mc.data.vectoriser import Representation, Vectoriser
from mc.lineage import backends
from mc.lineage.loop import Condition, train
from mc.lineage.metrics import evaluate
from mc.lineage.probabilities import positive_probability
from mc.randomness import stream
from mc.types import Labels, Probabilities, Rows

RESULTS_VERSION = 2  # raise when a change alters numbers: stored individuals are then not reused
SCORES = ("accuracy", "roc_auc", "positive_share")
Guesses = NDArray[np.int8]  # (refits, train_size)


@dataclass(frozen=True)
class Split:
    """Corpus rows to train on, to select by, and for the final judgement; disjoint."""

    pool: Rows
    validation: Rows
    test: Rows

    @classmethod
    def draw(cls, n_rows: int, protocol: Protocol) -> "Split":
        """Draw the split of a protocol."""
        rows = stream(protocol.seed, "split").permutation(n_rows)
        ends = np.cumsum([protocol.test_size, protocol.validation_size])
        test, validation, pool = np.split(rows, ends)
        return cls(pool, validation, test)


@dataclass(frozen=True)
class Refit:
    """One fit of an individual.

    Parameters
    ----------
    metrics : mapping
        Scores on both held-out sets, ``validation_accuracy`` to ``test_positive_share``; what it
        was trained on; seconds.
    validation, test : (m,) int8
        Predicted classes.
    next : (train_size,) int8
        Its labels of the rows that its children's refit trains on.
    """

    metrics: Mapping[str, float]
    validation: Labels
    test: Labels
    next: Labels


class Arena:
    """The rows of one evolution, on which its individuals are trained and scored.

    Parameters
    ----------
    features : Features
        Counts of `CANDIDATES`.
    protocol : Protocol
        Sizes and seed.
    """

    def __init__(self, features: Features, protocol: Protocol) -> None:
        self._features, self._protocol = features, protocol
        self._split = Split.draw(len(features.labels), protocol)
        self._lengths = np.char.count(features.terms, " ") + 1  # (d,) in words
        held_out = {"validation": self._split.validation, "test": self._split.test}
        self._truths = {name: features.labels[rows] for name, rows in held_out.items()}
        self._held_out = {name: features.X[rows] for name, rows in held_out.items()}
        backend = backends.find(protocol.backend)
        self._wanted: Representation = backend.representation

    def refits(self, individual: Individual, guesses: Guesses | None) -> Iterator[Refit]:
        """Fit and score an individual.

        Parameters
        ----------
        individual : Individual
            The individual to score.
        guesses : (refits, train_size) int8 or None
            Its parent's labels of the training rows; None if people label all.
        """
        for refit in range(self._protocol.refits):
            yield self._refit(individual, refit, None if guesses is None else guesses[refit])

    def _refit(self, individual: Individual, refit: int, guesses: Labels | None) -> Refit:
        protocol, generation = self._protocol, individual.generation
        start = time.perf_counter()
        rows = training_rows(self._split, protocol, generation, refit)
        human, X = self._features.labels[rows], self._features.X[rows]
        labels = human if guesses is None else self._relabel(human, guesses, individual, refit)
        vectoriser = self._vectoriser(individual, X)
        seed = int(stream(protocol.seed, "model", generation, refit).integers(2**31))
        condition = _condition(protocol, individual)
        seen = vectoriser.transform(X)
        classifier = train(condition, seen, labels, seed, None)
        fitted = time.perf_counter()
        following = training_rows(self._split, protocol, generation + 1, refit)
        sets = {**self._held_out, "next": self._features.X[following]}
        probability = {
            name: positive_probability(classifier, vectoriser.transform(X_set))
            for name, X_set in sets.items()
        }
        metrics = {
            **_scores(probability, self._truths),
            "label_error": float(np.mean(labels != human)),
            "terms": float(seen.shape[1]),
            "fit_seconds": fitted - start,
            "score_seconds": time.perf_counter() - fitted,
        }
        return Refit(metrics, **{name: _classes(values) for name, values in probability.items()})

    def _vectoriser(self, individual: Individual, X: csr_matrix) -> Vectoriser:
        genes = individual.genes
        return Vectoriser.fit(
            X,
            self._lengths,
            min_df=int(genes["min_df"]),
            ngrams=str(genes["ngrams"]),
            wanted=self._wanted,
        )

    def _relabel(
        self, human: Labels, guesses: Labels, individual: Individual, refit: int
    ) -> Labels:
        """The parent's labels where a row's draw lies below the rate: nested in the rate."""
        rng = stream(self._protocol.seed, "contamination", individual.generation, refit)
        return np.where(rng.random(len(human)) < individual.rate, guesses, human).astype(np.int8)


def training_rows(split: Split, protocol: Protocol, generation: int, refit: int) -> Rows:
    """Corpus rows that all individuals of a generation train a refit on, (train_size,)."""
    rng = stream(protocol.seed, "rows", generation, refit)
    return rng.choice(split.pool, protocol.train_size, replace=False)


def _condition(protocol: Protocol, individual: Individual) -> Condition:
    defaults = protocol.backend_params.items()
    params = {name: individual.genes.get(name, value) for name, value in defaults}
    return Condition((protocol.train_size,), backend=protocol.backend, backend_params=params)


def _scores(
    probability: Mapping[str, Probabilities], truths: Mapping[str, Labels]
) -> dict[str, float]:
    scores: dict[str, float] = {}
    for name, truth in truths.items():
        metrics = evaluate(probability[name], truth, _classes(probability[name]))
        scores |= {f"{name}_{score}": metrics[score] for score in SCORES}
    return scores


def _classes(probability: Probabilities) -> Labels:
    return (probability > 0.5).astype(np.int8)
