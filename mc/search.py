"""The grid as Optuna trials: cells are enqueued once, claimed by workers, and never done twice.

The only file that imports optuna. Knows nothing of what a cell computes.
"""

import logging
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from mc.errors import StudyError
from mc.processes import is_dead, owner

HEARTBEAT_SECONDS = 10
GRACE_SECONDS = 60  # without a heartbeat for so long, another machine's worker counts as dead
MOST = 10**9  # of a whole-numbered axis
TRIES = 3  # of a cell that fails by itself
WAITING, RUNNING = TrialState.WAITING, TrialState.RUNNING
COMPLETE, FAIL = TrialState.COMPLETE, TrialState.FAIL


@dataclass(frozen=True)
class Cell:
    """One trial to be done: a condition and a replicate.

    Parameters
    ----------
    key : str
        Identity; the same in every command that asks for the same result.
    params : mapping
        What distinguishes it within its study, for Optuna's plots.
    """

    key: str
    params: Mapping[str, float | int]


@dataclass(frozen=True)
class Progress:
    """Where a study stands."""

    done: int
    generations: int
    unfinished: int
    failed: Mapping[str, str]  # cell to error


class Claim:
    """A cell in the hands of this worker.

    Attributes
    ----------
    key : str
        Which cell.
    number : int
        Its trial.
    """

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.key: str = trial.user_attrs["cell"]
        self.number = trial.number

    def report(self, step: int, value: float) -> None:
        """Record an intermediate value."""
        self._trial.report(value, step)

    def note(self, name: str, value: str) -> None:
        """Record an attribute."""
        self._trial.set_user_attr(name, value)


Compute = Callable[[Claim], float]


def open_study(storage: str, name: str) -> optuna.Study:
    """Open a study, made if need be; its storage's schema too."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # the stage reports failed cells
    logging.getLogger("alembic").setLevel(logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # heartbeats
    try:
        backend = RDBStorage(
            storage,
            engine_kwargs=_engine_settings(storage),
            heartbeat_interval=HEARTBEAT_SECONDS,
            grace_period=GRACE_SECONDS,
        )
        _take_turns(backend.engine)
        return optuna.create_study(
            study_name=name, storage=backend, direction="maximize", load_if_exists=True
        )
    except (SQLAlchemyError, ImportError, RuntimeError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise StudyError(
            f"storage={without_password(storage)!r} cannot be used: {first}; "
            "give an SQLAlchemy address such as sqlite:///optuna.db"
        ) from error


def without_password(storage: str) -> str:
    """The address as it may be shown and logged."""
    try:
        return make_url(storage).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return storage  # not an address at all


def _engine_settings(storage: str) -> dict[str, Any]:
    """Patience for the other workers' turns."""
    return {"connect_args": {"timeout": 60}} if storage.startswith("sqlite") else {}


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


def start_over(storage: str, name: str) -> optuna.Study:
    """Forget all trials of a study."""
    optuna.delete_study(study_name=name, storage=storage)
    return open_study(storage, name)


def reconcile(study: optuna.Study, cells: Iterable[Cell], done: Mapping[str, float]) -> None:
    """Make the study's trials agree with what is done, and enqueue what is not.

    Parameters
    ----------
    cells : iterable of Cell
        All cells of the stage.
    done : mapping
        Cell to value of those whose result exists, whoever computed them.
    """
    release_dead(study)
    newest = _newest(study)
    for cell in cells:
        trial = newest.get(cell.key)
        state = trial.state if trial else None
        if cell.key in done and state != COMPLETE:
            _complete(study, cell, trial, done[cell.key])
        elif cell.key not in done and state not in (WAITING, RUNNING):
            _enqueue(study, cell)


def release_dead(study: optuna.Study) -> None:
    """Fail the running trials whose process on this machine is gone."""
    for trial in study.get_trials(deepcopy=False, states=(RUNNING,)):
        if is_dead(trial.user_attrs.get("owner", "")):
            study.tell(trial.number, state=FAIL)


