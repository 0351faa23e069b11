"""Laws of `mc.collapse`: the numbers are a stage's, whatever computes them."""

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from laboratory import ROOT, Laboratory
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_digits, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import mc
from mc.api.models import model_of
from mc.errors import DataError, ParameterError
from mc.lineage import backends
from mc.lineage.loop import lineage
from mc.lineage.metrics import TIMINGS

SMALL = {"rates": [0, 0.5, 1], "repetitions": 2, "sizes": [60, 100, 140], "progress": False}
X, Y = load_digits(return_X_y=True)
X, Y = X[:600], Y[:600]
BINARY = np.where(Y > 4, "high", "low")


def numbers(study: mc.Study) -> pd.DataFrame:
    return study.generations.drop(columns=list(TIMINGS))


def same(one: mc.Study, other: mc.Study) -> None:
    pd.testing.assert_frame_equal(numbers(one), numbers(other), check_exact=True)


def test_the_numbers_are_those_of_the_stage(tmp_path):
    laboratory = Laboratory.build(tmp_path / "stage", quick=True)
    given = {"initial_size": "40", "increment": "20", "final_size": "80", "test_size": "60"}
    more = {"rates": "0,0.5,1", "repetitions": "2", "regime": "replace", "log_models": "none"}
    laboratory.run(data="wine", data_params="", **given, **more)
    bunch = load_wine(as_frame=True)
    study = mc.collapse(
        bunch.data,
        bunch.target_names[bunch.target],
        rates=[0, 0.5, 1],
        regime="replace",
        sizes=range(40, 81, 20),
        test_size=60,
        repetitions=2,
        progress=False,
    )
    kept = io.StringIO(numbers(study).to_csv(index=False))  # as a stage keeps its numbers
    expected = laboratory.numbers(laboratory.stage_runs[0])
    assert list(numbers(study)) == list(expected)
    pd.testing.assert_frame_equal(pd.read_csv(kept), expected, check_exact=True)


def test_texts_give_the_numbers_of_the_loop(corpus, features):
    study = mc.collapse(corpus.texts, corpus.labels, test_size=200, **SMALL)
    for condition in study.conditions:
        records = list(lineage(features, condition, 1))
        ends = study.generations.query("rate == @condition.rate and replicate == 1")
        for name in ("accuracy", "roc_auc", "log_loss", "label_error"):
            assert ends[name].tolist() == [record.metrics[name] for record in records]


def test_any_number_of_processes_gives_the_same_bits():
    asked = {"model": HistGradientBoostingClassifier(max_iter=3), "regime": "replace", **SMALL}
    alone = mc.collapse(X, Y, **asked, jobs=1)
    same(alone, mc.collapse(X, Y, **asked, jobs=2))  # a replicate each
    same(alone, mc.collapse(X, Y, **asked, jobs=3))  # a lineage each


def test_an_estimator_of_the_users_own_travels_to_other_processes():
    class Nearest(ClassifierMixin, BaseEstimator):
        """Defined here, where no other process can import it from."""

        def fit(self, X, y):
            self.classes_ = np.unique(y)
            self.means_ = np.array([X[y == each].mean(0) for each in self.classes_])
            return self

        def predict_proba(self, X):
            distances = ((X[:, None] - self.means_) ** 2).sum(2)
            near = np.exp(-(distances - distances.min(1, keepdims=True)) / 100)
            return near / near.sum(1, keepdims=True)

    alone, together = (mc.collapse(X, Y, model=Nearest(), jobs=jobs, **SMALL) for jobs in (1, 2))
    same(alone, together)
    assert set(alone.generations["backend"]) == {"Nearest"}


def test_the_estimator_is_left_as_it_was():
    model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=3, n_jobs=2))
    before = model.get_params()
    mc.collapse(X, Y, model=model, **SMALL)
    after = model.get_params()
    assert {k: repr(v) for k, v in after.items()} == {k: repr(v) for k, v in before.items()}
    assert after["randomforestclassifier"] is before["randomforestclassifier"]
    assert not hasattr(model[-1], "estimators_")
    assert not hasattr(model[0], "mean_")


