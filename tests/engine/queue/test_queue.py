"""Laws of the study: every job once, whatever was there before and whoever died."""

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

import claiming
import pytest
from laboratory import serve_forks
from optuna.storages import BaseStorage, fail_stale_trials
from optuna.storages._rdb.models import TrialHeartbeatModel
from optuna.trial import TrialState
from sqlalchemy import event, orm, select
from sqlalchemy.engine.cursor import CursorFetchStrategy, CursorResult
from sqlalchemy.exc import OperationalError

from mc import clock
from mc.engine import queue
from mc.engine.queue import claims, jobs
from mc.engine.queue import storage as databases
from mc.engine.worker_pool import CONTEXT
from mc.errors import ClaimLostError, StudyError
from mc.processes import owner

FAIL = TrialState.FAIL
CELLS = [queue.QueuedJob(f"job {n}", {"rate": n / 10, "replicate": n}) for n in range(4)]
DEAD = " ".join([*owner().split()[:2], "1.0"])  # this pid, in another life


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request):
    if request.param == "sqlite":
        return "sqlite:///optuna.db"
    return request.getfixturevalue("postgres").create(f"d{uuid.uuid4().hex}")


@pytest.fixture
def study(storage):
    return queue.open_study(storage, "study")


def compute(log: list[str]):
    def value(claim: queue.Claim) -> float:
        claim.report(0, 0.5)
        claim.report(1, 0.7)
        log.append(claim.key)
        return 0.7

    return value


def in_session(*given: object) -> None:
    raise KeyboardInterrupt


def locked(seconds: float) -> None:
    raise AssertionError("it waits for its own lock")


def half_closed(session: orm.Session) -> None:
    session.identity_map._kill()
    raise KeyboardInterrupt


def amid_rows(self: CursorFetchStrategy, result: CursorResult, cursor: sqlite3.Cursor) -> list[Any]:
    rows = cursor.fetchmany(2)
    if len(rows) < 2:
        return rows
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as error:
        self.handle_exception(result, cursor, error)


@pytest.mark.parametrize(
    ("owner", "call", "interrupted"),
    [
        (orm.Session, "commit", in_session),
        (orm.Session, "expunge_all", half_closed),
        (CursorFetchStrategy, "fetchall", amid_rows),
    ],
)
def test_an_interrupt_inside_a_transaction_leaves_no_lock(
    storage, owner, call, interrupted, monkeypatch
):
    monkeypatch.setattr(databases, "TURN_SECONDS", 1)
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=time.monotonic, sleep=locked))
    study = queue.open_study(storage, "study")
    queue.reconcile(study, CELLS, dict)

    usual = getattr(owner, call)

    def interrupted_here(*given: Any) -> Any:
        """As a signal does, which reaches the main thread and not that of the heartbeat."""
        here = threading.current_thread() is threading.main_thread()
        return (interrupted if here else usual)(*given)

    def compute_a_little(claim: queue.Claim) -> float:
        with mock.patch.object(owner, call, interrupted_here):
            queue.numbers(study)
        raise AssertionError("the interrupt was lost")

    with pytest.raises(KeyboardInterrupt) as caught:
        queue.work(study, compute_a_little)
    log: list[str] = []
    queue.retry(study, CELLS)
    queue.work(queue.open_study(storage, "study"), compute(log))
    assert caught, "keeps the stack that was unwound, with all that it holds"
    assert sorted(log) == [job.key for job in CELLS]


def test_every_cell_is_computed_once_and_recorded(study):
    log: list[str] = []
    queue.reconcile(study, CELLS, dict)
    queue.work(study, compute(log))
    assert sorted(log) == [job.key for job in CELLS]
    assert [trial.params for trial in study.trials] == [dict(job.params) for job in CELLS]
    assert study.trials[0].intermediate_values == {0: 0.5, 1: 0.7}
    assert queue.progress(study, CELLS) == queue.Progress(4, 8, 0, {})


def test_progress_goes_by_the_newest_step(study):
    queue.reconcile(study, CELLS[:1], dict)
    trial = claim(study, owner())
    assert queue.progress(study, CELLS[:1]).generations == 0
    trial.report(0.6, 4)
    assert queue.progress(study, CELLS[:1]).generations == 5


def test_reconciling_again_adds_nothing(study):
    for _ in range(3):
        queue.reconcile(study, CELLS, dict)
    assert len(study.trials) == len(CELLS)
    queue.work(study, compute([]))
    queue.reconcile(study, CELLS, lambda: dict.fromkeys([job.key for job in CELLS], 0.7))
    assert len(study.trials) == len(CELLS)


