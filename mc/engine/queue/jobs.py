"""Jobs as Optuna trials: enqueued once, counted, and released when their worker is gone.

Knows nothing of what a job computes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    distribution_to_json,
)
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import fail_stale_trials
from optuna.trial import FrozenTrial, Trial, TrialState

from mc import clock
from mc.engine.queue.axes import axis, axis_of
from mc.engine.queue.storage import Study, in_turn
from mc.lineage.space import Space
from mc.processes import is_dead, is_local

CLAIM_SECONDS = 30  # between taking a trial and signing it; who needs longer was killed in between
TRIES = 3  # of a job that fails by itself
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
                close(self._study, trial.number, state=FAIL)
        if not all(is_local(trial.user_attrs.get("owner", "")) for trial in taken):
            fail_stale_trials(self._study)

    def _is_abandoned(self, trial: FrozenTrial) -> bool:
        if "owner" in trial.user_attrs:
            return is_dead(trial.user_attrs["owner"])
        now = clock.monotonic()
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


def close(
    study: Study, trial: Trial | int, value: float | None = None, state: TrialState | None = None
) -> None:
    """Close a trial, unless another process does so first, even between our look and our call."""
    with suppress(UpdateFinishedTrialError):
        study.tell(trial, value, state, skip_if_finished=True)


def _enqueue(study: Study, job: QueuedJob) -> None:
    study.enqueue_trial(dict(job.params), user_attrs=job.attributes)


def trials_of_jobs(study: Study) -> list[FrozenTrial]:
    """All trials that stand for jobs, the oldest first."""
    return [each for each in study.get_trials(deepcopy=False) if "cell" in each.user_attrs]


def _newest(study: Study) -> dict[str, FrozenTrial]:
    """Job to its newest trial, whose state is the job's."""
    return _standing(study)[0]


def _standing(study: Study) -> tuple[dict[str, FrozenTrial], dict[str, list[str]]]:
    """Job to its newest trial, and to the errors of its own that it ever had, by one look."""
    newest: dict[str, FrozenTrial] = {}
    errors: dict[str, list[str]] = {}
    for trial in trials_of_jobs(study):
        newest[trial.user_attrs["cell"]] = trial
        if "error" in trial.user_attrs:
            errors.setdefault(trial.user_attrs["cell"], []).append(trial.user_attrs["error"])
    return newest, errors


def _complete(study: Study, job: QueuedJob, newest: FrozenTrial | None, value: float) -> None:
    """Record a result that was logged, but did not reach the study before a kill."""
    if newest and newest.state == RUNNING:
        close(study, newest.number, value)
        return
    study.add_trial(
        optuna.trial.create_trial(
            value=value,
            params=dict(job.params),
            distributions=job.distributions,
            user_attrs=job.attributes,
        )
    )
