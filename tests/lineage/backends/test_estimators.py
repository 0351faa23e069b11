"""Any estimator as a backend: what holds of all, what is refused, and how models are kept."""

import sys
from dataclasses import replace
from pathlib import Path

import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from mc.data.table import Table
from mc.errors import McError, ParameterError
from mc.lineage import backends
from mc.lineage.backends import _estimator
from mc.lineage.backends._estimator import Adapted
from mc.lineage.loop import Condition, lineage
from mc.tracking.models import ModelWriter

MODULE = '''
import argparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
import numpy as np

def make_model(dims=5, C=1.0):
    return make_pipeline(TruncatedSVD(dims, random_state=None), LogisticRegression(C=C))

class Prior(ClassifierMixin, BaseEstimator):
    """Predicts class shares."""

    def __init__(self, smoothing=1.0):
        self.smoothing = smoothing

    def fit(self, X, y):
        assert not hasattr(self, "classes_"), "it was fitted before"
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = (counts + self.smoothing) / (counts + self.smoothing).sum()
        return self

    def predict_proba(self, X):
        return np.tile(self.shares_, (X.shape[0], 1))

class Weird(Prior):
    def fit(self, X, y):
        self.hidden_ = argparse.Namespace(a=1)
        return super().fit(X, y)

class Failing(Prior):
    def fit(self, X, y):
        raise RuntimeError("out of ideas\\nsecond line")

class Gapless(Prior):
    """Wants classes without gaps, as xgboost does."""

    def fit(self, X, y):
        assert set(y) == set(range(len(set(y)))), "Invalid classes"
        return super().fit(X, y)

class Terse(Prior):
    """Its get_params gives only what was set, as catboost's does."""

    def __init__(self, smoothing=1.0, thread_count=-1, depth=None):
        assert thread_count == 1 or depth is None, "too many threads"
        self.given, self.smoothing, self.depth = {"smoothing": smoothing}, smoothing, depth

    def get_params(self, deep=True):
        return {}

class Open:
    """Knows no get_params, and takes any name."""

    def __init__(self, **settings):
        self.settings = settings

    def fit(self, X, y):
        self.inner = Prior(**self.settings).fit(X, y)
        return self

    def predict_proba(self, X):
        return self.inner.predict_proba(X)

class Nothing:
    pass

model = LogisticRegression(C=0.5)
'''
ESTIMATORS = (
    "sklearn.naive_bayes:MultinomialNB",
    "sklearn.naive_bayes:GaussianNB",  # takes no sparse rows
    "sklearn.svm:LinearSVC",  # has no probabilities
    "sklearn.ensemble:HistGradientBoostingClassifier",
    "lightgbm:LGBMClassifier",
    "theirs:make_model",
    "theirs:Prior",
    "theirs:Gapless",
    "theirs:Terse",
    "theirs:Open",
    "theirs:model",
)


@pytest.fixture(autouse=True)
def theirs(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "theirs.py"
    path.write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("theirs", None)
    _estimator.imported.cache_clear()
    return path


def many_classes(n: int = 300) -> Table:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], n // 3).astype(np.int8)
    frame = pd.DataFrame({"a": labels + rng.normal(0, 0.4, n), "b": rng.random(n)})
    return Table(
        frame, labels, {"name": "three", "digest": "d", "counts": {}, "classes": list("xyz")}
    )


@pytest.mark.parametrize("path", ESTIMATORS)
def test_it_learns_alone_and_from_any_rows(path, seen_by):
    features, backend = seen_by("logistic"), backends.find(path)
    X, y = features.X[:300], features.labels[:300]
    one, other = (backend.fit(X, y, seed=1, previous=None) for _ in range(2))
    assert list(one.classes_) == [0, 1]
    probability = one.predict_proba(features.X[300:])
    np.testing.assert_array_equal(probability, other.predict_proba(features.X[300:]))
    np.testing.assert_allclose(probability.sum(1), 1, atol=1e-6)


