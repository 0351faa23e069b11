"""Tries settings of a backend: cross-validated for the search, then judged on untouched reviews.

Pure and deterministic. Knows nothing of MLflow, Optuna or files.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold

from mc.data.vectoriser import Vectoriser, holders
from mc.lineage import backends
from mc.lineage.loop import Condition, train
from mc.lineage.metrics import evaluate
from mc.lineage.probabilities import positive_probability
from mc.lineage.vocabulary import MIN_REVIEWS
from mc.randomness import stream
from mc.settings import Values
from mc.types import Labels, Rows

RESULTS_VERSION = 3  # raise when a change alters numbers: stored trials are then not reused
Reviews = tuple[csr_matrix, Labels]
SCORES = ("accuracy", "roc_auc", "positive_share")


@dataclass(frozen=True)
class Design:
    """Everything that defines a search but its length.

    Parameters
    ----------
    backend : str
        Name of the plug-in.
    train_size, test_size : int
        Rows to search on, and rows that the search never sees.
    folds : int
        Parts that the training rows are split into.
    refits : int
        Fits of the final comparison, each on its own rows.
    seed : int
        Base of all random streams.
    """

    backend: str
    train_size: int = 10_000
    test_size: int = 20_000
    folds: int = 5
    refits: int = 5
    seed: int = 0

    def split(self, n_rows: int) -> tuple[Rows, Rows]:
        """Corpus rows that may be learned from, those of the search first; and test rows."""
        rows = stream(self.seed, "split").permutation(n_rows)
        return rows[self.test_size :], rows[: self.test_size]


@dataclass(frozen=True)
class Try:
    """One fit: its scores and predicted classes on rows that it did not learn from."""

    metrics: Mapping[str, float]
    classes: Labels


def cross_validate(
    X: csr_matrix, labels: Labels, design: Design, settings: Values
) -> Iterator[Try]:
    """Fit on all folds but one, score on that one; all settings share the folds and model seeds.

    Parameters
    ----------
    X : (n, d) csr
        Counts of all terms in all reviews of the corpus.
    labels : (n,) int8
        Human labels.
    """
    rows = design.split(X.shape[0])[0][: design.train_size]
    X, y = X[rows], labels[rows]
    condition = _condition(design, settings)
    shuffle = int(stream(design.seed, "folds").integers(2**31))
    folds = StratifiedKFold(design.folds, shuffle=True, random_state=shuffle)
    for fold, (learned, held_out) in enumerate(folds.split(X, y)):
        seed = int(stream(design.seed, "model", "fold", fold).integers(2**31))
        yield _fit(condition, seed, (X[learned], y[learned]), (X[held_out], y[held_out]))


def refit(X: csr_matrix, labels: Labels, design: Design, settings: Values) -> Iterator[Try]:
    """Fit on fresh draws of training rows, score on the test rows; arguments as above."""
    pool, test = design.split(X.shape[0])
    condition, tested = _condition(design, settings), (X[test], labels[test])
    for number in range(design.refits):
        rng = stream(design.seed, "refit", number)
        rows = rng.choice(pool, design.train_size, replace=False)
        seed = int(rng.integers(2**31))
        yield _fit(condition, seed, (X[rows], labels[rows]), tested)


def _condition(design: Design, settings: Values) -> Condition:
    return Condition((design.train_size,), backend=design.backend, backend_params=settings)


def _fit(condition: Condition, seed: int, learned: Reviews, held_out: Reviews) -> Try:
    """Words come from what is learned; the seconds are those of the fit alone."""
    wanted = backends.find(condition.backend).representation
    (X, y), (X_test, truth) = learned, held_out
    vectoriser = Vectoriser.known(holders(X), len(y), MIN_REVIEWS, wanted)
    rows = vectoriser.transform(X)
    start = time.perf_counter()
    classifier = train(condition, rows, y, seed, None)
    seconds = time.perf_counter() - start
    probability = positive_probability(classifier, vectoriser.transform(X_test))
    classes = (probability > 0.5).astype(np.int8)
    metrics = evaluate(probability, truth, classes)
    return Try({**{name: metrics[name] for name in SCORES}, "fit_seconds": seconds}, classes)
