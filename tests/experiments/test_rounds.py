"""Laws of experiments that go in rounds, end to end on a small corpus."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import machines
import optuna
import pandas as pd
import pytest
from laboratory import Laboratory, finished, undisturbed_stage
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from servers import until

from mc.engine.session import Session
from mc.tracking import store

OBJECTIVE = {"evolution": "validation_accuracy", "model_search": "accuracy"}
SECONDS = ["fit_seconds", "score_seconds"]


@pytest.fixture(scope="module", params=OBJECTIVE)
def stage(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def undisturbed(stage) -> Laboratory:
    return undisturbed_stage(stage)


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path, quick=True)


def frames(stage_run: Run) -> dict[str, pd.DataFrame]:
    """All that must repeat bit for bit; who computed a trial first is chance."""
    folder = Path(download_artifacts(f"{stage_run.info.artifact_uri}/frames"))
    chance = [
        *SECONDS,
        *(["trial"] if stage_run.data.tags[store.STAGE_NAME] == "evolution" else []),
    ]
    return {
        file.stem: pd.read_csv(file).drop(columns=chance, errors="ignore")
        for file in folder.glob("*.csv")
    }


def assert_same(first: Run, second: Run) -> None:
    ours, theirs = frames(first), frames(second)
    assert ours.keys() == theirs.keys()
    for name, frame in ours.items():
        pd.testing.assert_frame_equal(frame, theirs[name], check_exact=True)


def children(laboratory: Laboratory) -> list[Run]:
    return laboratory.runs(kind=store.LINEAGE)


def test_every_trial_is_a_child_run_and_an_optuna_trial_that_know_each_other(undisturbed, stage):
    (run,) = undisturbed.stage_runs
    members = children(undisturbed)
    assert run.info.status == "FINISHED"
    assert len(finished(members)) == len(members)
    assert {member.data.tags[MLFLOW_PARENT_RUN_ID] for member in members} == {run.info.run_id}
    (name,) = optuna.get_all_study_names(f"sqlite:///{undisturbed.folder}/optuna.db")
    study = optuna.load_study(study_name=name, storage=f"sqlite:///{undisturbed.folder}/optuna.db")
    assert run.data.tags[store.STUDY] == name
    by_id = {member.info.run_id: member for member in members}
    told = [trial for trial in study.trials if "cell" in trial.user_attrs]
    assert len(told) == len(members)
    for trial in told:
        member = by_id[trial.user_attrs["run_id"]]
        assert member.data.tags[store.TRIAL] == str(trial.number)
        assert member.data.metrics[OBJECTIVE[stage]] == trial.value
        assert len(trial.intermediate_values) == 2
        assert float(member.data.params["C"]) == trial.params["C"]
        axis = trial.distributions["C"]
        assert (axis.low, axis.high, axis.log) == (0.01, 100.0, True)


@pytest.mark.slow
def test_two_workers_give_the_numbers_of_one_process(tmp_path):
    laboratory = Laboratory.build(tmp_path / "two")
    laboratory.run("model_search", jobs="2")
    assert_same(laboratory.stage_runs[0], undisturbed_stage("model_search").stage_runs[0])


@pytest.mark.slow
def test_a_worker_elsewhere_gives_the_numbers_of_this_machine(machine, monkeypatch):
    undisturbed = undisturbed_stage("evolution")  # a generation needs arrays of the one before
    asking = machine.start("evolution", jobs="0")
    until(lambda: machines.trials(machine) != [])
    machines.another(machine, "worker").run("worker", jobs="2")
    machines.end(asking)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", machine.tracking)
    assert_same(machine.stage_runs[0], undisturbed.stage_runs[0])
    members = children(machine)
    assert {run.info.status for run in members} == {"FINISHED"}
    assert len(members) == len(children(undisturbed))


def test_interrupted_after_each_round_it_ends_as_if_undisturbed(undisturbed, laboratory, stage):
    ask, done, last = Session.ask, set(), 0

    def interrupted_after_a_new_round(session, jobs):
        results = ask(session, jobs)
        if not done.issuperset(results):
            done.update(results)
            raise KeyboardInterrupt
        return results

    many = len(children(undisturbed))
    with patch.object(Session, "ask", interrupted_after_a_new_round):
        while len(done) < many:
            _, err = laboratory.run(stage, expect=130)
            assert "the same command goes on from here" in err
            assert len(done) > last
            last = len(done)
        laboratory.run(stage)
    assert len(children(laboratory)) == many
    assert_same(laboratory.stage_runs[0], undisturbed.stage_runs[0])


def test_what_exists_is_reused_and_what_is_lost_is_computed_again(undisturbed, tmp_path, stage):
    laboratory = replace(undisturbed.copy(tmp_path / "again"), quick=True)
    many = len(children(laboratory))
    (laboratory.folder / "optuna.db").unlink()
    laboratory.client.delete_run(children(laboratory)[-1].info.run_id)  # of the first round
    out, _ = laboratory.run(stage)
    assert f"{many - 1} results of an earlier command" in out
    assert len(children(laboratory)) == many
    laboratory.run(stage, fresh="true")
    assert len(children(laboratory)) == 2 * many
    runs = laboratory.stage_runs
    for run in runs[1:]:
        assert_same(runs[0], run)


def test_the_report_draws_what_the_stage_drew(undisturbed, tmp_path, stage):
    out = (undisturbed.folder / "out.txt").read_text()
    assert "report.html" in out
    copy = undisturbed.copy(tmp_path / "copy")
    told, _ = copy.run("report", stage=stage)
    page = copy.runs(kind="report")[0]
    folders = [Path(run.info.artifact_uri) for run in (page, copy.stage_runs[0])]
    figures = [sorted(file.name for file in folder.glob("figures/*.png")) for folder in folders]
    assert figures[0] == figures[1]
    assert len(figures[0]) == 2
    assert "report.html" in told
