"""Texts as they are: a pipeline with a vectoriser of its own learns what it would learn alone."""

from dataclasses import replace

import mlflow.sklearn
import numpy as np
import pytest
import skops.io
import text_models
from laboratory import Laboratory, finished
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

import mc
from mc.data.cache import cache_root
from mc.data.raw_texts import AsTheyAre, RawTexts, as_array, open_texts, prepare
from mc.data.texts import Texts
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.backends._estimator import of_object
from mc.lineage.loop import Condition, TrainedModel, lineage, train
from mc.lineage.metrics import TIMINGS
from mc.lineage.replicate import Replicate
from mc.lineage.soft_labels import weighted
from mc.lineage.view import check, reads_raw
from mc.tracking.models import ModelWriter, trusted_types
from mc.tracking.trust import untrusted

SIZES = (200, 260, 320, 380)


@pytest.fixture
def raw(corpus) -> RawTexts:
    return open_texts(prepare(corpus.digest, lambda: corpus)[0])


def course(rows, model, **changes) -> list[dict[str, float]]:
    """Metrics of a lineage of an estimator, without times."""
    with backends.named("model", of_object(model)):
        bred = lineage(rows, Condition(SIZES, backend="model", test_size=200, **changes), 0)
        return [{k: v for k, v in each.metrics.items() if k not in TIMINGS} for each in bred]


