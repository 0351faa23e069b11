"""Laws of stages that go in rounds, end to end on a small corpus: evolution and model_search."""

import random
import time
import uuid
from pathlib import Path

import machines
import optuna
import pandas as pd
import pytest
from laboratory import Laboratory, finished
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from servers import TrackingServer, until

from mc import plugins
from mc.tracking import store

STAGES = ("evolution", "model_search")
OBJECTIVE = {"evolution": "validation_accuracy", "model_search": "accuracy"}
SECONDS = ["fit_seconds", "score_seconds"]
POPULATION, BORN, GENERATIONS, TRIALS = 4, 4, 2, 10


@pytest.fixture(scope="module", params=STAGES)
def stage(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def undisturbed(stage, tmp_path_factory) -> Laboratory:
    laboratory = Laboratory.build(tmp_path_factory.mktemp(stage))
    out, _ = laboratory.run(stage)
    (laboratory.folder / "out.txt").write_text(out)
    return laboratory


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    return Laboratory.build(tmp_path)


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


def test_one_worker_gives_the_numbers_of_two(undisturbed, laboratory, stage):
    laboratory.run(stage, jobs="1")
    assert_same(laboratory.stage_runs[0], undisturbed.stage_runs[0])


def test_a_worker_elsewhere_gives_the_numbers_of_this_machine(
    undisturbed, stage, postgres, tmp_path, monkeypatch
):
    if stage == "evolution":  # where a generation needs arrays of the one before
        server = TrackingServer(tmp_path)
        storage = postgres.create(f"d{uuid.uuid4().hex}")
        machine = Laboratory.build(tmp_path / "stage", tracking=server.url, storage=storage)
        asking = machine.start(stage, jobs="0")
        until(lambda: machines.trials(machine) != [])
        machines.another(machine, "worker").run("worker", jobs="2")
        machines.end(asking)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
        assert_same(machine.stage_runs[0], undisturbed.stage_runs[0])
        members = children(machine)
        assert {run.info.status for run in members} == {"FINISHED"}
        assert len(members) == len(children(undisturbed))
        server.stop()


def test_killed_at_random_moments_it_ends_as_if_undisturbed(undisturbed, laboratory, stage):
    moment = random.Random(stage)
    (laboratory.folder / "mlflow.db").unlink()  # it may be killed while it makes the store
    for _ in range(2):
        process = laboratory.start(stage)
        time.sleep(moment.uniform(1, 8))
        process.kill()
        process.communicate()
        end = time.monotonic() + 60
        while laboratory.processes():
            assert time.monotonic() < end
            time.sleep(0.05)
    laboratory.run(stage)
    newest = laboratory.stage_runs[0]
    assert_same(newest, undisturbed.stage_runs[0])
    assert not [run for run in laboratory.runs() if run.info.status == "RUNNING"]


def test_what_exists_is_reused_and_what_is_lost_is_computed_again(undisturbed, tmp_path, stage):
    laboratory = undisturbed.copy(tmp_path / "again")
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


def test_the_report_draws_what_the_stage_drew(undisturbed, stage):
    out = (undisturbed.folder / "out.txt").read_text()
    assert "report.html" in out
    told, _ = undisturbed.run("report", stage=stage)
    page = undisturbed.runs(kind="report")[0]
    folders = [Path(run.info.artifact_uri) for run in (page, undisturbed.stage_runs[0])]
    figures = [sorted(file.name for file in folder.glob("figures/*.png")) for folder in folders]
    assert figures[0] == figures[1]
    assert len(figures[0]) == 2
    assert "report.html" in told


def test_the_order_of_an_evolution(undisturbed, stage):
    if stage == "evolution":
        individuals = frames(undisturbed.stage_runs[0])["individuals"]
        bred = individuals.query("role == 'bred'")
        sizes = bred.groupby("generation").size()
        assert sizes.iloc[0] == POPULATION
        assert (sizes.iloc[1:] == BORN).all()
        assert 1 <= len(sizes) - 1 <= GENERATIONS
        for generation in range(1, len(sizes)):
            before = bred[bred["generation"] == generation - 1]
            best = before.sort_values("validation_accuracy", ascending=False, kind="stable")
            assert set(bred.loc[bred["generation"] == generation, "parent"]) == set(
                best["name"].head(2)
            )
        (winner,) = bred.loc[bred["is_winner"], "validation_accuracy"]
        assert winner == bred["validation_accuracy"].max()
        assert (bred.loc[bred["generation"] == 0, "label_error"] == 0).all()


def test_parents_are_named_by_their_trials(undisturbed, stage):
    if stage == "evolution":
        (name,) = optuna.get_all_study_names(f"sqlite:///{undisturbed.folder}/optuna.db")
        url = f"sqlite:///{undisturbed.folder}/optuna.db"
        noted = {
            trial.user_attrs["cell"]: trial
            for trial in optuna.load_study(study_name=name, storage=url).trials
            if "cell" in trial.user_attrs
        }
        born = [trial for trial in noted.values() if "parent" in trial.user_attrs]
        assert born
        for trial in born:
            attributes = trial.user_attrs
            assert noted[attributes["parent"]].number == attributes["parent_trial"]
            assert noted[attributes["parent"]].user_attrs["generation"] == (
                attributes["generation"] - 1
            )


def test_a_searchs_result_can_be_typed(undisturbed, stage):
    if stage == "model_search":
        (run,) = undisturbed.stage_runs
        table = frames(run)["trials"]
        assert len(table) == TRIALS
        assert table["setting.C"].iloc[0] == 1.0
        best = table[table["is_best"]].iloc[0]
        assert best["accuracy"] == table["accuracy"].max()
        backend = plugins.load("backends", "backend", "logistic")
        text = run.data.params["best_backend_params"]
        assert backend.Parameters.read_text(text, "p").values()["C"] == best["setting.C"]
        out = (undisturbed.folder / "out.txt").read_text()
        assert not text or f"-P backend=logistic -P backend_params={text}" in out
