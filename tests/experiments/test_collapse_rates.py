"""The main job end to end: what is in MLflow and Optuna, and that nothing is lost or done twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import children
import optuna
import pandas as pd
import pytest
from laboratory import ROOT, Laboratory, finished, members, undisturbed_stage
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from servers import until

from mc import statistics
from mc.engine import preparation, worker_pool
from mc.processes import is_dead
from mc.report import writer
from mc.tracking import store

LINEAGES, GENERATIONS = 6, 5
FEW = {"rates": "0,1", "repetitions": "1", "log_models": "none"}


@pytest.fixture(scope="module")
def undisturbed() -> Laboratory:
    return undisturbed_stage("collapse_rates", alone=False)


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path)


@pytest.fixture
def again(tmp_path) -> Laboratory:
    """A laboratory where few lineages are done already."""
    laboratory = Laboratory.build(tmp_path, quick=True)
    laboratory.run(**FEW)
    return laboratory


def test_every_lineage_is_a_child_run_with_its_generations(undisturbed):
    (stage,) = undisturbed.stage_runs
    lineages = undisturbed.runs(kind=store.LINEAGE)
    assert stage.info.status == "FINISHED"
    assert len(finished(lineages)) == len(lineages) == LINEAGES
    for run in lineages:
        assert run.data.tags[MLFLOW_PARENT_RUN_ID] == stage.info.run_id
        assert len(run.outputs.model_outputs) == GENERATIONS
        assert run.inputs.dataset_inputs[0].dataset.name == "reviews.csv"
        history = undisturbed.client.get_metric_history(run.info.run_id, "accuracy")
        assert [each.step for each in history] == list(range(GENERATIONS))
    names = {run.info.run_name for run in lineages}
    assert "rate 0.50 · replicate 1" in names


def test_the_stage_run_shows_its_table_and_each_lineage_its_loss(undisturbed):
    (stage,) = undisturbed.stage_runs
    table = statistics.summary(undisturbed.numbers(stage)).set_index("rate")
    history = undisturbed.client.get_metric_history(stage.info.run_id, "loss_points")
    assert {each.step: each.value for each in history} == pytest.approx(
        {round(100 * rate): 100 * loss for rate, loss in table["loss"].items()}
    )
    numbers = undisturbed.numbers(stage)
    human = numbers[numbers["rate"] == 0].set_index(["replicate", "generation"])["accuracy"]
    for run in undisturbed.runs(kind=store.LINEAGE):
        rate, replicate = float(run.data.params["rate"]), int(run.data.params["replicate"])
        mine = numbers[(numbers["rate"] == rate) & (numbers["replicate"] == replicate)]
        own = mine.set_index("generation")["accuracy"]
        losses = undisturbed.client.get_metric_history(run.info.run_id, "loss_points")
        assert {each.step: each.value for each in losses} == pytest.approx(
            (100 * (human[replicate] - own)).to_dict(), abs=1e-9
        )


def test_every_cell_is_a_complete_trial_that_knows_its_run(undisturbed):
    url = f"sqlite:///{undisturbed.folder}/optuna.db"
    (name,) = optuna.get_all_study_names(url)
    trials = optuna.load_study(study_name=name, storage=url).trials
    # A worker that finds the last cell taken in between leaves an empty trial behind.
    trials = [trial for trial in trials if "cell" in trial.user_attrs]
    assert [trial.state.name for trial in trials] == ["COMPLETE"] * LINEAGES
    assert {(trial.params["rate"], trial.user_attrs["replicate"]) for trial in trials} == {
        (rate, replicate) for rate in (0.0, 0.5, 1.0) for replicate in (0, 1)
    }
    for trial in trials:
        run = undisturbed.client.get_run(trial.user_attrs["run_id"])
        assert run.data.tags["mc.trial"] == str(trial.number)
        assert run.data.metrics["accuracy"] == trial.value
        history = undisturbed.client.get_metric_history(run.info.run_id, "accuracy")
        logged = {each.step: each.value for each in history}
        assert {0, GENERATIONS - 1} <= set(trial.intermediate_values)
        assert trial.intermediate_values.items() <= logged.items()


def test_the_end_table_and_the_page_are_there(undisturbed):
    out = (undisturbed.folder / "out.txt").read_text()
    (stage,) = undisturbed.stage_runs
    place = Path(stage.info.artifact_uri)
    assert f"{place}/report.html" in out
    assert "models to log: 30" in out
    assert (place / "report.html").read_text().startswith("<!doctype html>")
    assert {path.suffix for path in (place / "figures").iterdir()} == {".png", ".svg"}
    rows = [line.split() for line in out.splitlines()]
    assert {row[0] for row in rows if row} >= {"rate", "0", "0.5", "1"}


def test_one_process_gives_the_numbers_of_two(undisturbed, tmp_path):
    laboratory = Laboratory.build(tmp_path, quick=True)
    laboratory.run()
    pd.testing.assert_frame_equal(
        laboratory.numbers(laboratory.stage_runs[0]),
        undisturbed.numbers(undisturbed.stage_runs[0]),
        check_exact=True,
    )


def test_asking_again_reuses_what_is_finished_and_other_seeds_do_not(again):
    again.run(**FEW)
    second, first = again.stage_runs
    assert members(again, first) == members(again, second)
    assert len(again.runs(kind=store.LINEAGE)) == 2
    again.run(**(FEW | {"rates": "0,0.5,1"}))
    assert len(again.runs(kind=store.LINEAGE)) == 3
    again.run(**FEW, seed="7")
    assert len(again.runs(kind=store.LINEAGE)) == 5
    again.run(**FEW, fresh="true")
    assert len(again.runs(kind=store.LINEAGE)) == 7
    newest = again.stage_runs[0]
    assert members(again, newest).isdisjoint(members(again, first))
    pd.testing.assert_frame_equal(again.numbers(newest), again.numbers(first))


def test_a_command_that_reuses_all_starts_no_worker_and_draws_nothing(laboratory):
    laboratory.run(**FEW)
    unwanted = AssertionError("nothing is to be computed")
    with (
        patch.object(preparation, "expect_work", side_effect=unwanted),
        patch.object(worker_pool, "WorkerPool", side_effect=unwanted),
        patch.object(writer, "write", side_effect=unwanted),
    ):
        laboratory.run(**FEW)
    second, first = (Path(run.info.artifact_uri) for run in laboratory.stage_runs)
    names = [
        sorted(str(file.relative_to(place)) for file in place.rglob("*"))
        for place in (second, first)
    ]
    assert names[0] == names[1]
    assert all(run.info.status == "FINISHED" for run in laboratory.stage_runs)


def test_two_growths_are_one_study_whose_trials_name_them(again):
    two = {"initial_size": "300,200", "increment": "50,20", "final_size": "500,240"}
    given = FEW | two | {"repetitions": "2,1"}
    again.run(**given)
    newest, first = again.stage_runs
    numbers = again.numbers(newest)
    lineages = numbers.groupby(["initial_size", "rate"])["replicate"].nunique()
    assert lineages.to_dict() == {(200, 0.0): 1, (200, 1.0): 1, (300, 0.0): 2, (300, 1.0): 2}
    alone = numbers.query("initial_size == 300 and replicate == 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, again.numbers(first), check_exact=True)
    url = f"sqlite:///{again.folder}/optuna.db"
    counts = [
        [trial.params.get("initial_size") for trial in study.trials if "cell" in trial.user_attrs]
        for study in (
            optuna.load_study(study_name=name, storage=url)
            for name in optuna.get_all_study_names(url)
        )
    ]
    assert sorted(map(len, counts)) == [2, 6]
    assert sorted(max(counts, key=len)) == [200, 200, 300, 300, 300, 300]
    before = len(again.runs(kind=store.LINEAGE))
    again.run(**given)
    assert len(again.runs(kind=store.LINEAGE)) == before == 8
    again.run(**(given | {"repetitions": "2"}))
    assert len(again.runs(kind=store.LINEAGE)) == 10


def test_a_lost_study_is_rebuilt_from_mlflow(again):
    (again.folder / "optuna.db").unlink()
    again.run(**FEW)
    assert len(again.runs(kind=store.LINEAGE)) == 2


def test_a_deleted_lineage_is_computed_again(again):
    lost = again.runs(kind=store.LINEAGE)[0].info.run_id
    again.client.delete_run(lost)
    again.run(**FEW)
    newest, first = again.stage_runs
    assert lost not in members(again, newest)
    assert len(members(again, newest)) == 2
    pd.testing.assert_frame_equal(again.numbers(newest), again.numbers(first))


def no_process_left(laboratory: Laboratory) -> bool:
    return not laboratory.processes()


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_as_if_undisturbed(undisturbed, laboratory):
    moment = random.Random(1)
    (laboratory.folder / "mlflow.db").unlink()  # it may be killed while it makes the store
    for _ in range(2):
        process = laboratory.start()
        time.sleep(moment.uniform(1, 7))
        process.kill()
        process.communicate()
        until(lambda: no_process_left(laboratory))
        if (laboratory.folder / "mlflow.db").exists():
            for run in finished(laboratory.runs(kind=store.LINEAGE)):
                assert len(run.outputs.model_outputs) == GENERATIONS
    laboratory.run()
    runs = laboratory.runs(kind=store.LINEAGE)
    assert not [run for run in runs + laboratory.stage_runs if run.info.status == "RUNNING"]
    newest = laboratory.stage_runs[0]
    assert len(members(laboratory, newest)) == LINEAGES
    pd.testing.assert_frame_equal(
        laboratory.numbers(newest), undisturbed.numbers(undisturbed.stage_runs[0]), check_exact=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_kill_closes_every_run_and_leaves_no_process(laboratory, number):
    process = laboratory.start(final_size="540", increment="1")
    until(laboratory.has_lineages)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 130
    assert "the same command goes on from here" in err
    assert "Traceback" not in err, err
    until(lambda: no_process_left(laboratory))
    runs = laboratory.runs(kind=store.LINEAGE) + laboratory.stage_runs
    assert {run.info.status for run in runs} <= {"KILLED", "FINISHED"}
    assert laboratory.stage_runs[0].info.status == "KILLED"


@pytest.mark.slow
def test_a_killed_worker_is_replaced(undisturbed, laboratory):
    process = laboratory.start()
    until(laboratory.has_lineages)
    victim = laboratory.runs(kind=store.LINEAGE)[0].data.tags[store.OWNER].split()[1]
    os.kill(int(victim), signal.SIGKILL)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    pd.testing.assert_frame_equal(
        laboratory.numbers(laboratory.stage_runs[0]),
        undisturbed.numbers(undisturbed.stage_runs[0]),
    )


def mlflow_run(laboratory: Laboratory, **changes: str) -> subprocess.Popen[str]:
    given = laboratory.command(**changes)[3:]
    parameters = dict(zip((name[2:] for name in given[::2]), given[1::2], strict=True))
    parameters["data"] = f"{laboratory.folder}/reviews.csv"
    parameters["storage"] = f"sqlite:///{laboratory.folder}/optuna.db"
    options = [text for item in parameters.items() for text in ("-P", "=".join(item))]
    command = [sys.executable, "-m", "mlflow", "run", str(ROOT), "-e", "collapse_rates"]
    return children.start(
        [*command, "--env-manager", "local", *options],
        cwd=laboratory.folder,
        env=laboratory.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_mlflow_run_does_what_the_module_does(undisturbed, laboratory):
    process = mlflow_run(laboratory)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    (stage,) = laboratory.stage_runs
    assert stage.info.status == "FINISHED"
    assert stage.info.run_name.startswith("collapse_rates · logistic · ")
    assert stage.data.params["rates"] == "0,0.5,1"
    assert stage.data.params["seed"] == "0"
    pd.testing.assert_frame_equal(
        laboratory.numbers(stage), undisturbed.numbers(undisturbed.stage_runs[0])
    )


@pytest.mark.slow
def test_nothing_outlives_a_killed_mlflow_run(laboratory):
    process = mlflow_run(laboratory, final_size="540", increment="1")
    until(laboratory.has_lineages)
    running = [run for run in laboratory.runs() if run.info.status == "RUNNING"]
    owners = {run.data.tags[store.OWNER] for run in running}
    process.kill()
    process.communicate()
    until(lambda: all(map(is_dead, owners)))  # whoever adopts them may not wait for them
    assert {run.info.status for run in laboratory.runs()} <= {"KILLED", "FINISHED"}
    assert laboratory.stage_runs[0].info.status == "KILLED"


def test_the_report_draws_the_newest_run_or_the_runs_named(undisturbed, tmp_path):
    copy = undisturbed.copy(tmp_path / "copy")
    (stage,) = copy.stage_runs
    out, _ = copy.run("report")
    page = copy.runs(kind="report")[0]
    drawn = pd.read_csv(f"{page.info.artifact_uri}/tables/generations.csv")
    numbers = copy.numbers(stage)
    pd.testing.assert_frame_equal(drawn[numbers.columns], numbers)
    assert f"{page.info.artifact_uri}/report.html" in out
    lineage = copy.runs(kind=store.LINEAGE)[0]
    copy.run("report", runs=lineage.info.run_id)
    page = copy.runs(kind="report")[0]
    assert len(pd.read_csv(f"{page.info.artifact_uri}/tables/generations.csv")) == GENERATIONS


def test_a_report_without_runs_says_what_to_do(laboratory):
    _, err = laboratory.run("report", expect=1)
    assert "no finished stage run" in err
    _, err = laboratory.run("report", expect=1, runs="abc")
    assert "run 'abc' is not in" in err


@pytest.fixture
def small_disk(laboratory):
    """A disk of its own for the laboratory's artifacts; resized by calling."""
    place = laboratory.folder / "mlruns"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("may not mount a file system here")

    def resize(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)

    yield resize
    subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_what_it_cost_is_done_when_there_is_room(
    undisturbed, laboratory, small_disk
):
    _, err = laboratory.run(expect=1)
    assert "No space left on device" in err
    assert "Traceback" not in err
    runs = laboratory.runs(kind=store.LINEAGE) + laboratory.stage_runs
    assert {run.info.status for run in runs} <= {"FINISHED", "FAILED"}
    assert laboratory.stage_runs[0].info.status == "FAILED"
    for run in finished(laboratory.runs(kind=store.LINEAGE)):
        assert len(run.outputs.model_outputs) == GENERATIONS
    small_disk("100m")
    laboratory.run()
    newest = laboratory.stage_runs[0]
    assert len(members(laboratory, newest)) == LINEAGES
    pd.testing.assert_frame_equal(
        laboratory.numbers(newest), undisturbed.numbers(undisturbed.stage_runs[0]), check_exact=True
    )
