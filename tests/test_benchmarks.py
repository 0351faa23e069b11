"""Every yardstick runs, and all of them train on the same reviews. Nothing here is timed."""

import json
from dataclasses import replace

import mlflow.sklearn
import numpy as np
import pytest
from click.testing import CliRunner
from holding import hold
from laboratory import ROOT, put_stores, serve_forks
from scipy.sparse import csr_matrix

from benchmarks import (
    apart,
    bandwidth,
    by_expert,
    by_hand,
    floor,
    growth,
    original,
    ours,
    scaling,
    suite,
)
from benchmarks.__main__ import main
from benchmarks.floor import Counting
from benchmarks.table import render
from benchmarks.task import Reviews, Task, Timed
from mc.lineage import backends
from mc.lineage.loop import Condition

SIZES = (400, 500, 600)
TRACED = ("train_size", "synthetic_share", "label_error")


def make_task(rate: float = 0.5) -> Task:
    condition = Condition(SIZES, rate, test_size=300)
    defaults = backends.find("logistic").Parameters().values()
    return Task("simulated", "rows=1000", replace(condition, backend_params=defaults))


def keep_nothing(*given: object) -> None:
    """Log nothing: what MLflow's defaults take is for the benchmark, not for the tests."""


@pytest.fixture(autouse=True)
def own_tracking(tmp_path, monkeypatch):
    """A store by its full path: MLflow remembers stores by their address."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> dict[float, Timed]:
    """Ours, through a worker process, without collapse and (apart, as it is timed) with it."""
    folder = tmp_path_factory.mktemp("ours")
    put_stores(folder)
    serve_forks()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MC_CACHE", str(folder / "cache"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        here = ours.run(make_task(0.0))
        patch.setenv("PYTHONPATH", str(ROOT))  # where a fork server finds what it is to import
        return {0.0: here, 0.5: apart.run(ours.run, make_task(0.5))[0]}


@pytest.mark.slow
def test_without_collapse_by_hand_trains_on_what_ours_trains_on(own):
    hand = by_hand.loop(make_task(0.0), keep_nothing)
    for mine, theirs in zip(own[0.0].trained, hand.trained, strict=True):
        assert {name: mine[name] for name in TRACED} == {name: theirs[name] for name in TRACED}
        assert mine["label_error"] == 0


@pytest.mark.slow
def test_with_collapse_by_hand_contaminates_the_rows_that_ours_contaminates(own):
    hand = by_hand.loop(make_task(), keep_nothing)
    for mine, theirs in zip(own[0.5].trained, hand.trained, strict=True):
        assert mine["train_size"] == theirs["train_size"]
        assert mine["synthetic_share"] == theirs["synthetic_share"]
        assert mine["label_error"] == pytest.approx(theirs["label_error"], abs=0.02)
        assert mine["accuracy"] == pytest.approx(theirs["accuracy"], abs=0.05)
    assert hand.trained[-1]["label_error"] > 0


@pytest.mark.slow
def test_ours_accounts_for_all_of_its_time(own):
    for timed in own.values():
        assert len(timed.seconds) == len(SIZES)
        assert all(seconds >= 0 for seconds in timed.details["parts"].values())
        assert {"read", "vectorise", "fit", "score", "track"} <= set(timed.details["parts"])
        assert timed.details["worker"] * len(SIZES) >= sum(timed.seconds)


def test_by_hand_logs_each_metric_and_each_model_with_the_defaults(monkeypatch):
    metrics, models = [], []
    monkeypatch.setattr(mlflow, "log_metric", lambda *given: metrics.append(given))
    monkeypatch.setattr(
        mlflow.sklearn, "log_model", lambda model, **options: models.append(options)
    )
    by_hand.run(make_task())
    assert [step for _, _, step in metrics] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert models == [{"name": "model", "step": step} for step in range(3)]


def test_by_an_expert_hand_gives_requirements_and_logs_metrics_together(monkeypatch):
    metrics, models = [], []
    monkeypatch.setattr(mlflow, "log_metrics", lambda *given: metrics.append(given))
    monkeypatch.setattr(
        mlflow.sklearn, "log_model", lambda model, **options: models.append(options)
    )
    by_expert.run(make_task())
    assert len(metrics) == len(models) == len(SIZES)
    assert all(options["pip_requirements"] for options in models)


@pytest.mark.slow
def test_the_original_trains_on_the_same_rows_and_says_how_many_trees_it_grew(own):
    timed = original.run(make_task(), trees=5)
    assert timed.details["trees grown"] == 5
    for mine, theirs in zip(own[0.5].trained, timed.trained, strict=True):
        assert theirs["train_size"] == mine["train_size"]
        assert theirs["synthetic_share"] == mine["synthetic_share"]


@pytest.mark.slow
def test_the_floor_fits_what_ours_fits_without_collapse(own):
    timed = floor.run(make_task(0.0), elements=1000)
    accuracies = [facts["accuracy"] for facts in timed.trained]
    assert accuracies == pytest.approx([facts["accuracy"] for facts in own[0.0].trained], abs=1e-9)
    assert all(fit["passes over the matrix"] >= 2 for fit in timed.details["fits"])


@pytest.mark.slow
def test_a_yardsticks_peak_holds_what_it_kept():
    kept, peak = apart.run(hold, 400_000_000)  # bytes, beside those of libraries
    assert 400 < peak < 700
    assert kept == 400_000_000


def test_a_counting_matrix_counts_products_and_changes_none():
    X = csr_matrix(np.arange(6.0).reshape(3, 2))
    counting, Counting.passes = Counting(X), 0
    assert np.array_equal(counting @ np.ones(2), X @ np.ones(2))
    assert np.array_equal(counting.T @ np.ones(3), X.T @ np.ones(3))
    assert Counting.passes == 2


def test_reviews_by_hand_keep_human_labels_at_rate_zero():
    class Contrary:
        def predict(self, texts: object) -> object:
            raise AssertionError("asked for labels")

    reviews = Reviews(make_task(0.0))
    before = reviews.labels.copy()
    reviews.relabel(1, Contrary())
    assert np.array_equal(reviews.labels, before)


def test_bandwidth_counts_bytes_not_elements():
    assert 1e8 < bandwidth.triad(100_000) < 1e13


@pytest.mark.slow
def test_growth_reports_every_size():
    found = growth.run(200, factors=(1, 2))
    assert [each["reviews"] for each in found] == [200, 400]
    assert all(each["peak MB"] > 0 for each in found)


@pytest.mark.slow
def test_a_stage_is_run_by_each_number_of_workers():
    small = {"data_params": "rows=1000", "initial_size": "300", "increment": "100"}
    options = small | {"final_size": "400", "test_size": "200", "rates": "0", "repetitions": "1"}
    (found,) = scaling.run(options, jobs=(1,))
    assert found["workers"] == found["efficiency, command"] == 1
    assert 0 < found["lineages"] < found["command"]


def test_the_command_writes_tables_and_json(monkeypatch, tmp_path):
    def timed(function, *given, one_thread=False):
        fits = [dict(zip(floor.COLUMNS, (400, 0.1, 8, 0.01), strict=True))]
        details = {"parts": {"fit": 1.0, "track": 1.0}, "worker": 0.6, "GB/s": 9.0, "fits": fits}
        speed = {ours.run: 0.5, by_hand.run: 10.0}.get(function, 1.0)
        return Timed([9.0, speed], [{"accuracy": 0.9}] * 2, details), 100.0

    monkeypatch.setattr(suite.apart, "run", timed)
    out = tmp_path / "found.json"
    few = ["--repetitions", "0", "--growth_rows", "0", "--out", str(out)]
    shown = CliRunner().invoke(main, few, catch_exceptions=False)
    assert "by an expert hand" in shown.output
    assert json.loads(out.read_text())["generations"]["by hand"]["ratio to ours"] == 20


def test_the_command_names_a_wrong_parameter_in_one_line():
    shown = CliRunner().invoke(main, ["--data", "nowhere"])
    assert shown.exit_code == 1
    assert "nowhere" in shown.output


def test_a_table_is_aligned():
    lines = render("Title", [{"a": "x", "b": 0.12345}, {"a": "longer", "b": None}]).splitlines()
    assert lines == ["Title", "", "a           b", "x       0.123", "longer      -"]