@pytest.mark.parametrize("path", [each for each in ESTIMATORS if "make_model" not in each])
def test_classes_that_vanish_leave_a_gap_that_none_minds(path):
    rows = many_classes()
    X = np.abs(rows.frame.to_numpy())
    kept = rows.labels != 1
    model = backends.find(path).fit(X[kept], rows.labels[kept], seed=0, previous=None)
    assert list(model.classes_) == [0, 2]
    assert set(model.predict(X)) <= {0, 2}


@pytest.mark.parametrize("path", ["theirs:Prior", "sklearn.svm:LinearSVC"])
def test_a_lineage_of_three_classes_in_a_table_runs_with_it(path):
    condition = Condition((60, 100, 140), rate=1.0, regime="replace", backend=path, test_size=100)
    bred = list(lineage(many_classes(), condition, 0))
    assert len(bred) == 3
    assert bred[-1].metrics["synthetic_share"] == 1
    assert np.isfinite(bred[-1].metrics["roc_auc"])


def test_a_class_with_one_row_is_left_out_where_probabilities_are_calibrated():
    rows = many_classes()
    X, y = rows.frame.to_numpy(), rows.labels.copy()
    y[y == 2] = 1
    y[-1] = 2
    model = backends.find("sklearn.svm:LinearSVC").fit(X, y, seed=0, previous=None)
    assert list(model.classes_) == [0, 1]


def test_parameters_are_the_estimators_own(theirs):
    parameters = backends.find("theirs:make_model").Parameters
    read = parameters.read_text("dims=3,logisticregression__penalty=None", "backend_params")
    assert read.values() == {"dims": 3, "logisticregression__penalty": None}
    with pytest.raises(
        ParameterError, match=r"backend_params='dimz' is unknown.*did you mean 'dims'"
    ):
        parameters.read_text("dimz=3", "backend_params")
    with pytest.raises(ParameterError, match="backend_params='dims' lacks a value"):
        parameters.read_text("dims", "backend_params")


def test_parameters_that_an_estimator_does_not_list_can_be_set(theirs):
    rows = many_classes()
    terse, liberal = backends.find("theirs:Terse"), backends.find("theirs:Open")
    read = terse.Parameters.read_text("depth=3", "backend_params").values()
    fitted = terse.fit(rows.frame.to_numpy(), rows.labels, seed=0, previous=None, **read)
    assert fitted.estimator.depth == 3
    with pytest.raises(ParameterError, match="did you mean 'depth'"):
        terse.Parameters.read_text("dept=3", "backend_params")
    read = liberal.Parameters.read_text("smoothing=9", "backend_params").values()
    fitted = liberal.fit(rows.frame.to_numpy(), rows.labels, seed=0, previous=None, **read)
    assert fitted.estimator.inner.smoothing == 9
    with pytest.raises(McError, match="unexpected keyword argument 'smoothness'"):
        liberal.fit(rows.frame.to_numpy(), rows.labels, seed=0, previous=None, smoothness=9)


def test_an_estimator_is_cloned_and_stays_as_it_was(theirs):
    backend = backends.find("theirs:model")
    module = sys.modules["theirs"]
    rows = many_classes()
    backend.fit(rows.frame.to_numpy(), rows.labels, seed=0, previous=None, C=2.0)
    assert not hasattr(module.model, "coef_")
    assert module.model.C == 0.5


def test_random_states_and_threads_are_set_of_every_step():
    fitted = backends.find("theirs:make_model").fit(
        many_classes().frame.to_numpy(), many_classes().labels, seed=7, previous=None, dims=1
    )
    assert fitted.get_params()["truncatedsvd__random_state"] == 7
    gbm = _estimator._on_one_thread(backends.find("lightgbm:LGBMClassifier")._made({}), 7)
    assert gbm.get_params()["n_jobs"] == 1


