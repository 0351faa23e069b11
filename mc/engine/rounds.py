"""Stages that go in rounds: what is asked next depends on the answers so far.

A round is a set of tasks; each is one Optuna trial and one MLflow child run, done once by whichever
worker claims it. Knows nothing of what a task computes.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import click
import pandas as pd
from numpy.typing import NDArray

from mc.engine import queue, remote_workers, session
from mc.engine.common import Settings
from mc.engine.plan import Plan
from mc.engine.publishing import publish
from mc.engine.remote_workers import JOINS
from mc.engine.worker_pool import complete
from mc.errors import StudyError
from mc.lineage.space import Space
from mc.params import format_value
from mc.report.stage_result import Material
from mc.tracking import results, store, trials
from mc.tracking.runs import OpenRun, create_child
from mc.tracking.trials import Answer

SHOWN = ("data", "backend")  # parameters of the stage that each run shows, too


@dataclass(frozen=True)
class Task:
    """One thing to be computed.

    Parameters
    ----------
    key : str
        Its name within its study, for people too; it stands for the same result in every command.
    params : mapping
        What the trial and the run show as parameters.
    space : mapping
        Ranges of those that have one.
    notes : mapping
        Attributes of the trial.
    work : object
        What the computation gets; travels to a worker process.
    """

    key: str
    params: Mapping[str, Any]
    work: Any
    space: Space = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cell(self) -> queue.Cell:
        """The task as the study knows it: words without a range are attributes of its trial."""
        words = {
            name: at
            for name, at in self.params.items()
            if isinstance(at, str) and name not in self.space
        }
        params = {name: at for name, at in self.params.items() if name not in words}
        return queue.Cell(self.key, params, self.space, {**self.notes, **words})


@dataclass(frozen=True)
class Outcome:
    """What a task yields.

    Parameters
    ----------
    value : float
        What the study maximises.
    metrics : mapping
        Final figures.
    series : mapping
        Figures by step.
    arrays : mapping
        Kept as an artifact, for later tasks.
    texts : mapping
        File name to what people may read there.
    """

    value: float
    metrics: Mapping[str, float]
    series: Mapping[str, Sequence[float]] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


Report = Callable[[int, float], None]
Compute = Callable[[Any, Any, Report], Outcome]  # of the prepared corpus, a task's work, and Report
Open = Callable[[], Any]  # opens the prepared corpus; travels to worker processes


@dataclass(frozen=True)
class RoundPlan(Plan):
    """What a worker must know whose cells are the tasks of a round."""

    open: Open
    tasks: Mapping[str, Task]
    compute: Compute


@dataclass(frozen=True)
class Bench:
    """An open stage run at which rounds are asked."""

    run: OpenRun
    stage: str
    settings: Settings
    open: Open
    corpus: Any  # as it was opened; None where the stage has none
    study: str
    unit: str

    def ask(self, tasks: Sequence[Task], compute: Compute, steps: int) -> dict[str, Answer]:
        """Have all tasks done that are not done yet; returns the answers by key.

        Parameters
        ----------
        steps : int
            Intermediate values that each task reports.

        Raises
        ------
        StudyError
            When a task failed; what is finished is kept for the next command.
        """
        by_key = {task.key: task for task in tasks}
        cells = [task.cell for task in tasks]
        study = queue.open_study(self.settings["storage"], self.study)
        queue.reconcile(study, cells, lambda: self._values(by_key))
        done = self._done(by_key)
        if len(done) < len(tasks):
            work_off = partial(work, self._plan(by_key, compute))
            jobs = session.workers(self.settings["jobs"])
            try:
                failed = complete(
                    study, cells, work_off, jobs, steps * len(tasks), unit=self.unit
                ).failed
            finally:
                session.close_abandoned(self.run, self.settings["storage"], [self.study])
            _refuse(failed)
            done = self._done(by_key)
        return {key: done[key] for key in by_key}

    def numbers(self) -> dict[str, int]:
        """Keys of all tasks so far, and their trials."""
        return queue.numbers(queue.open_study(self.settings["storage"], self.study))

    def note(self, name: str, value: str) -> None:
        """Log a result as a parameter of the stage run, so that the runs table shows it."""
        if JOINS not in self.settings:
            self.run.client.log_param(self.run.id, name, value)

    def measure(self, figures: Mapping[str, float]) -> None:
        """Log results as metrics of the stage run."""
        if JOINS not in self.settings:
            for name, value in figures.items():
                self.run.client.log_metric(self.run.id, name, value)

    def conclude(
        self,
        members: Mapping[str, Answer],
        frames: Mapping[str, pd.DataFrame],
        facts: Mapping[str, str],
    ) -> None:
        """Keep what the report needs, publish the page, and call the stage finished."""
        if JOINS in self.settings:
            return  # that is for the stage to do
        client = self.run.client
        ids = {key: answer.run_id for key, answer in members.items()}
        results.log_members(client, self.run.id, ids)
        results.log_frames(client, self.run.id, frames)
        facts = {
            "stage": self.stage,
            "data": session.corpus_words(self.corpus),
            **facts,
            "seed": str(self.settings["seed"]),
            "stage run": self.run.id,
            "study": self.study,
        }
        results.log_facts(client, self.run.id, facts)
        publish(self.run, [Material(self.stage, facts, frames)])
        self.run.finish()

    def _done(self, keys: Mapping[str, Task]) -> dict[str, Answer]:
        found = trials.finished_trials(self.run.client, self.run.experiment, self.study)
        return {key: found[key] for key in keys if key in found}

    def _values(self, keys: Mapping[str, Task]) -> dict[str, float]:
        return {key: answer.metrics["value"] for key, answer in self._done(keys).items()}

    def _plan(self, tasks: Mapping[str, Task], compute: Compute) -> RoundPlan:
        shown = session.shown(self.settings)
        return RoundPlan(
            study=self.study,
            storage=self.settings["storage"],
            tracking_uri=self.run.client.tracking_uri,
            experiment=self.run.experiment,
            stage_run=self.run.id,
            open=self.open,
            tasks=tasks,
            compute=compute,
            params={name: shown[name] for name in SHOWN if name in shown},
            tags={
                store.STAGE_NAME: self.stage,
                store.STUDY: self.study,
                store.KIND: trials.TRIAL_KIND,
            },
        )


@contextmanager
def bench(
    stage: str, settings: Settings, open_corpus: Open, identity: Mapping[str, Any], unit: str
) -> Iterator[Bench]:
    """Open a stage run, below which finished tasks of an interrupted one are hung.

    Parameters
    ----------
    open_corpus : callable
        Opens the prepared corpus (`mc.types.Prepared`); gives None where there is none.
    identity : mapping
        All that matters to results, but for the corpus.
    unit : str
        What an intermediate value stands for, in the plural.
    """
    corpus = open_corpus()
    if JOINS in settings:
        remote_workers.check_corpus(settings[JOINS], corpus)
    opened = session.open_store()
    text = json.dumps([dict(identity), corpus.about["digest"] if corpus else ""], sort_keys=True)
    name = f"{stage}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    done = session.known(opened, settings, name, trials.TRIAL_KIND)
    if JOINS in settings:
        run = remote_workers.stage_run(opened, settings[JOINS])
        yield Bench(run, stage, settings, open_corpus, corpus, name, unit)
        return
    with session.open_run(opened, stage, settings, name) as run:
        remote_workers.announce(stage, settings, [name], run.id, corpus)
        if corpus:
            run.log_corpus(corpus)
        results.adopt(run.client, run.id, done.values())
        if done:
            click.echo(f"{len(done)} trials of an earlier command are there to be reused")
        yield Bench(run, stage, settings, open_corpus, corpus, name, unit)
    session.say_what_next(opened, stage)


def work(plan: RoundPlan) -> None:
    """Claim, compute and log tasks until none is waiting; the body of a worker process."""
    os.environ["MLFLOW_TRACKING_URI"] = plan.tracking_uri
    client, corpus = store.connect(), plan.open()

    def compute(claim: queue.Claim) -> float:
        task = plan.tasks[claim.key]
        if not claim.is_first:  # who had it before may have been gone only after its end
            answers = trials.finished_trials(client, plan.experiment, plan.study)
            if task.key in answers:
                return float(answers[task.key].metrics["value"])
        shown = {name: format_value(value) for name, value in task.params.items()}
        child = create_child(
            client,
            plan.experiment,
            plan.stage_run,
            task.key,
            params={**plan.params, **shown},
            tags={**plan.tags, store.CELL: task.key, store.TRIAL: str(claim.number)},
        )
        with OpenRun(client, child) as run:
            claim.note("run_id", run.id)
            if corpus:
                run.log_corpus(corpus)
            outcome = plan.compute(corpus, task.work, claim.report)
            metrics = {**outcome.metrics, "value": outcome.value}
            trials.log_outcome(run, metrics, outcome.series, outcome.arrays, outcome.texts)
            run.finish(claim.confirm)
        return outcome.value

    queue.work(queue.open_study(plan.storage, plan.study), compute)


def _refuse(failed: Mapping[str, str]) -> None:
    if failed:
        raise StudyError(
            f"{len(failed)} trials failed, and the next round needs them all; the first error: "
            f"{next(iter(failed.values()))}; the same command tries them again"
        )