def retry(study: optuna.Study, cells: Iterable[Cell]) -> None:
    """Enqueue again the cells that failed, unless they did so by themselves too often."""
    newest, errors = _newest(study), _errors(study)
    for cell in cells:
        if newest[cell.key].state == FAIL and len(errors.get(cell.key, [])) < TRIES:
            _enqueue(study, cell)


def progress(study: optuna.Study, cells: Iterable[Cell]) -> Progress:
    """Count finished cells, reported generations and failures."""
    newest, errors = _newest(study), _errors(study)
    trials = {cell.key: newest[cell.key] for cell in cells}
    failed = {
        key: errors[key][-1]
        for key, trial in trials.items()
        if trial.state == FAIL and len(errors.get(key, [])) >= TRIES
    }
    done = sum(trial.state == COMPLETE for trial in trials.values())
    return Progress(
        done=done,
        generations=sum(len(trial.intermediate_values) for trial in trials.values()),
        unfinished=len(trials) - done - len(failed),
        failed=failed,
    )


def is_waiting(study: optuna.Study) -> bool:
    """Whether a cell waits for a worker."""
    return bool(study.get_trials(deepcopy=False, states=(WAITING,)))


def work(study: optuna.Study, compute: Compute) -> None:
    """Claim and compute cells until none is waiting.

    Parameters
    ----------
    compute : callable
        Of the claimed cell; returns its final value.
    """

    def objective(trial: Trial) -> float:
        if "cell" not in trial.user_attrs:  # another worker took the last one in between
            raise optuna.TrialPruned
        trial.set_user_attr("owner", owner())
        _suggest(trial)
        try:
            return compute(Claim(trial))
        except Exception as error:
            trial.set_user_attr("error", f"{type(error).__name__}: {error}")
            trial.set_user_attr("traceback", traceback.format_exc())
            raise

    while is_waiting(study):
        study.optimize(objective, n_trials=1, catch=(Exception,))


def _enqueue(study: optuna.Study, cell: Cell) -> None:
    params = dict(cell.params)
    study.enqueue_trial(params, user_attrs={"cell": cell.key, "params": params})


def _suggest(trial: Trial) -> None:
    """Give the enqueued params their distributions, so that Optuna's plots know the axes."""
    for name, value in trial.user_attrs["params"].items():
        if isinstance(value, int):
            trial.suggest_int(name, 0, MOST)
        else:
            trial.suggest_float(name, 0.0, 1.0)


def _distribution(value: float | int) -> IntDistribution | FloatDistribution:
    return IntDistribution(0, MOST) if isinstance(value, int) else FloatDistribution(0.0, 1.0)


def _newest(study: optuna.Study) -> dict[str, FrozenTrial]:
    """Cell to its newest trial, whose state is the cell's."""
    trials = study.get_trials(deepcopy=False)
    return {trial.user_attrs["cell"]: trial for trial in trials if "cell" in trial.user_attrs}


def _errors(study: optuna.Study) -> dict[str, list[str]]:
    """Cell to the errors of its own that it ever had."""
    errors: dict[str, list[str]] = {}
    for trial in study.get_trials(deepcopy=False):
        if "error" in trial.user_attrs:
            errors.setdefault(trial.user_attrs["cell"], []).append(trial.user_attrs["error"])
    return errors


def _complete(study: optuna.Study, cell: Cell, newest: FrozenTrial | None, value: float) -> None:
    """Record a result that was logged, but not told to the study before a kill."""
    if newest and newest.state == RUNNING:
        study.tell(newest.number, value)
        return
    params = dict(cell.params)
    study.add_trial(
        optuna.trial.create_trial(
            value=value,
            params=params,
            distributions={name: _distribution(given) for name, given in params.items()},
            user_attrs={"cell": cell.key, "params": params},
        )
    )
