"""The experiment itself: generations of a classifier, each trained on labels of the one before.

Pure and deterministic. Knows nothing of MLflow, Optuna, files or texts.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier

from mc import plugins
from mc.lineage.labelling import LABELLINGS
from mc.lineage.metrics import evaluate
from mc.randomness import stream
from mc.types import Classifier, Labels, Probabilities, Rows

RESULTS_VERSION = 3  # raise when a change alters numbers: stored lineages are then not reused


@dataclass(frozen=True)
class Condition:
    """Everything that defines a lineage but the replicate.

    Parameters
    ----------
    sizes : tuple of int
        Rows collected by each generation, growing; generation 0 has human labels only.
    rate : float in [0, 1]
        Share of each increment whose label is given by the generation before.
    regime, labelling, backend : str
        Names of plug-ins.
    backend_params : mapping
        All parameters of the backend.
    test_size : int
        Held-out rows.
    seed : int
        Base of all random streams.
    """

    sizes: tuple[int, ...]
    rate: float = 0.0
    regime: str = "accumulate"
    labelling: str = "argmax"
    backend: str = "logistic"
    backend_params: Mapping[str, Any] = field(default_factory=dict)
    test_size: int = 20_000
    seed: int = 0

    @property
    def initial_size(self) -> int:
        """Rows of generation 0."""
        return self.sizes[0]

    @property
    def final_size(self) -> int:
        """Rows collected by the last generation."""
        return self.sizes[-1]

    @property
    def increment(self) -> int:
        """Rows that each generation adds; 0 where that differs, or there is one generation."""
        steps = {after - before for before, after in pairwise(self.sizes)}
        return steps.pop() if len(steps) == 1 else 0


@dataclass(frozen=True, eq=False)
class State:
    """Where a lineage stands: all that its next generations depend on besides its condition.

    Parameters
    ----------
    step : int
        The newest generation.
    labels : (sizes[-1],) int8
        Of the rows in the order of collection; human where not collected yet.
    synthetic : (sizes[-1],) bool
        Whether a model gave the label.
    reference : (test_size,) int8
        Predicted classes of generation 0.
    classifier : Classifier
        The newest generation's.
    """

    step: int
    labels: Labels
    synthetic: NDArray[np.bool_]
    reference: Labels
    classifier: Classifier


@dataclass(frozen=True, eq=False)
class Generation:
    """One training of the classifier.

    Parameters
    ----------
    metrics : mapping
        Name to value, see `mc.lineage.metrics.DESCRIPTIONS`.
    state : State
        What it leaves to the next.
    """

    metrics: Mapping[str, float]
    state: State

    @property
    def step(self) -> int:
        """0 for the generation with human labels only."""
        return self.state.step

    @property
    def classifier(self) -> Classifier:
        """Works on the columns of the corpus's features."""
        return self.state.classifier


@dataclass(frozen=True)
class Replicate:
    """The random numbers that all conditions of one repetition share.

    Parameters
    ----------
    order : (sizes[-1],) int
        Corpus rows in the order in which training collects them.
    test : (test_size,) int
        Held-out corpus rows, disjoint from ``order``.
    contamination, labelling : (sizes[-1],) float in [0, 1)
        One draw a row: contaminated at every rate above it; its label when labels are sampled.
    """

    order: Rows
    test: Rows
    contamination: NDArray[np.float64]
    labelling: NDArray[np.float64]

    @classmethod
    def draw(cls, n_rows: int, condition: Condition, replicate: int) -> "Replicate":
        """Draw a replicate; what row i gets does not depend on how many rows there are after it."""
        seed, size = condition.seed, condition.sizes[-1]
        shuffled = stream(seed, replicate, "rows").permutation(n_rows)
        return cls(
            order=shuffled[condition.test_size :][:size],
            test=shuffled[: condition.test_size],
            contamination=stream(seed, replicate, "contamination").random(size),
            labelling=stream(seed, replicate, "labelling").random(size),
        )


Fit = tuple[Classifier, float]  # a classifier and the seconds that it took


