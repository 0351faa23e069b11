"""The study's database: opened, waited for while it is away, locked where jobs are counted."""

import logging
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import click
import optuna
import tenacity
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from mc import clock
from mc.errors import StudyError
from mc.tracking import databases

HEARTBEAT_SECONDS = 10
GRACE_SECONDS = 30  # without a heartbeat for so long, another machine's worker is watched
WATCH_SECONDS = 30  # so long; then it counts as gone
PATIENCE_SECONDS = 900  # for which a database may be away
TURN_SECONDS = 60  # to wait for another process's turn
NOTE, NOTE_VERSION = "dashboard:note_str", "dashboard:note_ver"  # as Optuna's dashboard keeps them
Study = optuna.Study
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def open_study(storage: str, name: str) -> Study:
    """Open a study, made if need be; its storage's schema too.

    Raises
    ------
    StudyError
        When the storage cannot be used.
    """
    with _explained(storage):
        backend = _backend(storage)
        study = optuna.create_study(
            study_name=name, storage=backend, direction="maximize", load_if_exists=True
        )
    _BACKENDS[study] = backend
    return study


def start_over(storage: str, name: str) -> Study:
    """Forget all trials of a study."""
    optuna.delete_study(study_name=name, storage=_BACKENDS[open_study(storage, name)])
    return open_study(storage, name)


def describe(study: Study, objective: str, note: str) -> None:
    """Say what a study is about, once: its axis is named, and Optuna's dashboard shows the note."""
    if NOTE_VERSION in (system := _BACKENDS[study]).get_study_system_attrs(study._study_id):
        return
    study.set_metric_names([objective])
    system.set_study_system_attr(study._study_id, f"{NOTE}:0", note)
    system.set_study_system_attr(study._study_id, NOTE_VERSION, 1)


def find_study(storage: str, digest: str) -> str:
    """Name of the study that ends so, empty where there is none; raises as `open_study` does."""
    return next((name for name in study_names(storage) if name.endswith(digest)), "")


def study_names(storage: str) -> list[str]:
    """Names of all studies of a storage; raises as `open_study` does."""
    with _explained(storage):
        return sorted(optuna.get_all_study_names(_backend(storage)))


