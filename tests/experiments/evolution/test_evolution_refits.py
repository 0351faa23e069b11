"""Laws of scoring: disjoint sets, shared rows, labels that come from where they should."""

from dataclasses import replace

import numpy as np
import pytest
from corpora import make_corpus

from experiments.evolution.individuals import Protocol, first_population
from experiments.evolution.refits import Arena, Split, training_rows
from mc import plugins
from mc.data.features import open_features, prepare
from mc.data.vectoriser import CANDIDATES
from mc.lineage import backends

SIZES = {"train_size": 150, "validation_size": 120, "test_size": 130, "refits": 2}


def protocol(backend: str = "logistic") -> Protocol:
    settings = backends.find(backend).Parameters().values()
    return Protocol(backend, settings, population=3, **SIZES)


@pytest.fixture
def features():
    corpus = make_corpus(500)
    folder, _ = prepare(corpus.digest, lambda: corpus, CANDIDATES)
    return open_features(folder)


def scores(refits):
    return [{k: v for k, v in each.metrics.items() if "seconds" not in k} for each in refits]


def test_pool_validation_and_test_are_disjoint_and_whole():
    split = Split.draw(500, protocol())
    assert (len(split.pool), len(split.validation), len(split.test)) == (250, 120, 130)
    assert sorted(np.concatenate([split.pool, split.validation, split.test])) == list(range(500))


def test_training_rows_come_from_the_pool_and_differ_by_generation_and_refit():
    given = protocol()
    split = Split.draw(500, given)
    draws = [training_rows(split, given, *place) for place in ((0, 0), (0, 1), (1, 0))]
    for rows in draws:
        assert len(set(rows)) == 150
        assert set(rows) <= set(split.pool)
    assert len({tuple(rows) for rows in draws}) == 3


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_the_same_individual_gets_the_same_scores_again(features, backend):
    given = protocol(backend)
    arena, one = Arena(features, given), first_population(given)[0]
    first, again = (list(arena.refits(one, None)) for _ in range(2))
    assert scores(first) == scores(again)
    assert scores(first)[0] != scores(first)[1]
    np.testing.assert_array_equal(first[1].next, again[1].next)


def test_predicted_classes_are_those_that_were_scored(features):
    given = protocol()
    split = Split.draw(500, given)
    for refit in Arena(features, given).refits(first_population(given)[0], None):
        for name, rows in (("validation", split.validation), ("test", split.test)):
            right = np.mean(getattr(refit, name) == features.labels[rows])
            assert refit.metrics[f"{name}_accuracy"] == pytest.approx(right)
        assert len(refit.next) == 150


def test_the_parents_labels_replace_the_rates_share(features):
    given = protocol()
    one = replace(first_population(given)[0], generation=1, rate=0.4)
    split = Split.draw(500, given)
    rows = [training_rows(split, given, 1, refit) for refit in range(2)]
    wrong = np.array([1 - features.labels[each] for each in rows], np.int8)
    errors = [s["label_error"] for s in scores(Arena(features, given).refits(one, wrong))]
    assert np.mean(errors) == pytest.approx(0.4, abs=0.08)
    less = replace(one, rate=0.1)
    fewer = [s["label_error"] for s in scores(Arena(features, given).refits(less, wrong))]
    assert all(a < b for a, b in zip(fewer, errors, strict=True))


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_parent_that_agrees_with_people_changes_nothing(features, rate):
    given = protocol()
    one = replace(first_population(given)[0], generation=1, rate=rate)
    split = Split.draw(500, given)
    rows = [training_rows(split, given, 1, refit) for refit in range(2)]
    human = np.array([features.labels[each] for each in rows], np.int8)
    arena = Arena(features, given)
    assert scores(arena.refits(one, human)) == scores(arena.refits(one, None))


def test_a_parent_that_knows_one_class_leaves_a_constant(features):
    given = protocol()
    one = replace(first_population(given)[0], generation=1, rate=1.0)
    ones = np.ones((2, 150), np.int8)
    assert {s["test_positive_share"] for s in scores(Arena(features, given).refits(one, ones))} == {
        1.0
    }