@pytest.mark.parametrize("regime", ["accumulate", "replace", "subsample"])
@pytest.mark.parametrize("labelling", ["argmax", "prior", "sample"])
def test_rate_0_keeps_all_human_labels_and_rate_1_none_of_the_new(regime, labelling):
    study = mc.collapse(X, Y, model=GaussianNB(), regime=regime, labelling=labelling, **SMALL)
    ends = study.generations.groupby("rate")
    assert (ends["label_error"].max()[0.0], ends["synthetic_share"].max()[0.0]) == (0, 0)
    if regime == "replace":
        assert (ends["synthetic_share"].max()[1.0]) == 1


@pytest.mark.parametrize(
    ("rows", "model"),
    [
        (X, GaussianNB()),
        (X, "logistic"),
        (X, "sklearn.tree:DecisionTreeClassifier"),
        (X, DecisionTreeClassifier),
        (X.astype(np.float32), RidgeClassifier()),
        (X.astype(int), MultinomialNB()),
        (csr_matrix(X), MultinomialNB()),
        (csr_matrix(X.astype(int)), "logistic"),
        (csr_matrix(X), HistGradientBoostingClassifier(max_iter=2)),  # takes dense rows only
        (np.where(X > 12, np.nan, X), HistGradientBoostingClassifier(max_iter=2)),
        (pd.DataFrame(X).assign(word=np.where(Y > 5, "big", None)), LogisticRegression()),
        ([f"pixel{x.argmax()} row{x[::-1].argmax()} digit" for x in X], MultinomialNB()),
    ],
)
@pytest.mark.parametrize("labels", [Y, BINARY])
def test_rows_of_all_kinds_run(rows, model, labels):
    study = mc.collapse(rows, labels, model=model, **SMALL)
    assert len(study.generations) == 3 * 2 * 3
    assert study.rows.classes == tuple(map(str, np.unique(labels)))
    start = study.generations.query("generation == 0")
    assert start.groupby("replicate")["accuracy"].nunique().max() == 1
    assert start["accuracy"].mean() > 1 / len(study.rows.classes)


def test_arrays_and_sparse_rows_reach_the_estimator_as_they_are():
    seen = []

    class Watching(GaussianNB):
        def fit(self, X, y):
            seen.append(X)
            return super().fit(X, y)

    mc.collapse(X, Y, model=Watching(), rates=[0], repetitions=1, sizes=[50, 90], progress=False)
    assert [each.shape for each in seen] == [(50, 64), (90, 64)]
    assert np.shares_memory(*seen)  # under `accumulate` rows are a view
    assert {tuple(row) for row in seen[1]} <= {tuple(row) for row in X}


def test_slices_of_sparse_rows_are_not_copied():
    seen = []

    class Watching(MultinomialNB):
        def fit(self, X, y):
            seen.append(X)
            return super().fit(X, y)

    asked = {"rates": [0], "repetitions": 1, "sizes": [50, 90], "progress": False}
    mc.collapse(csr_matrix(X), Y, model=Watching(), **asked)
    assert [each.shape for each in seen] == [(50, 64), (90, 64)]
    assert np.shares_memory(seen[0].data, seen[1].data)


class Plain:
    """Has the methods that count, and nothing of scikit-learn's."""

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()

    def predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))


def test_an_object_that_is_only_like_an_estimator_will_do():
    model = Plain()
    study = mc.collapse(X, Y, model=model, **SMALL)
    assert not vars(model)
    assert study.generations["prediction_entropy"].min() > 2
    assert " at 0x" not in study.model


def test_a_fixed_test_set_is_the_test_set_of_every_replicate():
    seen = []

    class Watching(GaussianNB):
        def predict_proba(self, X):
            seen.append(X)
            return super().predict_proba(X)

    given = {"X_test": X[500:], "y_test": Y[500:], **SMALL}
    study = mc.collapse(X[:500], Y[:500], model=Watching(), **given)
    tested = [rows for rows in seen if len(rows) == 100]
    assert len(tested) >= 2 * (1 + 3 * 2)
    assert all(np.array_equal(rows, X[500:]) for rows in tested)
    assert study.conditions[0].test_size == 100
    trained = mc.collapse(X[:500], Y[:500], model=GaussianNB(), test_size=100, **SMALL)
    assert not numbers(study)["accuracy"].equals(numbers(trained)["accuracy"])