@contextmanager
def _explained(storage: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, ImportError, RuntimeError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise StudyError(
            f"storage={without_password(storage)!r} cannot be used: {first}; "
            "give an SQLAlchemy address such as sqlite:///optuna.db"
        ) from error


def _backend(storage: str) -> "PatientStorage":
    # A server's connections are dear; a file's address may be relative.
    return _open(storage) if storage.startswith("sqlite") else _open_once(storage)


def _open(storage: str) -> "PatientStorage":
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # the stage reports failed jobs
    logging.getLogger("alembic").setLevel(logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # heartbeats
    with _turn(create_engine(storage, poolclass=NullPool), "schema"):
        backend = PatientStorage(
            storage,
            engine_kwargs=_engine_settings(storage),
            skip_compatibility_check=(storage, Path.cwd()) in _CHECKED,
            heartbeat_interval=HEARTBEAT_SECONDS,
            grace_period=GRACE_SECONDS,
        )
        databases.write_ahead(storage)
    _CHECKED.add((storage, Path.cwd()))
    _take_turns(backend.engine)
    return backend


_open_once = cache(_open)
_CHECKED: set[tuple[str, Path]] = set()  # once a process: it loads all of Optuna's migrations


def without_password(storage: str) -> str:
    """The address as it may be shown and logged."""
    try:
        return make_url(storage).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return storage  # not an address at all


def recover(study: Study) -> None:
    """Let a study be used again in this thread after an interrupt, wherever that fell.

    A session that was broken off cannot even be closed; the next call makes another.
    """
    databases.roll_back()
    _BACKENDS[study].scoped_session.registry.clear()


def _is_away(error: BaseException) -> bool:
    """Whether a database did not answer; a statement that it refused is another matter."""
    cause = error.__cause__ if isinstance(error, StorageInternalError) else error
    if isinstance(cause, PendingRollbackError):  # Optuna went on with the connection that broke
        cause = cause.__context__
    if not isinstance(cause, OperationalError):
        return False
    return "locked" in str(cause) if isinstance(cause.orig, sqlite3.Error) else True


def _say(state: tenacity.RetryCallState) -> None:
    if state.attempt_number == 1:
        click.echo("the study's database does not answer; waiting for it", err=True)


def _patiently(call: F) -> F:
    """The same call, made again for as long as the database is away."""
    again = tenacity.retry(
        retry=tenacity.retry_if_exception(_is_away),
        wait=tenacity.wait_random_exponential(0.5, max=10),
        stop=tenacity.stop_after_delay(PATIENCE_SECONDS),
        sleep=clock.sleep,
        before_sleep=_say,
        reraise=True,
    )
    return cast(F, again(call))


class PatientStorage(RDBStorage):
    """Optuna's storage, for which a database that is away is a delay and no error.

    A call whose answer got lost is made again. Writing the same value twice changes nothing; a
    claim whose answer got lost is released, since no worker signs it.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._late: dict[int, dict[int, float]] = {}  # study to trial to when it was seen first

    create_new_study = _patiently(RDBStorage.create_new_study)
    create_new_trial = _patiently(RDBStorage.create_new_trial)
    delete_study = _patiently(RDBStorage.delete_study)
    get_all_studies = _patiently(RDBStorage.get_all_studies)
    get_all_trials = _patiently(RDBStorage.get_all_trials)
    get_study_directions = _patiently(RDBStorage.get_study_directions)
    get_study_id_from_name = _patiently(RDBStorage.get_study_id_from_name)
    get_study_name_from_id = _patiently(RDBStorage.get_study_name_from_id)
    get_study_system_attrs = _patiently(RDBStorage.get_study_system_attrs)
    get_study_user_attrs = _patiently(RDBStorage.get_study_user_attrs)
    get_trial = _patiently(RDBStorage.get_trial)
    get_trial_id_from_study_id_trial_number = _patiently(
        RDBStorage.get_trial_id_from_study_id_trial_number
    )
    record_heartbeat = _patiently(RDBStorage.record_heartbeat)
    set_study_system_attr = _patiently(RDBStorage.set_study_system_attr)
    set_study_user_attr = _patiently(RDBStorage.set_study_user_attr)
    set_trial_intermediate_value = _patiently(RDBStorage.set_trial_intermediate_value)
    set_trial_param = _patiently(RDBStorage.set_trial_param)
    set_trial_state_values = _patiently(RDBStorage.set_trial_state_values)
    set_trial_system_attr = _patiently(RDBStorage.set_trial_system_attr)
    set_trial_user_attr = _patiently(RDBStorage.set_trial_user_attr)
    # Optuna puts a cache before the storage, which asks it by these names, too.
    _create_new_trial = _patiently(RDBStorage._create_new_trial)
    _get_best_trial_id = _patiently(RDBStorage._get_best_trial_id)
    _get_trials = _patiently(RDBStorage._get_trials)
    _set_trial_param = _patiently(RDBStorage._set_trial_param)

    @_patiently
    def _get_stale_trial_ids(self, study_id: int) -> list[int]:
        """Trials whose heartbeats are late, and do not come while this process watches.

        After an outage all heartbeats are late, until their workers have seen its end.
        """
        now, before = clock.monotonic(), self._late.get(study_id, {})
        late = super()._get_stale_trial_ids(study_id)
        self._late[study_id] = {trial: before.get(trial, now) for trial in late}
        return [trial for trial in late if now - self._late[study_id][trial] >= WATCH_SECONDS]


_BACKENDS: WeakKeyDictionary[Study, PatientStorage] = WeakKeyDictionary()


@_patiently
def in_turn(study: Study, action: Callable[[], T]) -> T:
    """Do what no two processes may do at once to a study; it may be done again."""
    with _turn(_BACKENDS[study].engine, study.study_name):
        return action()


@contextmanager
def _turn(engine: Engine, name: str) -> Iterator[None]:
    """Keep other processes from the same, on SQLite and PostgreSQL.

    A process that dies gives its turn back with its connection.
    """
    if engine.dialect.name == "sqlite":
        path = f"{engine.url.database}-turn"
        with closing(sqlite3.connect(path, timeout=TURN_SECONDS, isolation_level=None)) as turn:
            turn.execute("BEGIN EXCLUSIVE")
            yield
    elif engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
            yield
    else:
        yield


def _engine_settings(storage: str) -> dict[str, object]:
    """Patience for the other workers' turns."""
    return {"connect_args": {"timeout": TURN_SECONDS}} if storage.startswith("sqlite") else {}


def _take_turns(engine: Engine) -> None:
    """Let a claim on SQLite be read and written as one.

    Python's driver opens a transaction at the first write only; two workers can then both see a
    trial waiting and both take it. SQLAlchemy's documented remedy is to open it at once.
    """
    if engine.dialect.name != "sqlite":
        return  # servers lock the row that a claim reads

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin_at_once(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()  # connections made before the listeners were
