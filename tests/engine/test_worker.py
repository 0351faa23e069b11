"""An interrupted lineage resumes, and ends as if nothing had happened."""

from functools import partial

import pytest
from mlflow import MlflowClient
from optuna.trial import TrialState

from mc import plugins
from mc.data.features import prepare
from mc.engine import grids, queue, worker
from mc.engine.grids import classifier_job
from mc.engine.jobs import Plan
from mc.lineage import backends
from mc.lineage.corpus import open_corpus
from mc.lineage.loop import Condition
from mc.tracking import results, store
from mc.tracking.checkpoints import FILES
from mc.tracking.runs import local_path

SIZES = (150, 200, 250, 300, 350, 400)
STUDY = "study"


class OutOfLuckError(Exception):
    """What breaks a lineage off."""


@pytest.fixture
def plan(corpus, stores, request) -> Plan:
    backend = backends.find(request.param)
    settings = backend.Parameters.read_text("", "p").values()
    few = {"n_estimators": 8}
    settings |= {name: at for name, at in few.items() if name in settings}
    folder, _ = prepare(corpus.digest, lambda: corpus)
    given = Condition(
        SIZES, rate=0.5, backend=request.param, backend_params=settings, test_size=150
    )
    job = classifier_job(given, ("rate",), 0)
    opened = store.open_store()
    return Plan(
        study=STUDY,
        storage="sqlite:///optuna.db",
        tracking_uri=opened.client.tracking_uri,
        experiment=opened.experiment,
        stage_run=opened.client.create_run(opened.experiment).info.run_id,
        open=partial(open_corpus, folder),
        jobs={job.key: job},
        log_models="all",
        params={"data": "test"},
        tags={
            store.STUDY: STUDY,
            store.KIND: store.LINEAGE,
            store.STAGE_NAME: "collapse_rates",
        },
    )


def breed(plan: Plan, monkeypatch, stop_at: int | None = None):
    """Work the plan off, or until a generation; its result if it has one, and its fits."""
    study = queue.open_study(plan.storage, plan.study)
    jobs = [queue.QueuedJob(key, job.params) for key, job in plan.jobs.items()]
    queue.reconcile(study, jobs, dict)
    fitted = []
    add = worker.JobRun.add

    def watched(self, generation, keep_model):
        step = generation.state.step
        fitted.append(step)
        if step == stop_at:
            raise OutOfLuckError
        add(self, generation, keep_model)

    with monkeypatch.context() as patch:
        patch.setattr(worker.JobRun, "add", watched)
        queue.work(study, worker.Worker(plan).compute)
    done = results.finished_jobs(MlflowClient(), plan.experiment, plan.study)
    return next(iter(done.values()), None), fitted


def generations(run):
    frame = results.read_generations([run])
    return frame.drop(columns=["run_id", "fit_seconds", "score_seconds"])


@pytest.mark.parametrize("plan", plugins.names("backends"), indirect=True)
def test_a_lineage_goes_on_where_it_was_broken_off(plan, monkeypatch):
    whole, fitted = breed(plan, monkeypatch)
    assert fitted == list(range(len(SIZES)))
    MlflowClient().delete_run(whole.run_id)
    monkeypatch.setattr(worker, "CHECKPOINT_SECONDS", 0)
    for stop_at, expected in ((3, [0, 1, 2, 3]), (5, [3, 4, 5])):
        result, fitted = breed(plan, monkeypatch, stop_at)
        assert result is None
        assert fitted == expected
    again, fitted = breed(plan, monkeypatch)
    assert fitted == [5]
    assert generations(again).equals(generations(whole))
    history = MlflowClient().get_metric_history(again.run_id, "accuracy")
    assert [each.step for each in history] == list(range(len(SIZES)))
    assert sorted(
        each.step for each in MlflowClient().get_run(again.run_id).outputs.model_outputs
    ) == list(range(len(SIZES)))


@pytest.mark.parametrize("plan", ["logistic"], indirect=True)
def test_a_checkpoint_that_was_cut_off_is_passed_over(plan, monkeypatch):
    monkeypatch.setattr(worker, "CHECKPOINT_SECONDS", 0)
    breed(plan, monkeypatch, stop_at=4)
    (broken,) = store.find_runs(MlflowClient(), plan.experiment, kind=store.LINEAGE)
    newest = local_path(f"{broken.info.artifact_uri}/{FILES[4 % 2]}")
    newest.write_bytes(newest.read_bytes()[:500])
    _, fitted = breed(plan, monkeypatch)
    assert fitted == [3, 4, 5]


@pytest.mark.parametrize("plan", ["logistic"], indirect=True)
def test_a_short_lineage_keeps_no_checkpoint(plan, monkeypatch):
    done, _ = breed(plan, monkeypatch)
    artifacts = {each.path for each in MlflowClient().list_artifacts(done.run_id)}
    assert not artifacts & set(FILES)


@pytest.mark.parametrize("plan", ["logistic"], indirect=True)
def test_what_a_worker_finished_before_it_was_gone_is_not_computed_again(plan, monkeypatch):
    done, _ = breed(plan, monkeypatch)
    study = queue.open_study(plan.storage, plan.study)
    queue.reconcile(study, [queue.QueuedJob(key, {"rate": 0.5}) for key in plan.jobs], dict)
    with monkeypatch.context() as patch:
        patch.setattr(grids, "lineage", None)
        queue.work(study, worker.Worker(plan).compute)
    assert study.trials[-1].value == done.metrics["accuracy"]


def closing_slowly(monkeypatch, then):
    """It takes so long to close a finished run that its worker seems gone."""
    close = worker.JobRun._close

    def slow(self, status):
        close(self, status)
        if status == "FINISHED":
            then()

    monkeypatch.setattr(worker.JobRun, "_close", slow)


@pytest.mark.parametrize("plan", ["logistic"], indirect=True)
def test_a_result_that_comes_late_is_taken_by_whoever_looks_for_it(plan, monkeypatch):
    study = queue.open_study(plan.storage, plan.study)
    with monkeypatch.context() as patch:
        closing_slowly(patch, lambda: study.tell(study.trials[-1].number, state=TrialState.FAIL))
        late, _ = breed(plan, patch)
    done, fitted = breed(plan, monkeypatch)
    assert done.run_id == late.run_id
    assert fitted == []
    assert study.trials[-1].state == TrialState.COMPLETE


@pytest.mark.parametrize("plan", ["logistic"], indirect=True)
def test_a_result_that_another_worker_computes_anew_meanwhile_is_retired(plan, monkeypatch):
    study = queue.open_study(plan.storage, plan.study)

    def given_to_another():
        study.tell(study.trials[-1].number, state=TrialState.FAIL)
        queue.reconcile(study, [queue.QueuedJob(key, {"rate": 0.5}) for key in plan.jobs], dict)
        queue.Claim(study, queue.claims._ask(study)).look_up(str)
        study.tell(study.trials[-1].number, state=TrialState.FAIL)

    with monkeypatch.context() as patch:
        closing_slowly(patch, given_to_another)
        done, _ = breed(plan, patch)
    assert done is None
    (late,) = store.find_runs(MlflowClient(), plan.experiment, kind=store.LINEAGE)
    assert late.info.status == "FINISHED"
    assert late.data.tags[store.RETIRED] == "true"
    done, fitted = breed(plan, monkeypatch)
    assert fitted == list(range(len(SIZES)))
    assert done.run_id != late.info.run_id
