"""The experiment itself: generations of a classifier, each trained on labels of the previous one.

Pure and deterministic: no MLflow, no Optuna, no files, no texts.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier

from mc import plugins
from mc.errors import EstimatorError, McError
from mc.lineage import backends, class_metrics, metrics
from mc.lineage.probabilities import likeliest, probabilities, shares
from mc.lineage.recipe import NOTHING, apply, check, check_weights, kept, parse
from mc.lineage.replicate import Replicate
from mc.lineage.rows import mask
from mc.lineage.soft_labels import settings_for_pairs, weighted
from mc.lineage.training_set import HUMAN, Ledger, Selection, TrainingSet
from mc.lineage.view import View, view_of
from mc.randomness import stream
from mc.settings import Values
from mc.types import (
    AnySetting,
    Classifier,
    GenerationRecord,
    Labels,
    Matrix,
    PreparedRows,
    Probabilities,
    Representer,
    Shares,
)

RESULTS_VERSION = 4  # raise when a change alters numbers: stored lineages are then not reused


@dataclass(frozen=True)
class Condition:
    """Everything that defines a lineage, except the replicate.

    Parameters
    ----------
    sizes : tuple of int
        Rows collected up to each generation, ascending; generation 0 has human labels only.
    rate : float in [0, 1]
        Share of each increment that the previous generation labels.
    regime, labelling, backend : str
        Names of plug-ins.
    backend_params : mapping
        All parameters of the backend.
    test_size : int
        Held-out rows.
    seed : int
        Base of all random streams.
    strategy : str
        Recipe of strategies against collapse, see `mc.lineage.recipe`.
    vocabulary : str
        Whose words the classifiers know, see `mc.lineage.vocabulary`.
    representation : str
        What the classifiers see of a row, see `mc.lineage.view`.
    same_rows : bool
        Whether each increment is the rows of generation 0 again, labelled anew, and not new rows:
        the loop of Dey and Donoho (2024).
    """

    sizes: tuple[int, ...]
    rate: float = 0.0
    regime: str = "accumulate"
    labelling: str = "argmax"
    backend: str = "logistic"
    backend_params: Values = field(default_factory=dict)
    test_size: int = 20_000
    seed: int = 0
    strategy: str = "none"
    vocabulary: str = "training"
    representation: str = "auto"
    same_rows: bool = False

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
        """Rows that each generation adds; 0 if they differ or there is only one generation."""
        steps = {after - before for before, after in pairwise(self.sizes)}
        return steps.pop() if len(steps) == 1 else 0


@dataclass(frozen=True, eq=False)
class State:
    """Progress of a lineage: all that later generations depend on, except the condition.

    Parameters
    ----------
    step : int
        The newest generation.
    ledger : Ledger
        Labels of the rows collected so far.
    reference : (test_size,) int
        Predicted classes of generation 0.
    classifiers : mapping of int to Classifier
        Generation to classifier: the newest one, and the earlier ones that a strategy may use
        again, see ``keeps`` in `mc.lineage.strategies`.
    """

    step: int
    ledger: Ledger
    reference: Labels
    classifiers: Mapping[int, Classifier]


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """What a lineage retrains.

    Parameters
    ----------
    representer : Representer
        Turns rows of the corpus into what the classifier sees: a vectoriser, for texts.
    classifier : Classifier
        Predicts from that.
    n_classes : int
        Of the corpus.
    """

    representer: Representer
    classifier: Classifier
    n_classes: int = 2

    def probabilities(self, X: Matrix) -> Probabilities:
        """Probabilities of classes (`mc.lineage.probabilities`) of rows of the corpus, (m, d)."""
        return probabilities(self.classifier, self.representer.transform(X), self.n_classes)


Fit = tuple[Classifier, float]  # a classifier and the seconds of its training
Judges = Callable[[int], Probabilities]
Evaluate = Callable[[Probabilities, Labels, Labels], dict[str, float]]


class Shared:
    """What all rates of a replicate share, kept for the next lineage of the process.

    These are its reviews, as classifiers see them, and generation 0, whose labels are human.
    """

    def __init__(self) -> None:
        self._key: tuple[int, str] | None = None
        self._view: View | None = None
        self._first: Fit | None = None

    def view(self, condition: Condition, replicate: int, make: Callable[[], View]) -> View:
        """The view of the replicate; only the latest is kept, since it is large."""
        key = (replicate, repr(replace(condition, rate=0.0, labelling="", strategy="")))
        if key != self._key or self._view is None:
            self._view = self._first = None  # before the new one takes its memory
            self._key, self._view = key, make()
        return self._view

    def first(self, fit: Callable[[], Fit]) -> Fit:
        """Generation 0 of the replicate whose view was asked for last."""
        if self._first is None:
            self._first = fit()
        return self._first


def lineage(
    features: PreparedRows,
    condition: Condition,
    replicate: int,
    *,
    shared: Shared | None = None,
    after: State | None = None,
    count_labels: bool = False,
) -> Iterator[GenerationRecord]:
    """Train generations of a classifier, each on labels of the previous one.

    Parameters
    ----------
    features : Features, RawTexts, Table or Numbers
        Rows and human labels of the corpus, at least ``test_size + sizes[-1]``. Where its ``about``
        has ``fixed_test_rows``, so many of its last rows are the held-out ones, and no others.
    condition : Condition
        Sizes, rate and methods of the lineage.
    replicate : int
        Number of the repetition, from 0.
    shared : Shared, optional
        Cache of what the lineages of one replicate have in common, on one corpus.
    after : State, optional
        State of the same lineage when it was interrupted; resumes with the next generation.
    count_labels : bool
        Whether to measure `LABEL_COUNTS`, the human work that a strategy takes, as well.

    Yields
    ------
    GenerationRecord
        One for each of ``condition.sizes``, in order, with a `TrainedModel` as its model and a
        `State` as its state.

    Raises
    ------
    EstimatorError
        When a foreign estimator fails; names it and the generation.
    """
    step = after.step + 1 if after else 0
    try:
        for record in _generations(
            features,
            condition,
            replicate,
            shared=shared or Shared(),
            after=after,
            count_labels=count_labels,
        ):
            yield record
            step += 1
    except EstimatorError as error:
        raise EstimatorError(f"generation {step}: {error}") from error
    except McError:
        raise
    except Exception as error:
        backend = backends.find(condition.backend)
        if not backends.is_foreign(backend):
            raise
        reason = str(error).strip().partition("\n")[0]
        raise EstimatorError(
            f"generation {step}: {backend} raised {type(error).__name__}: {reason}"
        ) from error


def _generations(
    features: PreparedRows,
    condition: Condition,
    replicate: int,
    *,
    shared: Shared,
    after: State | None,
    count_labels: bool,
) -> Iterator[GenerationRecord]:
    """The generations of `lineage`: its life, read from top to bottom."""
    recipe = parse(condition.strategy)
    n_classes = len(features.classes)
    check(recipe, condition.backend, n_classes)
    regime = plugins.load("regimes", "regime", condition.regime)
    fixed = int(features.about.get("fixed_test_rows", 0))
    draws = Replicate.draw(len(features.labels), condition, replicate, fixed)
    view = shared.view(condition, replicate, partial(view_of, features, condition, draws))
    truth, human = features.labels[draws.test], features.labels[draws.order]
    # From here on row i is the i-th collected row.
    share = shares(human[: condition.sizes[0]], n_classes)
    evaluate = _evaluator(features.classes, share)
    newest, ledger, reference, classifiers = _start(after, n_classes)

    for step in range(newest + 1, len(condition.sizes)):
        began = time.perf_counter()
        size = condition.sizes[step]
        new = slice(condition.sizes[step - 1] if step else 0, size)
        rng = stream(condition.seed, replicate, "generation", step)
        seed = int(rng.integers(2**31))
        judged_by = _judges(classifiers, view, new, n_classes)

        # 1. People label the new rows; the previous generation labels the contaminated ones.
        labels, origin = human[new], np.full(size - new.start, HUMAN, np.int16)
        contaminated = draws.contamination[new] < condition.rate  # (m,) nested in rate
        if step and contaminated.any():
            label = plugins.load("labellings", "labelling", condition.labelling)
            guesses = label(judged_by(step - 1), draws.labelling[new], share)
            labels = np.where(contaminated, guesses, labels)
            origin[contaminated] = step - 1
        ledger = ledger.extended(labels, origin)

        # 2. The regime chooses rows; a recipe may change labels, rows, weights and settings.
        chosen = Selection(regime.rows(condition.sizes, step, rng), condition.backend_params)
        if step and condition.strategy != NOTHING:
            training = TrainingSet(
                step=step,
                new=new,
                ledger=ledger,
                trained=mask(chosen.rows, size),
                weight=np.ones(size),
                human=human[:size],
                share=share,
                backend=condition.backend,
                backend_params=condition.backend_params,
                judged_by=judged_by,
                rng=partial(stream, condition.seed, replicate, "strategy", step),
                n_classes=n_classes,
            )
            training = apply(recipe, training)
            ledger, chosen = training.ledger, training.selection

        # 3. The next classifier is trained, and scored on held-out human labels.
        start = time.perf_counter()
        previous = classifiers.get(step - 1)
        X = view.collected(step, chosen.rows)
        fit = partial(_fit, condition, X, ledger, chosen, seed=seed, previous=previous)
        classifier, fit_seconds = fit() if step else shared.first(fit)
        X_test = view.held_out(step)
        scoring = time.perf_counter()
        probability = probabilities(classifier, X_test, n_classes)
        scored = time.perf_counter()
        reference = likeliest(probability) if reference is None else reference
        scores = evaluate(probability, truth, reference) | ledger.measure(chosen.rows, human)
        if count_labels:
            scores |= ledger.measure_labels(scores["train_size"]) | {"label_seconds": start - began}
        scores |= {"fit_seconds": fit_seconds, "score_seconds": scored - scoring}

        known = {**classifiers, step: classifier}
        classifiers = {generation: known[generation] for generation in sorted(kept(recipe, step))}
        model = TrainedModel(view.representers[step], classifier, n_classes)
        yield GenerationRecord(scores, model, State(step, ledger, reference, classifiers))


def _start(
    after: State | None, n_classes: int
) -> tuple[int, Ledger, Labels | None, Mapping[int, Classifier]]:
    """The newest generation, labels, reference and classifiers before the first or next one."""
    if after is None:
        return -1, Ledger.empty(n_classes), None, {}
    return after.step, after.ledger, after.reference, after.classifiers


def _evaluator(classes: Sequence[str], share: Shares) -> Evaluate:
    """What scores predictions: of two classes, or of more."""
    if len(classes) == 2:
        return metrics.evaluate
    return partial(class_metrics.evaluate, classes=classes, shares=np.asarray(share))


def _judges(
    classifiers: Mapping[int, Classifier], view: View, new: slice, n_classes: int
) -> Judges:
    """Function from a generation to its probabilities on the new rows; computes each once."""

    @cache
    def judged_by(generation: int) -> Probabilities:
        if generation not in classifiers:
            raise LookupError(
                f"the classifier of generation {generation} is not kept; a strategy that asks it "
                "must name it in its `keeps`, see mc/lineage/strategies/__init__.py"
            )
        X_new = view.collected(generation, new)
        return probabilities(classifiers[generation], X_new, n_classes)

    return judged_by


def _fit(
    condition: Condition,
    X: Matrix,
    ledger: Ledger,
    chosen: Selection,
    *,
    seed: int,
    previous: Classifier | None,
) -> Fit:
    """Train on the chosen rows, (m, k); returns the seconds as well."""
    start = time.perf_counter()
    target = ledger.target[chosen.rows]
    if not len(target) and previous is not None:  # strategies dropped all rows
        return previous, time.perf_counter() - start
    X, y, weights = weighted(X, target, chosen.weight)
    settings = chosen.backend_params
    if len(y) > len(target):  # soft labels: some rows occur twice, once with each class
        settings = settings_for_pairs(condition.backend, settings)
    changed = replace(condition, backend_params=settings)
    classifier = train(changed, X, y, seed, previous, weights=weights)
    return classifier, time.perf_counter() - start


def train(
    condition: Condition,
    X: Matrix,
    y: Labels,
    seed: int,
    previous: Classifier | None,
    *,
    weights: NDArray[np.floating] | None = None,
) -> Classifier:
    """Fit the condition's backend, or a constant if only one class is left.

    Raises
    ------
    ParameterError
        When rows have weights, which the backend does not support.
    """
    if y.min() == y.max():
        return DummyClassifier().fit(X[:1], y[:1])  # type: ignore[no-any-return]
    backend = backends.find(condition.backend)
    arguments: dict[str, AnySetting] = dict(condition.backend_params)
    if weights is not None:  # a backend without weights is one all the same
        check_weights(condition.backend, condition.strategy)
        arguments["weights"] = weights
    return backend.fit(X, y, seed=seed, previous=previous, **arguments)