def test_code_that_changes_is_another_identity(theirs):
    before = backends.identity("theirs:Prior")
    theirs.write_text(MODULE + "\n")
    sys.modules.pop("theirs")
    _estimator.imported.cache_clear()
    assert backends.identity("theirs:Prior") != before
    assert backends.identity("sklearn.svm:LinearSVC").startswith("scikit-learn==")
    assert backends.identity("logistic") == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("their:Prior", "No module named 'their'; install it into this environment, or run"),
        ("theirs:Pryor", "attribute='Pryor' is unknown; .* did you mean 'Prior'"),
        ("theirs:Nothing", r"gives Nothing, which has no fit\(X, y\)"),
        ("sklearn.linear_model:Ridge", "neither predict_proba nor decision_function"),
        ("theirs:", "must be package.module:attribute"),
        ("this.is:broken", "'this' is not a package"),
    ],
)
def test_what_is_no_classifier_is_refused_in_words(path, words):
    with pytest.raises(ParameterError, match=words):
        backends.find(path)


def test_a_module_that_raises_is_named(theirs):
    theirs.write_text("raise RuntimeError('not today')")
    with pytest.raises(ParameterError, match="importing theirs raised RuntimeError: not today"):
        backends.find("theirs:Prior")


def test_an_error_inside_it_names_it_and_the_generation():
    condition = Condition((60, 100), backend="theirs:Failing", test_size=100)
    with pytest.raises(McError, match=r"generation 0: backend=theirs:Failing .*out of ideas$"):
        list(lineage(many_classes(), condition, 0))


@pytest.mark.parametrize(
    "path", ["theirs:Prior", "sklearn.naive_bayes:GaussianNB", "lightgbm:LGBMClassifier"]
)
def test_models_of_named_packages_are_stored_without_pickle(path, features, corpus, tmp_path):
    condition = Condition((300,), backend=path, test_size=100)
    model = next(lineage(features, condition, 0)).model
    ModelWriter(features, path).write(tmp_path, model, "r", "m")
    assert (tmp_path / "model.skops").exists()
    loaded = mlflow.sklearn.load_model(str(tmp_path))
    expected = model.probabilities(features.X[:20])
    np.testing.assert_allclose(loaded.predict_proba(corpus.texts[:20])[:, 1], expected, atol=1e-6)


@pytest.mark.parametrize(
    "path", ["theirs:Prior", "theirs:Open", "sklearn.naive_bayes:GaussianNB", "logistic"]
)
@pytest.mark.parametrize("missing", [None, np.nan])
def test_a_model_of_a_table_reads_what_a_csv_holds(path, missing, tmp_path):
    rows = many_classes()
    rows.frame["word"] = np.where(rows.frame["b"] < 0.2, None, rows.labels.astype(str))
    rows.frame.loc[::7, "a"] = np.nan
    condition = Condition((100,), backend=path, test_size=100)
    if path == "logistic":
        condition = replace(condition, backend_params=backends.find(path).Parameters().values())
    model = next(lineage(rows, condition, 0)).model
    ModelWriter(rows, path).write(tmp_path, model, "r", "m")
    assert (tmp_path / "model.skops").exists()
    frame = rows.frame.where(rows.frame.notna(), missing)
    loaded = mlflow.pyfunc.load_model(str(tmp_path)).predict(frame)
    np.testing.assert_array_equal(loaded, model.probabilities(rows.frame).argmax(1))


def test_models_of_other_types_are_pickled_only_where_that_is_allowed(features, corpus, tmp_path):
    condition = Condition((300,), backend="theirs:Weird", test_size=100)
    model = next(lineage(features, condition, 0)).model
    with pytest.raises(
        ParameterError, match="allow_pickle=true to keep them as pickles, which run"
    ):
        ModelWriter(features, "theirs:Weird").write(tmp_path, model, "r", "m")
    ModelWriter(features, "theirs:Weird", allow_pickle=True).write(tmp_path, model, "r", "m")
    assert (tmp_path / "model.pkl").exists()


def test_an_adapted_model_can_be_asked_for_its_parts():
    inner = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    adapted = Adapted(inner, np.array([0, 4]), is_dense=False)
    assert adapted.predict(np.array([[0.0], [9.0]])).tolist() == [0, 4]