def test_default_sizes_end_with_all_rows():
    study = mc.collapse(X, Y, model=GaussianNB(), rates=[1], repetitions=1, progress=False)
    assert study.conditions[0].sizes == tuple(range(40, 401, 36))
    assert study.conditions[0].test_size == 200


def test_a_strategy_is_followed():
    asked = {"model": GaussianNB(), "regime": "replace", **SMALL}
    plain, helped = (mc.collapse(X, Y, strategy=s, **asked) for s in ("none", "drop_synthetic"))
    assert (
        helped.generations["synthetic_share"].max()
        == 0
        < plain.generations["synthetic_share"].max()
    )


class Fragile(GaussianNB):
    """Breaks when it sees many rows; or when it is asked."""

    def __init__(self, at=100, asked=False):
        super().__init__()
        self.at, self.asked = at, asked

    def fit(self, X, y):
        self.rows_ = len(X)
        if len(X) >= self.at and not self.asked:
            raise ValueError("the fragile one broke\nwith more to say")
        return super().fit(X, y)

    def predict_proba(self, X):
        if self.rows_ >= self.at:
            raise ValueError("the fragile one broke")
        return super().predict_proba(X)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("asked", [False, True])
def test_an_error_of_the_estimator_names_it_and_the_generation(asked, jobs):
    message = "rate 0, repetition [12], generation 1: model=Fragile .*ValueError: the fragile"
    with pytest.raises(ParameterError, match=message):
        mc.collapse(X, Y, model=Fragile(asked=asked), jobs=jobs, **SMALL)
    assert not backends._named


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rates": [0, 1.2]}, r"rates=\[0, 1.2\]: rate=1.2 must lie in \[0, 1\]"),
        ({"sizes": [60, 5_000]}, "size=5000 is more than the pool of 400 rows"),
        ({"model": "logistik"}, "model='logistik' is unknown; .*did you mean 'logistic'"),
        ({"model": "sklearn.svm:Linear"}, "model=sklearn.svm: attribute='Linear' is unknown"),
        ({"model": LinearRegression()}, "model=LinearRegression has neither predict_proba nor"),
        ({"model": object()}, "model=object gives object, which has no fit"),
        ({"strategy": "hope"}, "'hope' is unknown"),
        ({"regime": "hope"}, "regime='hope' is unknown"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_runs(given, message):
    with pytest.raises(ParameterError, match=message):
        mc.collapse(X, Y, **{"model": Fragile(at=0), **SMALL, **given})


def test_a_test_set_of_one_class_is_refused():
    rare = np.where(np.arange(600) < 4, "rare", "often")
    with pytest.raises(DataError, match="test_size=20: repetition 1 holds one class only"):
        mc.collapse(X, rare, test_size=20, **SMALL)
    with pytest.raises(DataError, match="y_test holds one class only; give more test rows"):
        mc.collapse(X, rare, X_test=X[50:60], y_test=rare[50:60], **SMALL)


def test_importing_the_laboratory_is_cheap():
    code = (
        "import sys, mc; dir(mc); print(*{m.partition('.')[0] for m in sys.modules} & "
        "{'mlflow', 'optuna', 'sklearn', 'pandas', 'numpy', 'pydantic', 'matplotlib'}); "
        "mc.collapse; mc.tolerable_rate; mc.Study; mc.Certificate; print(*{m.partition('.')[0] "
        "for m in sys.modules} & {'mlflow', 'optuna', 'matplotlib'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "\n\n"
    with pytest.raises(AttributeError, match="module 'mc' has no attribute 'colapse'"):
        _ = mc.colapse


def test_names_of_objects_do_not_hide_files_for_longer_than_needed():
    found = model_of(make_pipeline(StandardScaler(), GaussianNB()))
    assert found.name == "StandardScaler+GaussianNB"
    assert found.identity == repr(make_pipeline(StandardScaler(), GaussianNB())).replace(
        "\n", " "
    ).replace("                ", "")
    other = replace(found, name="logistic")
    with other.known():
        assert backends.find("logistic") is found.backend
        with found.known(), other.known():
            assert backends.find("logistic") is found.backend
        assert backends.find("logistic") is found.backend
    assert backends.find("logistic").__name__ == "mc.lineage.backends.logistic"
