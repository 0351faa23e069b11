"""Jobs in the hands of workers: claimed, computed, and given up to whoever has them now.

Knows nothing of what a job computes.
"""

import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    json_to_distribution,
)
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages._heartbeat import get_heartbeat_thread  # as `Study.optimize` does
from optuna.trial import FrozenTrial, Trial, TrialState

from mc import failpoints
from mc.engine.queue.jobs import COMPLETE, FAIL, PRUNED, close, is_waiting, running, trials_of_jobs
from mc.engine.queue.storage import Study, in_turn, recover
from mc.errors import ClaimLostError
from mc.processes import is_ending, owner

LOST = "the job was given to another worker, since this one seemed gone"
RESULT = "result"  # noted by a claim that is not the first: what it took, or nothing


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
        same = [each.number for each in self._claims()]
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
        """Look whether an earlier claim of the job has a result; without one, compute it here.

        What was found is noted in one turn with the look, since `settle` goes by it.

        Parameters
        ----------
        find : callable
            Names the result; empty where there is none.
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

        def look() -> None:
            later = [each for each in self._claims() if each.number > self.number]
            noted = [each.user_attrs[RESULT] for each in later if RESULT in each.user_attrs]
            if noted and noted[-1] != result:
                retire()
                raise ClaimLostError(LOST)

        if self.number not in running(self._study):
            in_turn(self._study, look)

    def _claims(self) -> list[FrozenTrial]:
        """All trials of the job, the oldest first."""
        trials = trials_of_jobs(self._study)
        return [each for each in trials if each.user_attrs["cell"] == self.key]


Compute = Callable[[Claim], float]


@contextmanager
def _noticing_loss() -> Iterator[None]:
    try:
        yield
    except UpdateFinishedTrialError as error:
        raise ClaimLostError(LOST) from error


def work(study: Study, compute: Compute) -> None:
    """Claim and compute jobs until none is waiting.

    Parameters
    ----------
    compute : callable
        Of the claimed job; returns its final value.
    """
    while is_waiting(study):
        trial = _ask(study)
        failpoints.reach("job claimed")
        try:
            with get_heartbeat_thread(trial._trial_id, study._storage):
                value, state = _computed(study, trial, compute)
            close(study, trial, value, state)
            failpoints.reach("job told")
        except (ClaimLostError, UpdateFinishedTrialError):
            # Another worker has the job now; our result does not count.
            close(study, trial, state=FAIL)
        except KeyboardInterrupt:
            recover(study)
            close(study, trial, state=FAIL)
            raise


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
    failpoints.reach("claim signed")
    claim = Claim(study, trial)
    if not claim.is_newest:  # its job was seen to be done, or asked for again
        return None, PRUNED
    try:
        _suggest(trial)
        return compute(claim), None
    except (ClaimLostError, UpdateFinishedTrialError):
        raise
    except Exception as error:
        if is_ending():
            raise KeyboardInterrupt from error
        trial.set_user_attr("error", f"{type(error).__name__}: {error}")
        trial.set_user_attr("traceback", traceback.format_exc())
        return None, FAIL


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
