"""Laws of trying settings: test rows stay untouched, and suggestions depend on results alone."""

import numpy as np
import pytest

from experiments.model_search.scoring import Design, cross_validate, refit
from mc.engine import queue
from mc.lineage.space import Choice, Range

DESIGN = Design("logistic", train_size=200, test_size=150, folds=4, refits=3)
SETTINGS = {"C": 1.0, "tol": 1e-5, "max_iter": 200}
SPACE = {
    "C": Range(0.01, 100.0, log=True),
    "depth": Range(1, 30),
    "kind": Choice(("log2", "sqrt")),
}


def scores(tries):
    return [{k: v for k, v in each.metrics.items() if k != "fit_seconds"} for each in tries]


def test_the_test_rows_do_not_matter_to_the_search(features):
    _, test = DESIGN.split(600)
    garbled = features.labels.copy()
    garbled[test] = 1 - garbled[test]
    tried = [
        scores(cross_validate(features.X, y, DESIGN, SETTINGS)) for y in (features.labels, garbled)
    ]
    assert tried[0] == tried[1]
    assert len(tried[0]) == 4


def test_refits_are_scored_on_the_test_rows(features):
    pool, test = DESIGN.split(600)
    assert not set(pool) & set(test)
    tries = list(refit(features.X, features.labels, DESIGN, SETTINGS))
    assert len(tries) == 3
    for each in tries:
        right = np.mean(each.classes == features.labels[test])
        assert each.metrics["accuracy"] == pytest.approx(right)
    assert scores(tries) == scores(refit(features.X, features.labels, DESIGN, SETTINGS))
    assert scores(tries)[0] != scores(tries)[1]


def value(settings) -> float:
    return -((np.log10(settings["C"]) - 1) ** 2) - 0.01 * settings["depth"]


def test_suggestions_repeat_stay_inside_and_shorter_lists_are_beginnings():
    tried = [(one, value(one)) for one in queue.suggest(SPACE, [], 12, seed=0)]
    found = queue.suggest(SPACE, tried, 8, seed=1)
    assert found == queue.suggest(SPACE, tried, 8, seed=1)
    assert found[:3] == queue.suggest(SPACE, tried, 3, seed=1)
    assert found != queue.suggest(SPACE, tried, 8, seed=2)
    for one in found:
        assert 0.01 <= one["C"] <= 100
        assert isinstance(one["depth"], int)
        assert one["kind"] in ("log2", "sqrt")


def test_suggestions_for_several_aims_repeat_and_come_near_the_front():
    """Depth is wanted small by one aim, `C` is near 10 by the other: the best of both is known."""

    def values(one):
        return (-((np.log10(one["C"]) - 1) ** 2), -float(one["depth"]))

    tried: list = []
    for batch in range(6):
        found = queue.suggest_for_all(SPACE, tried, 2, 8, seed=batch)
        tried += [(one, values(one)) for one in found]
    assert queue.suggest_for_all(SPACE, tried, 2, 8, seed=9) == queue.suggest_for_all(
        SPACE, tried, 2, 8, seed=9
    )
    first, last = (
        np.mean([both for _, both in part], axis=0) for part in (tried[:16], tried[-16:])
    )
    assert (last > first).all()


def test_suggestions_get_better():
    tried: list = []
    for batch in range(6):
        tried += [(one, value(one)) for one in queue.suggest(SPACE, tried, 8, seed=batch)]
    means = [np.mean([at for _, at in part]) for part in (tried[:8], tried[-8:])]
    assert means[1] > means[0]


def test_importance_finds_what_matters():
    tried = [(one, value(one)) for one in queue.suggest(SPACE, [], 60, seed=0)]
    shares = queue.importances(SPACE, tried, seed=0)
    assert sum(shares.values()) == pytest.approx(1)
    assert next(iter(shares)) == "C"
    assert shares["kind"] < 0.1
