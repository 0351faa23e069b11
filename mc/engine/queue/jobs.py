"""Jobs as Optuna trials: enqueued once, claimed by workers, and never done twice.

Knows nothing of what a job computes.
"""

import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
    json_to_distribution,
)
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import fail_stale_trials
from optuna.storages._heartbeat import get_heartbeat_thread  # as `Study.optimize` does
from optuna.trial import FrozenTrial, Trial, TrialState

from mc.engine.queue.axes import axis, axis_of
from mc.engine.queue.storage import Study, in_turn
from mc.errors import ClaimLostError
from mc.lineage.space import Space
from mc.processes import is_dead, is_local, owner

CLAIM_SECONDS = 30  # between taking a trial and signing it; who needs longer was killed in between
LOST = "the job was given to another worker, since this one seemed gone"
TRIES = 3  # of a job that fails by itself
RESULT = "result"  # noted by a claim that is not the first: what it took, or nothing
WAITING, RUNNING = TrialState.WAITING, TrialState.RUNNING
COMPLETE, FAIL, PRUNED = TrialState.COMPLETE, TrialState.FAIL, TrialState.PRUNED


@dataclass(frozen=True)
class QueuedJob:
    """One trial to be done: a condition and a replicate, an individual, a setting.

    Parameters
    ----------
    key : str
        Identity; the same in every command that asks for the same result.
    params : mapping
        What distinguishes it within its study, for Optuna's plots.
    space : mapping
        Ranges of those params that are neither shares nor whole numbers without a bound.
    notes : mapping
        Further attributes of its trial.
    """

    key: str
    params: Mapping[str, Any]
    space: Space = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The axes of its params in Optuna's terms."""
        return {
            name: axis(self.space[name]) if name in self.space else axis_of(value)
            for name, value in self.params.items()
        }

    @property
    def attributes(self) -> dict[str, Any]:
        """What its trial carries."""
        axes = {name: distribution_to_json(each) for name, each in self.distributions.items()}
        return {**self.notes, "cell": self.key, "params": dict(self.params), "axes": axes}


@dataclass(frozen=True)
class Progress:
    """Where a study stands."""

    done: int
    generations: int  # by the newest step that each has reported
    unfinished: int
    failed: Mapping[str, str]  # job to error


class Claim:
    """A job in the hands of this worker.

    Attributes
    ----------
    key : str
        Which job.
    number : int
        Its trial.
    is_first : bool
        Whether no worker had the job before: its result cannot exist yet.
    """

    def __init__(self, study: Study, trial: Trial) -> None:
        self._study, self._trial = study, trial
        self.key: str = trial.user_attrs["cell"]
        self.number = trial.number
        same = [each.number for each in _trials(study) if each.user_attrs["cell"] == self.key]
        self.is_first, self.is_newest = min(same) == self.number, max(same) == self.number

    def report(self, step: int, value: float) -> None:
        """Record an intermediate value.

        Raises
        ------
        ClaimLostError
            When the job was given to another worker meanwhile.
        """
        with _noticing_loss():
            self._trial.report(value, step)

    def note(self, name: str, value: str) -> None:
        """Record an attribute; raises as `report` does."""
        with _noticing_loss():
            self._trial.set_user_attr(name, value)

    def look_up(self, find: Callable[[], str]) -> str:
        """Name the result of an earlier claim of the job; where it is empty, compute it here.

        Which of both is noted with the look, in one turn: `settle` goes by it.
        """

        def look() -> str:
            found = find()
            self.note(RESULT, found)
            return found

        return in_turn(self._study, look)

    def confirm(self) -> None:
        """Raise as `report` does, and record nothing: to be asked before giving a result."""
        if self.number in running(self._study):
            return
        if self._study.trials[self.number].state != COMPLETE:  # so says who has seen the result
            raise ClaimLostError(LOST)

    def settle(self, result: str, retire: Callable[[], None]) -> None:
        """Retire a result that came too late: another worker computes the job already.

        To be called once the result can be seen: whoever claims the job from then on takes it.

        Raises
        ------
        ClaimLostError
            When it was retired.
        """

        def counts() -> bool:
            later = [each for each in _trials(self._study) if each.user_attrs["cell"] == self.key]
            noted = [each for each in later if RESULT in each.user_attrs]
            if (
                not noted
                or noted[-1].number <= self.number
                or noted[-1].user_attrs[RESULT] == result
            ):
                return True
            retire()
            return False

        if self.number not in running(self._study) and not in_turn(self._study, counts):
            raise ClaimLostError(LOST)