def test_more_cells_extend_the_study(study):
    log: list[str] = []
    queue.reconcile(study, CELLS[:2], dict)
    queue.work(study, compute(log))
    queue.reconcile(study, CELLS, lambda: dict.fromkeys(log, 0.7))
    queue.work(study, compute(log))
    assert sorted(log) == [job.key for job in CELLS]


def test_a_result_that_is_gone_is_computed_again(study):
    log: list[str] = []
    queue.reconcile(study, CELLS[:1], dict)
    queue.work(study, compute(log))
    queue.reconcile(study, CELLS[:1], dict)
    assert queue.progress(study, CELLS[:1]) == queue.Progress(0, 0, 1, {})
    queue.work(study, compute(log))
    assert log == ["job 0", "job 0"]
    assert queue.progress(study, CELLS[:1]).done == 1


def test_results_of_a_lost_study_are_recorded_without_computing(study):
    queue.reconcile(study, CELLS, lambda: {job.key: 0.9 for job in CELLS})
    assert not queue.is_waiting(study)
    assert {trial.value for trial in study.trials} == {0.9}
    assert queue.progress(study, CELLS).done == 4


def at_once(act, storage: str, many: int = 4) -> list[str]:
    """What processes claim that do the same at the same moment."""
    serve_forks()
    start, claimed = CONTEXT.Barrier(many), CONTEXT.SimpleQueue()
    given = (storage, start, claimed)
    processes = [CONTEXT.Process(target=act, args=given) for _ in range(many)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    found = []
    while not claimed.empty():
        found.append(claimed.get())
    return found


def test_workers_that_claim_at_the_same_moment_never_share_a_cell(study, storage):
    jobs = [queue.QueuedJob(f"job-{n}", {"replicate": n}) for n in range(60)]
    queue.reconcile(study, jobs, dict)
    assert sorted(at_once(claiming.claim, storage)) == sorted(job.key for job in jobs)


def test_commands_that_ask_at_the_same_moment_ask_once(study, storage):
    at_once(claiming.ask, storage)
    assert len(study.trials) == 20


def test_a_worker_that_seemed_gone_gives_no_result_and_works_on(study):
    seen: list[str] = []

    def value(claim: queue.Claim) -> float:
        seen.append(claim.key)
        if seen == ["job 0"]:
            study.tell(claim.number, state=FAIL)  # what another machine does to a silent worker
            queue.retry(study, CELLS)
            with pytest.raises(ClaimLostError):
                claim.report(0, 0.5)
            with pytest.raises(ClaimLostError):
                claim.confirm()
            claim.confirm()
        assert claim.is_first == (seen.count(claim.key) == 1)
        return 0.7

    queue.reconcile(study, CELLS, dict)
    queue.work(study, value)
    assert sorted(seen) == sorted(["job 0", *(job.key for job in CELLS)])
    assert queue.progress(study, CELLS).done == len(CELLS)
    assert not any("error" in trial.user_attrs for trial in study.trials)


@pytest.mark.parametrize("moment", ["before it signed", "after its result"])
def test_a_worker_whose_cell_is_given_away_at_any_moment_works_on(study, monkeypatch, moment):
    given: list[int] = []

    def give_away() -> str:
        if not given:
            given.extend(queue.running(study))
            study.tell(given[0], state=FAIL)
        return owner()

    def value(claim: queue.Claim) -> float:
        if moment == "after its result":
            give_away()
        return 0.7

    if moment == "before it signed":
        monkeypatch.setattr(claims, "owner", give_away)
    queue.reconcile(study, CELLS, dict)
    queue.work(study, value)
    assert given
    queue.retry(study, CELLS)
    queue.work(study, value)
    assert queue.progress(study, CELLS).done == len(CELLS)
    assert not any("error" in trial.user_attrs for trial in study.trials)


def test_what_another_command_finishes_while_this_one_looks_is_not_asked_again(study):
    queue.reconcile(study, CELLS[:1], dict)
    trial = claim(study, owner())

    def done() -> dict[str, float]:
        study.tell(trial.number, 0.7)  # between the look at the trials and that at the results
        return {}

    queue.reconcile(study, CELLS[:1], done)
    assert len(study.trials) == 1


def test_a_cell_seen_to_be_done_is_not_computed(study):
    queue.reconcile(study, CELLS, dict)
    queue.reconcile(study, CELLS, lambda: {"job 2": 0.9})
    log: list[str] = []
    queue.work(study, compute(log))
    assert sorted(log) == ["job 0", "job 1", "job 3"]
    assert queue.progress(study, CELLS).done == len(CELLS)


def claim(study, process: str):
    with pytest.warns(UserWarning, match="Heartbeat"):  # a worker that is killed never goes on
        trial = study.ask()
    trial.set_user_attr("owner", process)
    return trial


def test_a_dead_workers_cell_is_done_by_another(study):
    queue.reconcile(study, CELLS, dict)
    claim(study, DEAD)
    log: list[str] = []
    queue.reconcile(study, CELLS, dict)
    queue.work(study, compute(log))
    assert sorted(log) == [job.key for job in CELLS]


def test_a_trial_that_another_process_closes_between_look_and_call_stays_closed(
    study, storage, monkeypatch
):
    queue.reconcile(study, CELLS[:1], dict)
    trial, other = claim(study, DEAD), queue.open_study(storage, "study")
    write = study._storage.set_trial_state_values

    def too_late(*arguments, **named):
        other.tell(trial.number, 0.9)
        return write(*arguments, **named)

    monkeypatch.setattr(study._storage, "set_trial_state_values", too_late)
    queue.Watch(study).release()
    assert other.trials[0].value == 0.9


def test_a_cell_whose_worker_was_killed_before_it_signed_is_done_by_another(study, time_flies):
    queue.reconcile(study, CELLS, dict)
    with pytest.warns(UserWarning, match="Heartbeat"):
        study.ask()  # takes the first, and says no more
    watch = queue.Watch(study)
    watch.release()
    watch.release()
    assert study.trials[0].state == queue.RUNNING  # it may be about to
    time_flies.sleep(jobs.CLAIM_SECONDS + 1)
    watch.release()
    queue.retry(study, CELLS)
    log: list[str] = []
    queue.work(study, compute(log))
    assert sorted(log) == [job.key for job in CELLS]


def test_a_living_workers_cell_is_left_to_it(study):
    queue.reconcile(study, CELLS, dict)
    claim(study, owner())
    claim(study, "another-host 1 1.0")
    log: list[str] = []
    queue.reconcile(study, CELLS, dict)
    queue.work(study, compute(log))
    assert sorted(log) == ["job 2", "job 3"]


def let_pass(study, seconds: float) -> None:
    """Make all heartbeats so much older, by the database's clock."""
    with databases._BACKENDS[study].scoped_session() as session, session.begin():
        for beat in session.scalars(select(TrialHeartbeatModel)):
            beat.heartbeat -= timedelta(seconds=seconds)


def test_another_machines_worker_is_gone_when_its_heartbeat_is_late(storage, time_flies):
    study = queue.open_study(storage, "study")
    queue.reconcile(study, CELLS[:2], dict)
    silent, alive = claim(study, "another-host 1 1.0"), claim(study, "another-host 2 1.0")
    backend = databases._BACKENDS[study]
    watch = queue.Watch(study)
    for trial in (silent, alive):
        backend.record_heartbeat(trial._trial_id)
    watch.release()
    assert queue.running(study) == {silent.number, alive.number}
    let_pass(study, databases.GRACE_SECONDS + 1)
    watch.release()  # the database was away, perhaps, and both are about to come back
    backend.record_heartbeat(alive._trial_id)
    assert queue.running(study) == {silent.number, alive.number}
    time_flies.sleep(databases.WATCH_SECONDS)
    watch.release()
    assert queue.running(study) == {alive.number}


def test_a_connection_that_breaks_at_whichever_statement_is_made_again(postgres):
    name = f"d{uuid.uuid4().hex}"
    study = queue.open_study(postgres.create(name), "study")
    queue.reconcile(study, CELLS, dict)
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    breaking, statements = -1, 0

    @event.listens_for(databases._BACKENDS[study].engine, "before_cursor_execute")
    def end(*_: object) -> None:
        nonlocal statements
        if statements == breaking:
            postgres.execute(ending)
        statements += 1

    expected, many = study.trials, statements
    assert many > 5
    for number in range(many):
        breaking, statements = number, 0
        assert study.trials == expected
        assert statements > many


@contextmanager
def each_statement_fails_once(study) -> Iterator[set[str]]:
    """The database breaks off each statement when it is sent for the first time."""
    engine, failed = databases._BACKENDS[study].engine, set()
    away = sqlite3.OperationalError("database is locked")

    def fail(*sent):
        statement, parameters = sent[2:4]
        if statement not in failed:
            failed.add(statement)
            raise OperationalError(statement, parameters, away)

    event.listen(engine, "before_cursor_execute", fail)
    yield failed
    event.remove(engine, "before_cursor_execute", fail)


def test_a_study_outlives_an_outage_at_each_of_its_statements(
    study, storage, time_flies, monkeypatch, capsys
):
    monkeypatch.setattr(time, "sleep", time_flies.sleep)  # Optuna tries again by itself, too
    queue.open_study(storage, "study").enqueue_trial({})  # which the study has not seen yet
    log: list[str] = []
    with each_statement_fails_once(study) as failed:
        assert study._storage.get_trial_id_from_study_id_trial_number(study._study_id, 0) == 1
        study.enqueue_trial({})
        queue.reconcile(study, CELLS, dict)
        queue.work(study, compute(log))
        fail_stale_trials(study)
        assert queue.progress(study, CELLS) == queue.Progress(4, 8, 0, {})
        assert study.best_value == 0.7
    assert sorted(log) == [job.key for job in CELLS]
    assert len(failed) > 20
    assert "does not answer; waiting for it" in capsys.readouterr().err


def test_an_outage_is_waited_for_whatever_optuna_asks():
    assert BaseStorage.__abstractmethods__ <= vars(databases.PatientStorage).keys()


def test_a_result_logged_just_before_a_kill_is_told_to_the_study(study):
    queue.reconcile(study, CELLS[:1], dict)
    claim(study, DEAD)
    queue.reconcile(study, CELLS[:1], lambda: {"job 0": 0.8})
    assert queue.progress(study, CELLS[:1]).done == 1
    assert not queue.is_waiting(study)


def test_a_cell_that_fails_is_tried_three_times_and_the_rest_goes_on(study):
    log: list[str] = []

    def value(claim: queue.Claim) -> float:
        log.append(claim.key)
        if claim.key == "job 1":
            raise ValueError("no such luck")
        return 0.7

    queue.reconcile(study, CELLS, dict)
    for _ in range(5):
        queue.work(study, value)
        queue.retry(study, CELLS)
    state = queue.progress(study, CELLS)
    assert log.count("job 1") == queue.TRIES
    assert (state.done, state.unfinished) == (3, 0)
    assert state.failed == {"job 1": "ValueError: no such luck"}


def test_a_new_command_tries_a_given_up_cell_again(study):
    def fail(claim: queue.Claim) -> float:
        raise ValueError(claim.key)

    queue.reconcile(study, CELLS[:1], dict)
    for _ in range(queue.TRIES):
        queue.work(study, fail)
        queue.retry(study, CELLS[:1])
    assert queue.progress(study, CELLS[:1]).failed == {"job 0": "ValueError: job 0"}
    queue.reconcile(study, CELLS[:1], dict)
    queue.work(study, compute([]))
    assert queue.progress(study, CELLS[:1]) == queue.Progress(1, 2, 0, {})


def test_starting_over_forgets_everything(study, storage):
    queue.reconcile(study, CELLS, lambda: {job.key: 0.9 for job in CELLS})
    assert queue.start_over(storage, "study").trials == []


@pytest.mark.parametrize("storage", ["sqlite:////no/such/folder/x.db", "nonsense", "foo://bar"])
def test_a_storage_that_cannot_be_used_is_named(storage):
    with pytest.raises(StudyError, match=r"cannot be used.*sqlite:///optuna\.db"):
        queue.open_study(storage, "study")


def test_a_password_is_never_shown():
    address = "postgresql+psycopg2://user:secret@127.0.0.1:1/x"
    with pytest.raises(StudyError) as caught:
        queue.open_study(address, "study")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("found", "counts"),
    [(None, True), ("late run", True), ("", False), ("another run", False)],
    ids=["nobody looked", "it was taken", "it is computed anew", "another was taken"],
)
def test_a_late_result_counts_unless_another_worker_went_its_own_way(study, found, counts):
    queue.reconcile(study, CELLS[:1], dict)
    late = queue.Claim(study, claim(study, owner()))
    study.tell(late.number, state=FAIL)  # it seemed gone
    queue.reconcile(study, CELLS[:1], dict)
    if found is not None:
        assert queue.Claim(study, claim(study, owner())).look_up(lambda: found) == found
    retired: list[str] = []
    with nullcontext() if counts else pytest.raises(ClaimLostError):
        late.settle("late run", lambda: retired.append("late run"))
    assert retired == ([] if counts else ["late run"])


def test_a_study_is_found_by_what_its_name_ends_with_also_one_of_an_earlier_version(storage):
    queue.open_study(storage, "collapse_rates-95d7dc8a")
    queue.open_study(storage, "collapse_rates lightgbm 50k→80k seed 0 #254c41f5")
    assert queue.find_study(storage, "95d7dc8a") == "collapse_rates-95d7dc8a"
    assert queue.find_study(storage, "254c41f5").endswith("50k→80k seed 0 #254c41f5")
    assert not queue.find_study(storage, "00000000")


def test_a_study_says_what_it_is_and_what_its_values_are(study):
    queue.describe(study, "accuracy", "what it is")
    queue.describe(study, "roc_auc", "a later command does not write it anew")
    attributes = databases._BACKENDS[study].get_study_system_attrs(study._study_id)
    assert attributes["dashboard:note_str:0"] == "what it is"
    assert study.metric_names == ["accuracy"]
