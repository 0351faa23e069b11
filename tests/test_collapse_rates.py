"""The main job end to end: what is in MLflow and Optuna, and that nothing is lost or done twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pandas as pd
import psutil
import pytest
from laboratory import ROOT, Laboratory, finished, members
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from experiments import collapse_rates
from mc import cli
from mc.tracking import store

LINEAGES, GENERATIONS = 6, 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Laboratory:
    laboratory = Laboratory.build(tmp_path_factory.mktemp("undisturbed"))
    out, _ = laboratory.run()
    (laboratory.folder / "out.txt").write_text(out)
    return laboratory


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path)


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
    assert "rate 0.5, replicate 1" in names


def test_every_cell_is_a_complete_trial_that_knows_its_run(undisturbed):
    url = f"sqlite:///{undisturbed.folder}/optuna.db"
    (name,) = optuna.get_all_study_names(url)
    trials = optuna.load_study(study_name=name, storage=url).trials
    assert {trial.state.name for trial in trials} == {"COMPLETE"}
    assert {(trial.params["rate"], trial.params["replicate"]) for trial in trials} == {
        (rate, replicate) for rate in (0.0, 0.5, 1.0) for replicate in (0, 1)
    }
    for trial in trials:
        run = undisturbed.client.get_run(trial.user_attrs["run_id"])
        assert run.data.tags["mc.trial"] == str(trial.number)
        assert run.data.metrics["accuracy"] == trial.value
        assert len(trial.intermediate_values) == GENERATIONS


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


def test_one_worker_gives_the_numbers_of_two(undisturbed, laboratory):
    laboratory.run(jobs="1")
    pd.testing.assert_frame_equal(
        laboratory.numbers(laboratory.stage_runs[0]),
        undisturbed.numbers(undisturbed.stage_runs[0]),
        check_exact=True,
    )


def test_asking_again_reuses_what_is_finished_and_other_seeds_do_not(laboratory):
    few = {"rates": "0,1", "repetitions": "1", "log_models": "none"}
    laboratory.run(**few)
    laboratory.run(**few)
    second, first = laboratory.stage_runs
    assert members(laboratory, first) == members(laboratory, second)
    assert len(laboratory.runs(kind=store.LINEAGE)) == 2
    laboratory.run(**(few | {"rates": "0,0.5,1"}))
    assert len(laboratory.runs(kind=store.LINEAGE)) == 3
    laboratory.run(**few, seed="7")
    assert len(laboratory.runs(kind=store.LINEAGE)) == 5
    laboratory.run(**few, fresh="true")
    assert len(laboratory.runs(kind=store.LINEAGE)) == 7
    newest = laboratory.stage_runs[0]
    assert members(laboratory, newest).isdisjoint(members(laboratory, first))
    pd.testing.assert_frame_equal(laboratory.numbers(newest), laboratory.numbers(first))


def test_a_lost_study_is_rebuilt_from_mlflow(laboratory):
    few = {"rates": "0,1", "repetitions": "1", "log_models": "none"}
    laboratory.run(**few)
    (laboratory.folder / "optuna.db").unlink()
    laboratory.run(**few)
    assert len(laboratory.runs(kind=store.LINEAGE)) == 2


def test_a_deleted_lineage_is_computed_again(laboratory):
    few = {"rates": "0,1", "repetitions": "1", "log_models": "none"}
    laboratory.run(**few)
    lost = laboratory.runs(kind=store.LINEAGE)[0].info.run_id
    laboratory.client.delete_run(lost)
    laboratory.run(**few)
    newest, first = laboratory.stage_runs
    assert lost not in members(laboratory, newest)
    assert len(members(laboratory, newest)) == 2
    pd.testing.assert_frame_equal(laboratory.numbers(newest), laboratory.numbers(first))


def wait_until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def no_process_left(laboratory: Laboratory) -> bool:
    return not laboratory.processes()


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_a_random_moment_it_ends_as_if_undisturbed(undisturbed, laboratory, seed):
    moment = random.Random(seed)
    for _ in range(2):
        process = laboratory.start()
        time.sleep(moment.uniform(3, 12))
        process.kill()
        process.communicate()
        wait_until(lambda: no_process_left(laboratory))
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_kill_closes_every_run_and_leaves_no_process(laboratory, number):
    process = laboratory.start(final_size="540", increment="1")
    wait_until(laboratory.has_lineages)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from here" in err
    assert "Traceback" not in err, err
    wait_until(lambda: no_process_left(laboratory))
    runs = laboratory.runs(kind=store.LINEAGE) + laboratory.stage_runs
    assert {run.info.status for run in runs} <= {"KILLED", "FINISHED"}
    assert laboratory.stage_runs[0].info.status == "KILLED"


def test_a_killed_worker_is_replaced(undisturbed, laboratory):
    process = laboratory.start()
    wait_until(laboratory.has_lineages)
    victim = laboratory.runs(kind=store.LINEAGE)[0].data.tags[store.OWNER].split()[1]
    os.kill(int(victim), signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    pd.testing.assert_frame_equal(
        laboratory.numbers(laboratory.stage_runs[0]),
        undisturbed.numbers(undisturbed.stage_runs[0]),
    )


WRONG = [  # parameters, exit code, message
    ({"rates": "0,1.2"}, 2, "rates=1.2 must lie in [0, 1]"),
    ({"rates": "0,0"}, 2, "rates=0,0 names a value twice"),
    ({"repetitions": "0"}, 2, "repetitions=0 must lie in [1, 10000]"),
    ({"repetitions": "2.5"}, 2, "repetitions='2.5' must be a whole number"),
    ({"backend": "lgbm"}, 2, "choose from lightgbm, logistic, random_forest"),
    ({"backend_params": "c=1"}, 2, "backend_params='c' is unknown; choose from C, max_iter, tol"),
    ({"backend_params": "C=0"}, 2, "backend_params: C=0.0 must lie in"),
    ({"regime": "acumulate"}, 2, "did you mean 'accumulate'?"),
    ({"labelling": "soft"}, 2, "labelling='soft' is unknown; choose from argmax, prior, sample"),
    ({"log_models": "some"}, 2, "log_models='some' is unknown; choose from all, ends, none"),
    ({"final_size": "520"}, 2, "use final_size=500 or 550"),
    ({"final_size": "200"}, 2, "final_size=200 must be at least initial_size=300"),
    ({"fresh": "perhaps"}, 2, "fresh='perhaps' must be true or false"),
    ({"data": "nowhere.csv"}, 1, "nowhere.csv"),
    ({"data": "simulatd"}, 1, "data='simulatd' is neither a file here nor one of"),
    ({"data_params": "balanced=true"}, 2, "did you mean 'balance'?"),
    ({"storage": "nonsense"}, 1, "storage='nonsense' cannot be used"),
    ({"rate": "0.5"}, 2, "No such option '--rate'. (Did you mean one of: '--data', '--rates'"),
    ({"final_size": "700"}, 1, "800 usable rows, but final_size=700 and test_size=200 need 900"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: " ".join(wrong[0]))
def test_a_wrong_parameter_is_one_line_and_leaves_no_run(tmp_path, monkeypatch, capsys, wrong):
    parameters, code, message = wrong
    laboratory = Laboratory.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["collapse_rates", *laboratory.command(**parameters)[3:]])
    with pytest.raises(SystemExit) as ended:
        cli.main(collapse_rates.__doc__, collapse_rates.parameters, collapse_rates.run)
    err = capsys.readouterr().err
    assert ended.value.code == code
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert not (laboratory.folder / "mlflow.db").exists() or not laboratory.stage_runs


def mlflow_run(laboratory: Laboratory, **changes: str) -> subprocess.Popen[str]:
    given = laboratory.command(**changes)[3:]
    parameters = dict(zip((name[2:] for name in given[::2]), given[1::2], strict=True))
    parameters["data"] = f"{laboratory.folder}/reviews.csv"
    parameters["storage"] = f"sqlite:///{laboratory.folder}/optuna.db"
    options = [text for item in parameters.items() for text in ("-P", "=".join(item))]
    command = [sys.executable, "-m", "mlflow", "run", str(ROOT), "-e", "collapse_rates"]
    return subprocess.Popen(
        [*command, "--env-manager", "local", *options],
        cwd=laboratory.folder,
        env=laboratory.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_mlflow_run_does_what_the_module_does(undisturbed, laboratory):
    process = mlflow_run(laboratory)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    (stage,) = laboratory.stage_runs
    assert (stage.info.status, stage.info.run_name) == ("FINISHED", "collapse_rates")
    assert stage.data.params["rates"] == "0,0.5,1"
    assert stage.data.params["seed"] == "0"
    pd.testing.assert_frame_equal(
        laboratory.numbers(stage), undisturbed.numbers(undisturbed.stage_runs[0])
    )


def test_nothing_outlives_a_killed_mlflow_run(laboratory):
    process = mlflow_run(laboratory, final_size="540", increment="1")
    wait_until(laboratory.has_lineages)
    running = [run for run in laboratory.runs() if run.info.status == "RUNNING"]
    owners = {int(run.data.tags[store.OWNER].split()[1]) for run in running}
    process.kill()
    wait_until(lambda: not owners & set(psutil.pids()))
    process.communicate()
    assert {run.info.status for run in laboratory.runs()} <= {"KILLED", "FINISHED"}
    assert laboratory.stage_runs[0].info.status == "KILLED"


def test_the_report_draws_the_newest_run_or_the_runs_named(undisturbed):
    (stage,) = undisturbed.stage_runs
    out, _ = undisturbed.run("report")
    page = undisturbed.runs(kind="report")[0]
    drawn = undisturbed.numbers(page)
    pd.testing.assert_frame_equal(drawn, undisturbed.numbers(stage))
    assert f"{page.info.artifact_uri}/report.html" in out
    lineage = next(run for run in undisturbed.runs(kind=store.LINEAGE))
    undisturbed.run("report", runs=lineage.info.run_id)
    assert len(undisturbed.numbers(undisturbed.runs(kind="report")[0])) == GENERATIONS


def test_a_report_without_runs_says_what_to_do(laboratory):
    _, err = laboratory.run("report", expect=1)
    assert "no finished collapse_rates run" in err
    _, err = laboratory.run("report", expect=1, runs="abc")
    assert "run 'abc' is not in" in err
