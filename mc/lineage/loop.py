"""The experiment itself: generations of a classifier, each trained on labels of the one before.

Pure and deterministic. Knows nothing of MLflow, Optuna, files or texts.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from inspect import signature
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier

from mc import plugins
from mc.errors import ParameterError
from mc.lineage.labelling import LABELLINGS
from mc.lineage.metrics import evaluate
from mc.lineage.recipe import NOTHING, apply, parse
from mc.lineage.soft_labels import settings_for_pairs, weighted
from mc.lineage.training_set import HUMAN, Ledger, TrainingSet
from mc.randomness import stream
from mc.types import Classifier, GenerationRecord, Labels, Probabilities, Rows

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
    strategy : str
        What is done against collapse: a recipe, see `mc.lineage.recipe`.
    """

    sizes: tuple[int, ...]
    rate: float = 0.0
    regime: str = "accumulate"
    labelling: str = "argmax"
    backend: str = "logistic"
    backend_params: Mapping[str, Any] = field(default_factory=dict)
    test_size: int = 20_000
    seed: int = 0
    strategy: str = "none"

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
    ledger : Ledger
        Of the rows collected so far.
    reference : (test_size,) int8
        Predicted classes of generation 0.
    classifiers : list of Classifier
        Of all generations where a strategy may ask older ones, else the newest alone.
    """

    step: int
    ledger: Ledger
    reference: Labels
    classifiers: list[Classifier]


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

    def __init__(self, size: int = 2) -> None:
        self._size = size
        self._fits: dict[tuple[int, str], Fit] = {}

    def get(self, condition: Condition, replicate: int, fit: Callable[[], Fit]) -> Fit:
        """The fit that the first lineage of the replicate made, or a new one."""
        key = (replicate, repr(replace(condition, rate=0.0, labelling="", strategy="")))
        if key not in self._fits:
            while len(self._fits) >= self._size:
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
    count_labels: bool = False,
) -> Iterator[GenerationRecord]:
    """Train generations of a classifier, each on labels of the one before.

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
        Where the same lineage stood when it was interrupted: its next generation comes first.
    count_labels : bool
        Whether to measure what people did for a strategy as well, see `LABEL_COUNTS`.

    Yields
    ------
    GenerationRecord
        One for each of ``condition.sizes``, in order; its state is a `State`.
    """
    draws = Replicate.draw(X.shape[0], condition, replicate)
    X_test, truth = X[draws.test], human[draws.test]
    X, human = X[draws.order], human[draws.order]  # from here on, row i is the i-th collected
    share = float(human[: condition.sizes[0]].mean())
    regime = plugins.load("regimes", "regime", condition.regime)
    recipe = parse(condition.strategy)
    asks_older = condition.strategy != NOTHING  # strategies may ask any generation so far
    ledger = after.ledger if after else Ledger.empty()
    classifiers = list(after.classifiers) if after else []
    reference = after.reference if after else None

    for step in range(after.step + 1 if after else 0, len(condition.sizes)):
        began = time.perf_counter()
        size = condition.sizes[step]
        new = slice(condition.sizes[step - 1] if step else 0, size)
        rng = stream(condition.seed, replicate, "generation", step)
        seed = int(rng.integers(2**31))

        @cache
        def judged_by(
            generation: int,
            rows: csr_matrix = take(X, new),  # noqa: B008  (a view)
            known: list[Classifier] = classifiers,
            step: int = step,
        ) -> Probabilities:
            """What a generation so far makes of the new rows, (m,)."""
            return positive_probability(known[generation - step], rows)

        # 1. People label the new rows; the generation before labels the contaminated among them.
        target, origin = human[new].astype(np.float64), np.full(size - new.start, HUMAN, np.int16)
        contaminated = draws.contamination[new] < condition.rate  # (m,) nested in rate
        if step and contaminated.any():
            label = LABELLINGS[condition.labelling]
            guesses = label(judged_by(step - 1), draws.labelling[new], share)
            target[contaminated], origin[contaminated] = guesses[contaminated], step - 1

        # 2. The regime chooses rows, and strategies change what is trained on.
        training = TrainingSet(
            step=step,
            new=new,
            ledger=ledger.extended(target, origin),
            trained=mask(regime.rows(condition.sizes, step, rng), size),
            weight=np.ones(size),
            human=human[:size],
            share=share,
            backend=condition.backend,
            backend_params=condition.backend_params,
            judged_by=judged_by,
            rng=partial(stream, condition.seed, replicate, "strategy", step),
        )
        training = apply(recipe, training) if step else training
        ledger = training.ledger

        # 3. The next classifier learns, and is tested on held-out human labels.
        start = time.perf_counter()
        fit = partial(_fit, condition, X, training, seed, classifiers[-1] if step else None)
        if step == 0 and firsts is not None:
            classifier, fit_seconds = firsts.get(condition, replicate, fit)
        else:
            classifier, fit_seconds = fit()
        classifiers = [*classifiers, classifier] if asks_older else [classifier]
        scoring = time.perf_counter()
        probability = positive_probability(classifier, X_test)
        scored = time.perf_counter()
        reference = (probability > 0.5).astype(np.int8) if reference is None else reference
        metrics = evaluate(probability, truth, reference) | training.measure()
        if count_labels:
            metrics |= training.measure_labels() | {"label_seconds": start - began}
        metrics |= {"fit_seconds": fit_seconds, "score_seconds": scored - scoring}
        yield GenerationRecord(metrics, classifier, State(step, ledger, reference, classifiers))


def _fit(
    condition: Condition,
    X: csr_matrix,
    training: TrainingSet,
    seed: int,
    previous: Classifier | None,
) -> Fit:
    """Train on what is left of a training set, and say how long it took."""
    start = time.perf_counter()
    rows = np.flatnonzero(training.is_used)
    if not len(rows) and previous is not None:  # all was thrown away: the one before goes on
        return previous, time.perf_counter() - start
    X, y, weights = weighted(take(X, as_slice(rows)), training.target[rows], training.weight[rows])
    settings = training.backend_params
    if len(y) > len(rows):  # soft labels: rows that come as both classes
        settings = settings_for_pairs(training.backend, settings)
    changed = replace(condition, backend_params=settings)
    classifier = train(changed, X, y, seed, previous, weights=weights)
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
    """Fit the condition's backend, or a constant where only one class is left to learn.

    Raises
    ------
    ParameterError
        When rows have weights and the backend does not take them.
    """
    if y.min() == y.max():
        return DummyClassifier().fit(X[:1], y[:1])  # type: ignore[no-any-return]
    backend = plugins.load("backends", "backend", condition.backend)
    given = dict(condition.backend_params)
    if weights is not None:
        check_weights(condition.backend, condition.strategy)
        given["weights"] = weights
    return backend.fit(X, y, seed=seed, previous=previous, **given)  # type: ignore[no-any-return]


def check_weights(backend: str, strategy: str) -> None:
    """Refuse a backend whose ``fit`` has no parameter ``weights``.

    Raises
    ------
    ParameterError
        Names the strategy that needs it.
    """
    if "weights" not in signature(plugins.load("backends", "backend", backend).fit).parameters:
        raise ParameterError(
            f"strategies={strategy} weighs rows, but backend={backend!r} takes no weights; add "
            "`weights` to its fit, or leave the strategy out"
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


def as_slice(rows: Rows) -> slice | Rows:
    """Ascending rows as a slice where there is none between them that is left out."""
    whole = rows[-1] - rows[0] + 1 == len(rows)
    return slice(int(rows[0]), int(rows[-1]) + 1) if whole else rows


def mask(rows: slice | Rows, size: int) -> NDArray[np.bool_]:
    """Which of so many rows are meant, (size,)."""
    chosen = np.zeros(size, bool)
    chosen[rows] = True
    return chosen
