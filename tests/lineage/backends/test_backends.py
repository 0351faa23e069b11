"""The contract of backends, over every file of the folder: a fourth joins by being there."""

import lightgbm
import numpy as np
import pytest
import skops.io
from corpora import BAD, GOOD
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.probabilities import positive_probability
from mc.lineage.rows import take

BACKENDS = plugins.names("backends")


@pytest.fixture(params=BACKENDS)
def backend(request):
    return backends.find(request.param)


@pytest.fixture
def name(backend) -> str:
    return backend.__name__.rpartition(".")[2]


def fit(backend, features, rows=slice(0, 400), seed=1, previous=None, **settings):
    settings = {**backend.Parameters.read_text("", "p").values(), **settings}
    X, y = take(features.X, rows), features.labels[rows]
    return backend.fit(X, y, seed=seed, previous=previous, **settings)


def test_it_learns(backend, name, seen_by):
    features = seen_by(name)
    held_out = slice(400, 600)
    probability = positive_probability(fit(backend, features), take(features.X, held_out))
    assert ((probability >= 0) & (probability <= 1)).all()
    assert roc_auc_score(features.labels[held_out], probability) > 0.7


def test_the_same_seed_gives_the_same_probabilities(backend, name, seen_by):
    features = seen_by(name)
    first, second = (positive_probability(fit(backend, features), features.X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_previous_generation_changes_nothing_beyond_tolerance(backend, name, seen_by):
    features = seen_by(name)
    previous = fit(backend, features, slice(0, 300))
    cold = positive_probability(fit(backend, features), features.X)
    warm = positive_probability(fit(backend, features, previous=previous), features.X)
    np.testing.assert_allclose(warm, cold, atol=2e-3)


def test_the_previous_generation_is_left_as_it_was(backend, name, seen_by):
    features = seen_by(name)
    previous = fit(backend, features, slice(0, 300))
    before = positive_probability(previous, features.X)
    fit(backend, features, previous=previous)
    np.testing.assert_array_equal(positive_probability(previous, features.X), before)


def test_every_preset_is_made_of_its_parameters(backend):
    for preset in backend.Parameters.presets:
        values = backend.Parameters.read_text(preset, "p").values()
        assert backend.Parameters.read(values).values() == values


def test_the_forests_preset_is_the_original_studys():
    forest = backends.find("random_forest")
    seed = forest.Parameters.read_text("seed", "p").values()
    assert seed["n_estimators"] == 1000
    assert (seed["max_depth"], seed["max_features"], seed["bootstrap"]) == (20, "sqrt", False)
    assert forest.representation.weighting == "counts"


def with_empty_columns(features, many: int):
    """The corpus in a matrix where columns without any weight lie between the others."""
    X, places = features.X.tocsc(), np.arange(features.X.shape[1]) * (many + 1) + many
    wide = sparse.lil_matrix((X.shape[0], X.shape[1] * (many + 1)), dtype=np.float32)
    wide[:, places] = X
    return wide.tocsr(), places


def test_a_forest_without_empty_columns_is_scikit_learns(seen_by):
    features = seen_by("random_forest")
    forest = backends.find("random_forest")
    settings = forest.Parameters.read_text("n_estimators=20", "p").values()
    ours = forest.fit(features.X, features.labels, seed=3, **settings)
    plain = RandomForestClassifier(**settings, random_state=3).fit(features.X, features.labels)
    np.testing.assert_array_equal(ours.predict_proba(features.X), plain.predict_proba(features.X))
    assert ours.get_params() == plain.set_params(n_jobs=1).get_params()


@pytest.mark.parametrize("many", [1, 4])
def test_a_forest_splits_on_terms_there_are_and_knows_the_others(seen_by, many):
    features = seen_by("random_forest")
    forest = backends.find("random_forest")
    settings = forest.Parameters.read_text("n_estimators=20", "p").values()
    X, places = with_empty_columns(features, many)
    model = forest.fit(X, features.labels, seed=0, **settings)
    importances = model.feature_importances_
    assert importances.shape == (X.shape[1],) == (model.n_features_in_,)
    assert set(np.flatnonzero(importances)) <= set(places)
    assert roc_auc_score(features.labels, model.predict_proba(X)[:, 1]) > 0.8
    tried = int(np.sqrt(X.shape[1])) / (many + 1)  # of the terms that are there, on average
    assert abs(model.estimators_[0].max_features_ - tried) <= 0.5
    assert model.get_params()["max_features"] == "sqrt"


def test_a_forest_survives_reviews_without_any_term():
    forest = backends.find("random_forest")
    settings = forest.Parameters.read_text("n_estimators=3", "p").values()
    X, y = sparse.csr_matrix((4, 7), dtype=np.float32), np.array([0, 1, 1, 1], np.int8)
    model = forest.fit(X, y, seed=0, **settings)
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], 0.75)