Compute = Callable[[Claim], float]


@contextmanager
def _noticing_loss() -> Iterator[None]:
    try:
        yield
    except UpdateFinishedTrialError as error:
        raise ClaimLostError(LOST) from error


def reconcile(
    study: Study, jobs: Sequence[QueuedJob], done: Callable[[], Mapping[str, float]]
) -> None:
    """Make the study's trials agree with what is done, and enqueue what is not.

    Parameters
    ----------
    jobs : sequence of QueuedJob
        All jobs of the stage.
    done : callable
        Looks up the jobs whose result exists, by whichever worker, and their values. It is called
        after the trials were read: what another process finishes in between is done in neither.
    """

    def agree() -> None:
        Watch(study).release()
        newest = _newest(study)
        values = done()
        for job in jobs:
            trial = newest.get(job.key)
            state = trial.state if trial else None
            if job.key in values and state != COMPLETE:
                _complete(study, job, trial, values[job.key])
            elif job.key not in values and state not in (WAITING, RUNNING):
                _enqueue(study, job)

    in_turn(study, agree)


class Watch:
    """Releases the jobs of workers that are gone.

    A process of this machine is looked up; one of another counts as gone when its heartbeats are
    late by the database's own clock. A claim without a signature is watched for a while first.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._unsigned: dict[int, float] = {}  # trial to when it was seen first

    def release(self) -> None:
        """Fail the running trials whose worker is gone."""
        taken = self._study.get_trials(deepcopy=False, states=(RUNNING,))
        for trial in taken:
            if self._is_abandoned(trial):
                _close(self._study, trial.number, state=FAIL)
        if not all(is_local(trial.user_attrs.get("owner", "")) for trial in taken):
            fail_stale_trials(self._study)

    def _is_abandoned(self, trial: FrozenTrial) -> bool:
        if "owner" in trial.user_attrs:
            return is_dead(trial.user_attrs["owner"])
        now = time.monotonic()
        return now - self._unsigned.setdefault(trial.number, now) > CLAIM_SECONDS


def retry(study: Study, jobs: Sequence[QueuedJob]) -> None:
    """Enqueue again the jobs that failed, unless they did so by themselves too often."""

    def again() -> None:
        for job in _to_retry(study, jobs):
            _enqueue(study, job)

    if _to_retry(study, jobs):
        in_turn(study, again)  # where another process may just have done it


def _to_retry(study: Study, jobs: Sequence[QueuedJob]) -> list[QueuedJob]:
    newest, errors = _standing(study)
    return [
        job
        for job in jobs
        if newest[job.key].state == FAIL and len(errors.get(job.key, [])) < TRIES
    ]


def progress(study: Study, jobs: Iterable[QueuedJob]) -> Progress:
    """Count finished jobs, reported generations and failures."""
    newest, errors = _standing(study)
    trials = {job.key: newest[job.key] for job in jobs}
    failed = {
        key: errors[key][-1]
        for key, trial in trials.items()
        if trial.state == FAIL and len(errors.get(key, [])) >= TRIES
    }
    done = sum(trial.state == COMPLETE for trial in trials.values())
    return Progress(
        done=done,
        generations=sum(
            1 + max(trial.intermediate_values, default=-1) for trial in trials.values()
        ),
        unfinished=len(trials) - done - len(failed),
        failed=failed,
    )


def numbers(study: Study) -> dict[str, int]:
    """Job to the number of its newest trial."""
    return {key: trial.number for key, trial in _newest(study).items()}


def running(study: Study) -> set[int]:
    """Numbers of the trials at work."""
    return {trial.number for trial in study.get_trials(deepcopy=False, states=(RUNNING,))}


def is_waiting(study: Study) -> bool:
    """Whether a job waits for a worker."""
    return bool(study.get_trials(deepcopy=False, states=(WAITING,)))


def work(study: Study, compute: Compute) -> None:
    """Claim and compute jobs until none is waiting.

    Parameters
    ----------
    compute : callable
        Of the claimed job; returns its final value.
    """
    while is_waiting(study):
        trial = _ask(study)
        try:
            with get_heartbeat_thread(trial._trial_id, study._storage):
                value, state = _computed(study, trial, compute)
            _close(study, trial, value, state)
        except (ClaimLostError, UpdateFinishedTrialError):
            # Another worker has the job now; our result does not count.
            _close(study, trial, state=FAIL)
        except KeyboardInterrupt:
            _close(study, trial, state=FAIL)
            raise


def _close(
    study: Study, trial: Trial | int, value: float | None = None, state: TrialState | None = None
) -> None:
    """Close a trial, unless another process does so first, even between our look and our call."""
    with suppress(UpdateFinishedTrialError):
        study.tell(trial, value, state, skip_if_finished=True)


def _ask(study: Study) -> Trial:
    """Claim a trial; one without a job where another worker took the last."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Heartbeat of storage")  # `work` sends heartbeats
        return study.ask()


