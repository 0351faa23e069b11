"""Laws of the experiment itself, over every backend, regime and labelling."""

import itertools
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mc import plugins
from mc.lineage import backends
from mc.lineage.loop import Condition, Shared, lineage
from mc.lineage.metrics import DESCRIPTIONS, TIMINGS
from mc.lineage.replicate import Replicate
from mc.plugins import LABELLINGS

REGIMES, BACKENDS = plugins.names("regimes"), plugins.names("backends")
SIZES = (200, 260, 320, 380)
FEW = {"n_estimators": 10}


def condition(backend="logistic", **changes) -> Condition:
    settings = backends.find(backend).Parameters().values()
    settings |= {key: value for key, value in FEW.items() if key in settings}
    start = Condition(sizes=SIZES, backend=backend, backend_params=settings, test_size=200)
    return replace(start, **changes)


def run(features, wanted: Condition, replicate: int = 0) -> list[dict[str, float]]:
    generations = lineage(features, wanted, replicate)
    return [dict(generation.metrics) for generation in generations]


def numbers(metrics: list[dict[str, float]]) -> list[dict[str, float]]:
    """All that must repeat bit for bit."""
    return [{k: v for k, v in each.items() if k not in TIMINGS} for each in metrics]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("labelling", LABELLINGS)
def test_the_same_seed_gives_the_same_numbers(features, backend, regime, labelling):
    wanted = condition(backend, rate=0.5, regime=regime, labelling=labelling)
    first = run(features, wanted)
    assert numbers(first) == numbers(run(features, wanted))
    assert [set(each) for each in first] == [set(DESCRIPTIONS)] * len(SIZES)
    assert all(np.isfinite(list(each.values())).all() for each in first)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("regime", REGIMES)
def test_sharing_generation_zero_changes_no_number(features, backend, regime):
    shared = Shared()
    for replicate, rate, seed in itertools.product((0, 1), (0.0, 0.5, 1.0), (0, 1)):
        wanted = condition(backend, regime=regime, rate=rate, seed=seed)
        bred = lineage(features, wanted, replicate, shared=shared)
        metrics = [dict(generation.metrics) for generation in bred]
        assert numbers(metrics) == numbers(run(features, wanted, replicate))


def test_generation_zero_is_trained_once_for_all_rates_of_a_replicate(features):
    shared = Shared()
    given = [(0, 0.0), (0, 0.5), (0, 1.0), (1, 0.0)]
    made = [
        next(lineage(features, condition(rate=rate), replicate, shared=shared))
        for replicate, rate in given
    ]
    fits = [generation.model.classifier for generation in made]
    assert fits[0] is fits[1] is fits[2] is not fits[3]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("labelling", LABELLINGS)
def test_rate_zero_keeps_every_human_label(features, regime, labelling):
    for metrics in run(features, condition(rate=0.0, regime=regime, labelling=labelling)):
        assert metrics["label_error"] == metrics["synthetic_share"] == 0


@pytest.mark.parametrize("regime", REGIMES)
def test_rate_one_labels_every_new_row(features, regime):
    shares = [each["synthetic_share"] for each in run(features, condition(rate=1.0, regime=regime))]
    expected = {
        "accumulate": [1 - SIZES[0] / size for size in SIZES],
        "replace": [0, 1, 1, 1],
    }
    if regime in expected:
        assert shares == pytest.approx(expected[regime])
    assert shares[0] == 0
    assert shares[-1] > 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_generation_zero_does_not_depend_on_the_rate(features, backend):
    first, second = (run(features, condition(backend, rate=rate))[0] for rate in (0.0, 1.0))
    assert numbers([first]) == numbers([second])


def test_other_seeds_and_replicates_give_other_numbers(features):
    base = numbers(run(features, condition(rate=0.5)))
    assert base != numbers(run(features, condition(rate=0.5, seed=1)))
    assert base != numbers(run(features, condition(rate=0.5), replicate=1))


def test_test_rows_are_disjoint_from_the_pool_and_fresh_for_each_replicate():
    draws = [Replicate.draw(1000, condition(), replicate) for replicate in range(3)]
    for each in draws:
        assert not set(each.test) & set(each.order)
        assert len(set(each.order)) == SIZES[-1]
        assert len(set(each.test)) == 200
    assert set(draws[0].test) != set(draws[1].test)