class Firsts:
    """Generation 0 of the newest replicates: it has human labels only, so all rates share it."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._fits: dict[tuple[int, str], Fit] = {}

    def get(self, condition: Condition, replicate: int, fit: Callable[[], Fit]) -> Fit:
        """The fit that the first lineage of the replicate made, or a new one."""
        key = (replicate, repr(replace(condition, rate=0.0, labelling="")))
        if key not in self._fits:
            while len(self._fits) >= self._most:
                self._fits.pop(next(iter(self._fits)))
            self._fits[key] = fit()
        return self._fits[key]


def lineage(
    X: csr_matrix,
    human: Labels,
    condition: Condition,
    replicate: int,
    *,
    firsts: Firsts | None = None,
    after: State | None = None,
) -> Iterator[Generation]:
    """Breed generations of a classifier.

    Parameters
    ----------
    X : (n, d) csr, float32
        All rows of the corpus; at least ``test_size + sizes[-1]``.
    human : (n,) int8, 0 or 1
        Human labels of all rows.
    condition : Condition
        What to do.
    replicate : int
        Which repetition, from 0.
    firsts : Firsts, optional
        Where lineages of one corpus find the generation 0 that others have trained already.
    after : State, optional
        Where the same lineage stood when it was broken off: its next generation comes first.

    Yields
    ------
    Generation
        One for each of ``condition.sizes``, in order.
    """
    draws = Replicate.draw(X.shape[0], condition, replicate)
    X_test, truth = X[draws.test], human[draws.test]
    X, human = X[draws.order], human[draws.order]  # from here on, row i is the i-th collected
    labels = human.copy() if after is None else after.labels.copy()
    synthetic = np.zeros(len(labels), bool) if after is None else after.synthetic.copy()
    share = float(human[: condition.sizes[0]].mean())
    regime = plugins.load("regimes", "regime", condition.regime)
    classifier: Classifier | None = after.classifier if after else None
    reference: Labels | None = after.reference if after else None

    for step in range(after.step + 1 if after else 0, len(condition.sizes)):
        size = condition.sizes[step]
        if classifier is not None:
            new = slice(condition.sizes[step - 1], size)
            contaminated = draws.contamination[new] < condition.rate  # (m,) nested in rate
            if contaminated.any():
                probability = positive_probability(classifier, take(X, new))  # (m,)
                guesses = LABELLINGS[condition.labelling](probability, draws.labelling[new], share)
                labels[new] = np.where(contaminated, guesses, human[new])
                synthetic[new] = contaminated

        rng = stream(condition.seed, replicate, "generation", step)
        seed = int(rng.integers(2**31))
        rows = regime.rows(condition.sizes, step, rng)
        fit = partial(_fit, condition, take(X, rows), labels[rows], seed, classifier)
        if step == 0 and firsts is not None:
            classifier, fit_seconds = firsts.get(condition, replicate, fit)
        else:
            classifier, fit_seconds = fit()
        start = time.perf_counter()
        probability = positive_probability(classifier, X_test)
        scored = time.perf_counter()
        reference = (probability > 0.5).astype(np.int8) if reference is None else reference
        metrics = evaluate(probability, truth, reference) | {
            "train_size": float(len(labels[rows])),
            "synthetic_share": float(synthetic[rows].mean()),
            "label_error": float(np.mean(labels[rows] != human[rows])),
            "fit_seconds": fit_seconds,
            "score_seconds": scored - start,
        }
        state = State(step, labels.copy(), synthetic.copy(), reference, classifier)
        yield Generation(metrics, state)


def _fit(*given: Any) -> Fit:
    """Train, and say how long it took."""
    start = time.perf_counter()
    classifier = train(*given)
    return classifier, time.perf_counter() - start


def train(
    condition: Condition,
    X: csr_matrix,
    y: Labels,
    seed: int,
    previous: Classifier | None,
    *,
    weights: NDArray[np.floating] | None = None,
) -> Classifier:
    """Fit the condition's backend, or a constant where only one class is left to learn."""
    if y.min() == y.max():
        return DummyClassifier().fit(X[:1], y[:1])  # type: ignore[no-any-return]
    backend = plugins.load("backends", "backend", condition.backend)
    return backend.fit(  # type: ignore[no-any-return]
        X, y, seed=seed, previous=previous, weights=weights, **condition.backend_params
    )


def positive_probability(classifier: Classifier, X: csr_matrix) -> Probabilities:
    """Probability of the positive class, (m,); 0 or 1 for a classifier that knows one class."""
    columns = classifier.predict_proba(X).astype(np.float64)  # (m, number of classes)
    known = list(classifier.classes_)
    return columns[:, known.index(1)] if 1 in known else np.zeros(X.shape[0])


def take(X: csr_matrix, rows: slice | Rows) -> csr_matrix:
    """Rows of a matrix; for a slice a view of the same memory, where scipy would copy."""
    if not isinstance(rows, slice):
        return X[rows]
    start, stop = X.indptr[rows.start], X.indptr[rows.stop]
    indptr = X.indptr[rows.start : rows.stop + 1]
    indptr = indptr - start if start else indptr
    shape = (rows.stop - rows.start, X.shape[1])
    return csr_matrix((X.data[start:stop], X.indices[start:stop], indptr), shape=shape, copy=False)