@pytest.mark.parametrize("regime", ["accumulate", "replace", "subsample"])
@pytest.mark.parametrize("labelling", ["argmax", "sample", "prior"])
def test_words_counted_by_the_pipeline_give_what_counted_words_give(
    raw, features, regime, labelling
):
    how = {"rate": 0.5, "regime": regime, "labelling": labelling}
    counted = course(features, MultinomialNB(), representation="counts", vocabulary="corpus", **how)
    pipeline = make_pipeline(CountVectorizer(vocabulary=list(features.terms)), MultinomialNB())
    for one, other in zip(course(raw, pipeline, **how), counted, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_stored_metrics_are_those_of_fits_done_by_hand(raw, corpus):
    draws = Replicate.draw(len(corpus), Condition(SIZES, test_size=200), 0)
    texts, truth = np.array(corpus.texts, object), corpus.labels[draws.test]
    collected, labels = texts[draws.order], corpus.labels[draws.order]
    model = text_models.pipeline()
    for start, found in zip((0, *SIZES), course(raw, model, rate=1.0), strict=False):
        stop = int(found["train_size"])
        if start:
            labels[start:stop] = model.predict(collected[start:stop])
        model.fit(collected[:stop], labels[:stop])
        probability = model.predict_proba(texts[draws.test])[:, 1]
        assert found["accuracy"] == accuracy_score(truth, probability > 0.5)
        assert found["roc_auc"] == pytest.approx(roc_auc_score(truth, probability))


def test_a_lineage_resumes_from_a_stored_state_as_if_undisturbed(raw):
    condition = Condition(SIZES, rate=1.0, backend="text_models:margins", test_size=200)
    records = list(lineage(raw, condition, 0))
    content = skops.io.dumps(records[1].state)
    found = skops.io.get_untrusted_types(data=content)
    known = [*trusted_types(condition.backend), "mc.lineage.*"]
    assert not untrusted(found, known)
    state = skops.io.loads(content, trusted=found)
    resumed = list(lineage(raw, condition, 0, after=state))
    for one, other in zip(resumed, records[2:], strict=True):
        for name in one.metrics.keys() - set(TIMINGS):
            assert one.metrics[name] == other.metrics[name]


def test_texts_come_back_from_the_cache_as_they_went_in(corpus):
    strange = ["naïve café 日本語", "", "a\tb", *corpus.texts[3:]]
    changed = replace(corpus, texts=Texts.write([strange[:250], strange[250:]]))
    folder, cached = prepare("strange", lambda: changed)
    assert (list(open_texts(folder).texts), cached) == (strange, False)
    again, cached = prepare("strange", lambda: changed)
    assert (again, cached) == (folder, True)
    rows = open_texts(folder)
    some = rows.chosen(np.array([5, 0]))
    assert as_array(some.texts).tolist() == [strange[5], strange[0]]
    assert some.labels.tolist() == [corpus.labels[5], corpus.labels[0]]
    assert some.groups.tolist() == [corpus.groups[5], corpus.groups[0]]
    assert rows.about["digest"] == corpus.digest


VECTORISER = TfidfVectorizer()
UNION = make_union(VECTORISER, CountVectorizer(analyzer="char"))


@pytest.mark.parametrize(
    ("model", "reads_texts"),
    [
        (text_models.pipeline, True),
        (make_pipeline(HashingVectorizer(), LogisticRegression()), True),
        (make_pipeline(make_pipeline(VECTORISER), LogisticRegression()), True),
        (make_pipeline(UNION, LogisticRegression()), True),
        (GridSearchCV(text_models.pipeline(), {"model__C": [1, 2]}), True),
        (CalibratedClassifierCV(text_models.margins()), True),
        (MultinomialNB(), False),
        (make_pipeline(TfidfTransformer(), MultinomialNB()), False),
        (make_pipeline(StandardScaler(with_mean=False), LogisticRegression()), False),
    ],
)
def test_auto_is_raw_where_a_vectoriser_comes_first(model, reads_texts):
    with backends.named("model", of_object(model)):
        assert reads_raw("model", "auto") is reads_texts
        assert reads_raw("model", "raw")
        assert not reads_raw("model", "counts")


@pytest.mark.parametrize(
    ("model", "changes", "words"),
    [
        ("text_models:pipeline", {"vocabulary": "corpus"}, "vocabulary=corpus does not fit repr"),
        ("text_models:pipeline", {"representation": "counts"}, "representation=counts does not fi"),
        ("logistic", {"representation": "counts"}, "holds texts; choose from auto, raw"),
        ("logistic", {"representation": "raw"}, "representation=raw does not fit backend=logistic"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(raw, model, changes, words):
    with pytest.raises(ParameterError, match=words):
        check(raw, Condition((200,), backend=model, **changes))


def test_counted_words_and_numbers_are_not_for_a_vectoriser(features):
    with pytest.raises(ParameterError, match="reads texts, but data='test' holds texts whose word"):
        check(features, Condition((200,), backend="text_models:pipeline"))
    with pytest.raises(
        ParameterError, match=r"model=TfidfV.* reads texts, but data='X' holds numb"
    ):
        mc.collapse(np.ones((20, 2)), [0, 1] * 10, model=text_models.pipeline())


def test_an_error_inside_it_counts_texts(raw):
    failing = make_pipeline(CountVectorizer(min_df=400), MultinomialNB())
    with pytest.raises(mc.errors.EstimatorError, match="failed to fit 200 texts and 2 classes: V"):
        course(raw, failing)


def test_soft_labels_double_texts_as_they_double_rows():
    X, y, weights = weighted(np.array(["a", "b"], object), np.array([1.0, 0.25]), None)
    assert (X.tolist(), y.tolist(), weights.tolist()) == (
        ["a", "b", "b"], [1, 0, 1], [1, 0.75, 0.25]
    )  # fmt: skip


@pytest.mark.parametrize("name", ["pipeline", "margins", "own_words"])
def test_a_stored_model_reads_texts_and_is_no_pickle(raw, corpus, tmp_path, name):
    path = f"text_models:{name}"
    model = next(lineage(raw, Condition((300,), backend=path, test_size=100), 0)).model
    ModelWriter(raw, path).write(tmp_path, model, "r", "m")
    assert (tmp_path / "model.skops").exists()
    loaded = mlflow.sklearn.load_model(str(tmp_path))
    expected = model.probabilities(as_array(corpus.texts[:20]))
    np.testing.assert_allclose(loaded.predict_proba(corpus.texts[:20])[:, 1], expected)
    assert mlflow.pyfunc.load_model(str(tmp_path)).predict(corpus.texts[:3]).shape == (3,)


def test_a_model_of_one_class_is_stored_too(raw, tmp_path):
    condition = Condition((300,), backend="text_models:pipeline", test_size=100)
    constant = train(condition, as_array(raw.texts), np.zeros_like(raw.labels), 0, None)
    ModelWriter(raw, condition.backend).write(
        tmp_path, TrainedModel(AsTheyAre(), constant), "r", "m"
    )
    assert mlflow.pyfunc.load_model(str(tmp_path)).predict(["a", "b"]).tolist() == [0, 0]


def test_python_gets_the_lineages_of_the_texts_however_many_processes(corpus):
    arguments = {
        "model": make_pipeline(TfidfVectorizer(), SGDClassifier(loss="log_loss")),
        "rates": [0, 1],
        "sizes": SIZES,
        "repetitions": 2,
        "test_size": 200,
        "progress": False,
    }
    one = mc.collapse(corpus.texts, corpus.labels, **arguments)
    two = mc.collapse(corpus.texts, corpus.labels, **arguments, jobs=2)
    times = list(TIMINGS)
    assert one.generations.drop(columns=times).equals(two.generations.drop(columns=times))
    named = mc.collapse(corpus.texts, corpus.labels, **arguments, representation="raw")
    assert one.generations.drop(columns=times).equals(named.generations.drop(columns=times))


MODEL = {"backend": "text_models:pipeline", "repetitions": "1", "rates": "0,1"}


def test_stages_keep_texts_only_where_they_are_asked_for(tmp_path):
    laboratory = Laboratory.build(tmp_path, quick=True)
    kinds = {each.name for each in (tmp_path / "cache").iterdir()}
    laboratory.run(**MODEL | {"backend": "logistic"})
    assert {each.name for each in (tmp_path / "cache").iterdir()} == kinds
    laboratory.run(**MODEL)
    assert {each.name for each in (tmp_path / "cache").iterdir()} == {*kinds, "texts"}
    assert cache_root() != tmp_path / "cache"


def test_a_study_of_raw_texts_resumes_and_another_representation_is_another_study(tmp_path):
    laboratory = Laboratory.build(tmp_path, quick=True)
    laboratory.run(**MODEL)
    assert "2 results of an earlier command are reused" in laboratory.run(**MODEL)[0]
    own = {**MODEL, "backend": "text_models:own_words"}
    assert "reused" not in laboratory.run(**own)[0]
    assert "reused" not in laboratory.run(**own, data_params="target=three")[0]
    assert "reused" not in laboratory.run(**MODEL, representation="raw")[0]
    lineages = laboratory.runs(kind="lineage")
    assert len(finished(lineages)) == 8


SMALL = {
    "rare_classes": {"repetitions": "2", "rates": "0,1"},
    "monitor": {"rates": "1", "repetitions": "2", "false_alarms": "0.3", "calibration": "6"},
}


@pytest.mark.parametrize("name", SMALL)
def test_a_stage_reads_texts(tmp_path, name):
    laboratory = Laboratory.build(tmp_path, quick=True, alone=True)
    laboratory.run(name, backend=MODEL["backend"], **SMALL[name])
    (stage,) = laboratory.stage_runs
    assert stage.info.status == "FINISHED"


@pytest.mark.parametrize(
    ("stage", "parameters", "words"),
    [
        ("audit", {"backend": MODEL["backend"]}, "representation=raw does not fit this experiment"),
        ("model_search", {"backend": MODEL["backend"]}, "nothing to search; write a plug-in"),
        (
            "compare_backends",
            {"backends": f"logistic,{MODEL['backend']}"},
            "but logistic gets counted words; compare them in two commands",
        ),
    ],
)
def test_stages_that_cannot_say_so(tmp_path, stage, parameters, words):
    laboratory = Laboratory.build(tmp_path, quick=True)
    assert words in laboratory.run(stage, expect=2, **parameters)[1]
    assert not laboratory.runs()