def test_conditions_of_a_replicate_share_all_draws():
    first = Replicate.draw(1000, condition(rate=0.1), 0)
    second = Replicate.draw(1000, condition(rate=0.9, regime="replace", labelling="prior"), 0)
    for name in vars(first):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_growing_further_repeats_the_shorter_lineage(features):
    short = numbers(run(features, condition(rate=0.5, sizes=SIZES[:2])))
    assert numbers(run(features, condition(rate=0.5)))[:2] == short


def test_contaminated_rows_are_nested_in_rate(features):
    rates = (0.0, 0.1, 0.3, 0.6, 1.0)
    last = [run(features, condition(rate=rate))[-1]["synthetic_share"] for rate in rates]
    assert all(low < high for low, high in pairwise(last))
    draws = Replicate.draw(600, condition(), 0).contamination
    sets = [set(np.flatnonzero(draws < rate)) for rate in rates]
    assert all(low <= high for low, high in pairwise(sets))


def test_labels_are_those_of_the_generation_before(features):
    """The plain loop, written anew: what the lineage must come to."""
    wanted = condition(rate=0.5)
    draws = Replicate.draw(600, wanted, 0)
    X, human = features.X[draws.order], features.labels[draws.order]
    labels = human.copy()
    for generation in lineage(features, wanted, 0):
        size = SIZES[generation.state.step]
        assert generation.metrics["train_size"] == size
        wrong = float(np.mean(labels[:size] != human[:size]))
        assert generation.metrics["label_error"] == pytest.approx(wrong)
        if generation.state.step + 1 < len(SIZES):
            new = np.arange(size, SIZES[generation.state.step + 1])
            new = new[draws.contamination[new] < 0.5]
            labels[new] = generation.model.probabilities(X[new]) > 0.5
    assert (labels != human).any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_lineage_whose_labels_become_one_class_goes_on(features, backend):
    one_class = np.where(np.arange(600) == -1, 1, features.labels)
    draws = Replicate.draw(600, condition(), 0)
    one_class[draws.order] = 1
    metrics = run(replace(features, labels=one_class), condition(backend, rate=1.0))
    assert len(metrics) == len(SIZES)
    assert {each["positive_share"] for each in metrics} == {1.0}
    assert {each["roc_auc"] for each in metrics} == {0.5}


def test_importing_the_experiment_needs_neither_mlflow_nor_optuna():
    code = "import mc.lineage.loop, sys; sys.exit(bool({'mlflow', 'optuna'} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("labelling", LABELLINGS)
def test_going_on_from_any_generation_repeats_the_rest(features, backend, regime, labelling):
    wanted = condition(backend, regime=regime, labelling=labelling, rate=0.7)
    whole = list(lineage(features, wanted, 0))
    for broken_off in whole[:-1]:
        rest = lineage(features, wanted, 0, after=broken_off.state)
        expected = numbers([dict(each.metrics) for each in whole[broken_off.state.step + 1 :]])
        assert numbers([dict(each.metrics) for each in rest]) == expected


@pytest.mark.parametrize("regime", ["accumulate"])
def test_without_a_strategy_no_row_is_copied_and_no_training_set_is_built(
    features, monkeypatch, regime
):
    fitted = []
    backend = backends.find("logistic")
    fit = backend.fit

    def record(X, y, **given):
        fitted.append((X, y, given))
        return fit(X, y, **given)

    monkeypatch.setattr(backend, "fit", record)
    monkeypatch.setattr("mc.lineage.loop.TrainingSet", None)  # to call it is an error
    wanted = condition(rate=0.5, regime=regime, sizes=SIZES[:2], vocabulary="corpus")
    for generation in lineage(features, wanted, 0):
        assert generation.state.ledger.target.dtype == np.int8
        assert list(generation.state.classifiers) == [generation.state.step]
    (first, _, _), (second, _, _) = fitted
    assert first.data.base is second.data.base is not None  # views of one matrix
    assert not any("weights" in given for _, _, given in fitted)
