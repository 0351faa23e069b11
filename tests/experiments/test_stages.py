"""Laws of the other stages, end to end on small corpora."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from laboratory import Laboratory, members

from experiments import fine_rates, whole_study
from mc import statistics
from mc.engine import command_line, growing
from mc.engine.common import within
from mc.engine.jobs import MILESTONES, is_kept
from mc.errors import DataError
from mc.tracking import store


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path, quick=True)


def test_training_size_leaves_out_what_the_corpus_cannot_fill(laboratory):
    out, _ = laboratory.run("training_size", sizes="50,100,200,400,900", log_models="none")
    assert "sizes beyond the pool of 600 reviews are left out: 900" in out
    numbers = laboratory.numbers(laboratory.stage_runs[0])
    assert sorted(set(numbers["train_size"])) == [50, 100, 200, 400]
    assert set(numbers["synthetic_share"]) == {0}
    means = numbers.groupby("train_size")["accuracy"].mean()
    assert means.iloc[-1] > means.iloc[0]


def test_total_collapse_labels_all_growth_from_every_start(laboratory):
    few = {"sizes": "50,100,200,400", "rates": "0,1", "log_models": "none"}
    laboratory.run("total_collapse", **few)
    numbers = laboratory.numbers(laboratory.stage_runs[0])
    assert sorted(set(numbers["initial_size"])) == [50, 100, 200]
    collapsed = numbers.query("rate == 1")
    expected = 1 - collapsed["initial_size"] / collapsed["train_size"]
    pd.testing.assert_series_equal(collapsed["synthetic_share"], expected, check_names=False)
    human = numbers.query("rate == 0").groupby(["replicate", "train_size"])["accuracy"]
    assert human.nunique().max() <= 2  # one human-labelled curve, whatever the start (to a solver)
    laboratory.run("total_collapse", **few)
    second, first = laboratory.stage_runs
    assert members(laboratory, first) == members(laboratory, second)
    assert len(laboratory.runs(kind=store.LINEAGE)) == 12


@pytest.fixture(scope="module")
def main_job(tmp_path_factory) -> pd.DataFrame:
    laboratory = Laboratory.build(tmp_path_factory.mktemp("main"), quick=True)
    laboratory.run("collapse_rates", repetitions="1", rates="0,0.5", log_models="none")
    return laboratory.numbers(laboratory.stage_runs[0])


@pytest.mark.parametrize("stage", ["low_rates", "fine_rates"])
def test_growing_stages_give_the_numbers_of_the_main_job(main_job, laboratory, stage):
    laboratory.run(stage, repetitions="1", rates="0,0.5")
    pd.testing.assert_frame_equal(laboratory.numbers(laboratory.stage_runs[0]), main_job)
    models = [run.outputs.model_outputs for run in laboratory.runs(stage=stage, kind=store.LINEAGE)]
    assert [sorted(output.step for output in outputs) for outputs in models] == [
        [0, 1, 2, 3, 4],
        [0, 1, 2, 3, 4],
    ]


def repetitions(*given: str) -> tuple[int, ...]:
    seen: list[fine_rates.Settings] = []
    command = command_line.command("", fine_rates.Settings, seen.append)
    command.main(list(given), standalone_mode=False)
    return seen[0].repetitions


def test_a_preset_fills_in_what_is_left_at_its_default():
    assert repetitions() == (5,)
    assert repetitions("--preset", "seed") == (20,)
    assert repetitions("--preset", "seed", "--repetitions", "7") == (7,)


def test_sizes_are_split_by_what_a_pool_can_fill():
    assert within([400, 50, 100], 100) == ((50, 100), (400,))
    with pytest.raises(DataError, match="sizes=50 and more do not fit into a pool of 20 reviews"):
        within([50, 100], 20)


def test_a_comparison_runs_the_same_replicates_through_every_family(laboratory):
    few = {"final_size": "400", "rates": "0,1", "log_models": "none"}
    laboratory.run("compare_backends", backends="logistic,lightgbm", **few)
    laboratory.run("collapse_rates", **few)
    whole, comparison = laboratory.stage_runs
    compared, alone = laboratory.numbers(comparison), laboratory.numbers(whole)
    families = compared.groupby(["backend", "labelling"])
    assert sorted(families.groups) == [
        (backend, labelling)
        for backend in ("lightgbm", "logistic")
        for labelling in ("argmax", "prior")
    ]
    same = families.get_group(("logistic", "argmax")).reset_index(drop=True)
    pd.testing.assert_frame_equal(same, alone)
    human = compared.query("rate == 0").drop(columns="labelling")
    assert human.duplicated(human.columns.drop("label_error")).sum() == len(human) / 2
    laboratory.run("compare_backends", backends="logistic", **few)
    assert len(laboratory.runs(kind=store.LINEAGE)) == len(families) * 4 + 4  # none done twice


def half_widths(numbers: pd.DataFrame) -> pd.Series:
    losses = statistics.paired_loss(numbers).query("rate > 0").set_index("rate")
    return (losses["high"] - losses["low"]) / 2


def test_repetitions_are_added_until_the_interval_is_narrow_and_none_after(laboratory):
    few = {"log_models": "none", "repetitions": "3", "rates": "0,0.1,1", "final_size": "350"}
    laboratory.run("collapse_rates", **few)
    first = half_widths(laboratory.numbers(laboratory.stage_runs[0]))
    precision = float(first.max() / 1.5)
    sequential = {**few, "precision": str(precision), "max_repetitions": "60"}
    out, _ = laboratory.run("collapse_rates", **sequential)
    numbers = laboratory.numbers(laboratory.stage_runs[0])
    counts = numbers.groupby("rate")["replicate"].nunique()
    assert "not precise enough" in out
    assert ((half_widths(numbers) <= precision) | (counts.drop(0.0) == 60)).all()
    assert counts[0.0] == counts.max() > 3
    before = len(laboratory.runs(kind=store.LINEAGE))
    laboratory.run("collapse_rates", **sequential)
    again = laboratory.numbers(laboratory.stage_runs[0])
    assert len(laboratory.runs(kind=store.LINEAGE)) == before == counts.sum()
    pd.testing.assert_frame_equal(again, numbers)
    laboratory.run("collapse_rates", **few)  # fewer asked: the others are not in its results
    assert set(laboratory.numbers(laboratory.stage_runs[0])["replicate"]) == {0, 1, 2}


def test_max_repetitions_bounds_what_precision_adds(laboratory):
    asked = {"log_models": "none", "precision": "0.000001", "max_repetitions": "3"}
    laboratory.run("collapse_rates", **asked, rates="0,1")
    assert set(laboratory.numbers(laboratory.stage_runs[0])["replicate"]) == {0, 1, 2}


@pytest.mark.parametrize("steps", [1, 2, 5, 6, 9, 31, 91])
def test_milestones_are_few_and_hold_both_ends(steps):
    kept = [step for step in range(steps) if is_kept(step, steps, "milestones")]
    ends = [step for step in range(steps) if is_kept(step, steps, "ends")]
    assert set(ends) == {0, steps - 1} <= set(kept)
    assert len(kept) <= MILESTONES + 1
    assert len({after - before for before, after in pairwise(kept[:-1])}) <= 1


@pytest.mark.slow
def test_the_whole_study_is_one_command_and_survives_a_stage_that_fails(tmp_path):
    laboratory = Laboratory.build(tmp_path)
    chosen = "training_size,low_rates"
    out, err = laboratory.run("whole_study", expect=1, stages=chosen)  # the latter asks for 10,000
    assert "low_rates: " not in out.split("== report")[1]
    assert "stages failed: low_rates; the same command computes" in err
    kinds = {run.data.tags[store.STAGE_NAME]: run.info.status for run in laboratory.stage_runs}
    assert kinds == {"training_size": "FINISHED"}
    (study,) = laboratory.runs(kind="study")
    assert study.info.status == "FAILED"
    assert (Path(study.info.artifact_uri) / "report.html").exists()


def test_the_whole_study_takes_each_stages_preset_and_the_users_shared_settings():
    given = whole_study.Settings.read({"preset": "seed", "seed": "7", "test_size": "20000"})
    fine = whole_study.stage_settings("fine_rates", given)
    assert (fine.repetitions, fine.seed) == ((20,), 7)
    assert whole_study.stage_settings("collapse_rates", given).rates == growing.percent(0, 100, 10)
    small = whole_study.stage_settings("collapse_rates", whole_study.Settings())
    assert len(small.rates) < 11