def test_an_unknown_backend_is_named_with_those_there_are():
    with pytest.raises(
        ParameterError, match="'lgbm' is unknown; choose from lightgbm, logistic, random_forest"
    ):
        backends.find("lgbm")


@pytest.fixture
def trees():
    return backends.find("lightgbm")


def test_the_trees_keep_the_terms_that_speak_for_a_label(trees, seen_by):
    features = seen_by("lightgbm")
    before = features.X.copy()
    kept = trees.without_weak_terms(features.X, features.labels, len(GOOD) + len(BAD))
    filled = features.terms[np.unique(kept.indices)]
    assert set(filled) == {*GOOD, *BAD}
    columns = np.isin(features.terms, filled)
    np.testing.assert_array_equal(kept.toarray(), before.toarray() * columns)
    np.testing.assert_array_equal(features.X.toarray(), before.toarray())


def test_the_trees_lose_nothing_when_all_terms_are_kept(trees, seen_by):
    features = seen_by("lightgbm")
    every = features.X.shape[1]
    assert trees.without_weak_terms(features.X, features.labels, every) is features.X


def test_the_trees_split_on_kept_terms_only(trees, seen_by):
    features = seen_by("lightgbm")
    rows = slice(0, 400)
    kept = trees.without_weak_terms(take(features.X, rows), features.labels[rows], 5)
    splits = fit(trees, features, rows, n_terms=5).feature_importances_  # (d,) splits of each term
    assert splits.sum() > 0
    assert set(np.flatnonzero(splits)) <= set(kept.indices)


def test_the_fast_trees_predict_as_well_as_with_the_librarys_defaults(trees, seen_by):
    features, held_out = seen_by("lightgbm"), slice(400, 600)
    fast, library = (
        trees.Parameters.read_text(preset, "p").values() for preset in ("fast", "library")
    )
    ours, theirs = (
        roc_auc_score(
            features.labels[held_out],
            positive_probability(fit(trees, features, **settings), take(features.X, held_out)),
        )
        for settings in (fast, library)
    )
    assert ours > theirs - 0.02


def test_the_library_preset_is_lightgbms_own_classifier(trees, seen_by):
    features, rows = seen_by("lightgbm"), slice(0, 400)
    library = trees.Parameters.read_text("library", "p").values()
    plain = lightgbm.LGBMClassifier(random_state=1, n_jobs=1, verbosity=-1)
    plain.fit(take(features.X, rows), features.labels[rows])
    np.testing.assert_allclose(
        positive_probability(fit(trees, features, rows, **library), features.X),
        positive_probability(plain, features.X),
        atol=1e-6,
    )


def test_written_trees_predict_as_before(trees, seen_by):
    features = seen_by("lightgbm")
    model = fit(trees, features)
    read = skops.io.loads(skops.io.dumps(model), trusted=[*trees.trusted_types])
    np.testing.assert_array_equal(read.predict_proba(features.X), model.predict_proba(features.X))


def test_weights_of_one_change_nothing(backend, name, seen_by):
    features = seen_by(name)
    plain, weighted = (
        positive_probability(fit(backend, features, weights=weights), features.X)
        for weights in (None, np.ones(400))
    )
    np.testing.assert_allclose(weighted, plain, atol=2e-3)


def test_a_class_that_counts_more_is_predicted_more(backend, name, seen_by):
    features = seen_by(name)
    positive = features.labels[:400] == 1
    shares = [
        positive_probability(
            fit(backend, features, weights=np.where(positive, weight, 1.0)), features.X
        ).mean()
        for weight in (0.2, 1.0, 5.0)
    ]
    assert shares == sorted(set(shares))  # forests of pure leaves gain little


def test_a_review_that_counts_twice_is_the_review_twice(seen_by):
    features, backend = seen_by("logistic"), backends.find("logistic")
    rows, twice = np.arange(400), np.arange(400) % 3 == 0
    weighted = backend.fit(features.X[rows], features.labels[rows], seed=1, weights=1.0 + twice)
    rows = np.append(rows, rows[twice])
    repeated = backend.fit(features.X[rows], features.labels[rows], seed=1)
    probabilities = [positive_probability(model, features.X) for model in (weighted, repeated)]
    np.testing.assert_allclose(*probabilities, atol=2e-3)
