"""Every shortcut keeps the results: fast lineages against the same by plain scikit-learn.

The plain path reads texts anew, copies rows, fits from nothing with the library's own solver,
shares nothing between lineages and scores with the library's own metrics.
"""

import warnings
from functools import partial
from itertools import product

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from mc import plugins
from mc.lineage import backends
from mc.lineage.loop import Condition, Shared, lineage
from mc.lineage.replicate import Replicate
from mc.plugins import LABELLINGS
from mc.randomness import stream

SOLVED = 1e-3  # of a probability: solvers stop so near each other
SIZES = (150, 200, 250, 300, 350)
SETTINGS = {"logistic": "C=2", "random_forest": "n_estimators=15", "lightgbm": "n_terms=2000"}


def plain_model(condition: Condition, seed: int):
    settings = dict(condition.backend_params)
    if condition.backend == "logistic":
        return LogisticRegression(C=settings["C"], tol=1e-9, max_iter=10_000)
    if condition.backend == "random_forest":
        return RandomForestClassifier(**settings, random_state=seed)
    settings.pop("n_terms")
    fixed = {"deterministic": True, "force_row_wise": True, "n_jobs": 1, "verbosity": -1}
    return LGBMClassifier(**settings, random_state=seed, **fixed)


def positive(model, X):
    """Probability of the positive class, which the model may never have met."""
    found = np.zeros((X.shape[0], 2))
    found[:, model.classes_] = model.predict_proba(X)
    return found[:, 1]


def plain_lineage(corpus, condition: Condition, replicate: int):
    """Probabilities of the test rows and the training labels, generation by generation."""
    draws = Replicate.draw(len(corpus.texts), condition, replicate)
    counts = condition.backend == "random_forest"
    fresh = partial(CountVectorizer if counts else TfidfVectorizer, min_df=5, dtype=np.float32)
    texts = np.array(corpus.texts, dtype=object)
    collected, test = texts[draws.order], texts[draws.test]
    labels, model, vectoriser = corpus.labels[draws.order].copy(), None, None
    share = labels[: SIZES[0]].mean()
    regime = plugins.load("regimes", "regime", condition.regime)
    for step, size in enumerate(SIZES):
        if model is not None:
            new = slice(SIZES[step - 1], size)
            probability = positive(model, vectoriser.transform(collected[new]))
            guesses = plugins.load("labellings", "", condition.labelling)(
                probability, draws.labelling[new], share
            )
            for row in range(*new.indices(size)):
                if draws.contamination[row] < condition.rate:
                    labels[row] = guesses[row - new.start]
        rng = stream(condition.seed, replicate, "generation", step)
        seed = int(rng.integers(2**31))
        rows = regime.rows(SIZES, step, rng)
        words = {"training": collected[:size], "initial": collected[: SIZES[0]], "corpus": texts}
        vectoriser = fresh().fit(words[condition.vocabulary])
        several = len(set(labels[rows])) > 1
        model = plain_model(condition, seed) if several else DummyClassifier()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # 1e-9 is beyond the line search
            model.fit(vectoriser.transform(collected[rows]), labels[rows])
        yield positive(model, vectoriser.transform(test)), labels[rows]


@pytest.mark.parametrize("backend", plugins.names("backends"))
@pytest.mark.parametrize("regime", plugins.names("regimes"))
@pytest.mark.parametrize("labelling", LABELLINGS)
def test_fast_lineages_are_the_plain_ones(corpus, features, backend, regime, labelling):
    assert_plain(corpus, features, backend, regime=regime, labelling=labelling)


# A forest skips terms that no training text has and tries fewer in their place: see test_backends.
AS_PLAIN = [*product(plugins.names("backends"), ("training", "initial"))]
AS_PLAIN += [(name, "corpus") for name in ("logistic", "lightgbm")]


@pytest.mark.parametrize(("backend", "vocabulary"), AS_PLAIN)
def test_words_are_those_of_the_texts_that_are_asked_for(
    wordy, wordy_features, backend, vocabulary
):
    assert_plain(wordy, wordy_features, backend, vocabulary=vocabulary)


def assert_plain(corpus, features, backend, **given):
    shared = Shared()
    parameters = backends.find(backend).Parameters
    settings = parameters.read_text(SETTINGS[backend], "p").values()
    for rate in (0.0, 0.5, 1.0):
        named = {"backend": backend, "backend_params": settings, "test_size": 200, **given}
        condition = Condition(SIZES, rate, **named)
        truth = corpus.labels[Replicate.draw(len(corpus.texts), condition, 0).test]
        fast = lineage(features, condition, 0, shared=shared)
        plain = plain_lineage(corpus, condition, 0)
        for generation, (probability, labels) in zip(fast, plain, strict=True):
            seen, where = generation.metrics, (rate, generation.state.step)
            assert seen["train_size"] == len(labels), where
            open_calls = np.mean(np.abs(probability - 0.5) < SOLVED)  # either may be right
            assert seen["accuracy"] == pytest.approx(
                accuracy_score(truth, probability > 0.5), abs=open_calls + 1e-9
            ), where
            for name, value in {
                "roc_auc": roc_auc_score(truth, probability),
                "log_loss": log_loss(truth, probability),
            }.items():
                assert seen[name] == pytest.approx(value, abs=SOLVED), (*where, name)
