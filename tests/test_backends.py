"""The contract of backends, over every file of the folder: a fourth joins by being there."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import positive_probability, take
from mc.params import parse_settings

BACKENDS = plugins.names("backends")


@pytest.fixture(params=BACKENDS)
def backend(request):
    return plugins.load("backends", "backend", request.param)


@pytest.fixture
def name(backend) -> str:
    return backend.__name__.rpartition(".")[2]


def fit(backend, features, rows=slice(0, 400), seed=1, previous=None, **settings):
    settings = {**parse_settings("p", "", backend.parameters), **settings}
    X, y = take(features.X, rows), features.labels[rows]
    return backend.fit(X, y, seed=seed, previous=previous, **settings)


def test_it_learns(backend, name, make_features):
    features = make_features(name)
    held_out = slice(400, 600)
    probability = positive_probability(fit(backend, features), take(features.X, held_out))
    assert ((probability >= 0) & (probability <= 1)).all()
    assert roc_auc_score(features.labels[held_out], probability) > 0.7


def test_the_same_seed_gives_the_same_probabilities(backend, name, make_features):
    features = make_features(name)
    first, second = (positive_probability(fit(backend, features), features.X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_previous_generation_changes_nothing_beyond_tolerance(backend, name, make_features):
    features = make_features(name)
    previous = fit(backend, features, slice(0, 300))
    cold = positive_probability(fit(backend, features), features.X)
    warm = positive_probability(fit(backend, features, previous=previous), features.X)
    np.testing.assert_allclose(warm, cold, atol=2e-3)


def test_the_previous_generation_is_left_as_it_was(backend, name, make_features):
    features = make_features(name)
    previous = fit(backend, features, slice(0, 300))
    before = positive_probability(previous, features.X)
    fit(backend, features, previous=previous)
    np.testing.assert_array_equal(positive_probability(previous, features.X), before)


def test_every_preset_is_made_of_its_parameters(backend):
    for preset in backend.presets:
        values = parse_settings("p", preset, backend.parameters, backend.presets)
        for key, value in values.items():
            assert backend.parameters[key].parse(key, value) == value


def test_the_forests_preset_is_the_original_studys():
    forest = plugins.load("backends", "backend", "random_forest")
    seed = parse_settings("p", "seed", forest.parameters, forest.presets)
    assert seed["n_estimators"] == 1000
    assert (seed["max_depth"], seed["max_features"], seed["bootstrap"]) == (20, "sqrt", False)
    assert forest.representation.weighting == "counts"


def test_an_unknown_backend_is_named_with_those_there_are():
    with pytest.raises(
        ParameterError, match="'lgbm' is unknown; choose from lightgbm, logistic, random_forest"
    ):
        plugins.load("backends", "backend", "lgbm")