def _computed(
    study: Study, trial: Trial, compute: Compute
) -> tuple[float | None, TrialState | None]:
    """The value of a claimed trial and its state, None where the value decides it."""
    if "cell" not in trial.user_attrs:  # another worker took the last one in between
        return None, PRUNED
    trial.set_user_attr("owner", owner())
    claim = Claim(study, trial)
    if not claim.is_newest:  # its job was seen to be done, or asked for again
        return None, PRUNED
    try:
        _suggest(trial)
        return compute(claim), None
    except (ClaimLostError, UpdateFinishedTrialError):
        raise
    except Exception as error:
        trial.set_user_attr("error", f"{type(error).__name__}: {error}")
        trial.set_user_attr("traceback", traceback.format_exc())
        return None, FAIL


def _enqueue(study: Study, job: QueuedJob) -> None:
    study.enqueue_trial(dict(job.params), user_attrs=job.attributes)


def _suggest(trial: Trial) -> None:
    """Give the enqueued params their distributions, so that Optuna's plots know the axes."""
    for name, text in trial.user_attrs["axes"].items():
        given = json_to_distribution(text)
        if isinstance(given, CategoricalDistribution):
            trial.suggest_categorical(name, given.choices)
        elif isinstance(given, IntDistribution):
            trial.suggest_int(name, given.low, given.high, log=given.log)
        elif isinstance(given, FloatDistribution):
            trial.suggest_float(name, given.low, given.high, log=given.log)


def _trials(study: Study) -> list[FrozenTrial]:
    """All trials that stand for jobs, the oldest first."""
    return [each for each in study.get_trials(deepcopy=False) if "cell" in each.user_attrs]


def _newest(study: Study) -> dict[str, FrozenTrial]:
    """Job to its newest trial, whose state is the job's."""
    return _standing(study)[0]


def _standing(study: Study) -> tuple[dict[str, FrozenTrial], dict[str, list[str]]]:
    """Job to its newest trial, and to the errors of its own that it ever had, by one look."""
    newest: dict[str, FrozenTrial] = {}
    errors: dict[str, list[str]] = {}
    for trial in _trials(study):
        newest[trial.user_attrs["cell"]] = trial
        if "error" in trial.user_attrs:
            errors.setdefault(trial.user_attrs["cell"], []).append(trial.user_attrs["error"])
    return newest, errors


def _complete(study: Study, job: QueuedJob, newest: FrozenTrial | None, value: float) -> None:
    """Record a result that was logged, but did not reach the study before a kill."""
    if newest and newest.state == RUNNING:
        _close(study, newest.number, value)
        return
    study.add_trial(
        optuna.trial.create_trial(
            value=value,
            params=dict(job.params),
            distributions=job.distributions,
            user_attrs=job.attributes,
        )
    )
