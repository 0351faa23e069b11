"""The life of a stage run: opened, asked for jobs round after round, concluded with its page.

There is one way to run an experiment. A grid asks once; a search asks again, depending on the
results so far. Each job is one Optuna trial and one MLflow child run, computed once by whichever
worker claims it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import click
import pandas as pd

from mc import failpoints, plugins
from mc.engine import names, pairing, preparation, queue, remote_workers, worker
from mc.engine.common import RunSettings
from mc.engine.conditions import backends_of, code_of
from mc.engine.jobs import Job, Open, Plan, is_kept
from mc.engine.publishing import publish
from mc.engine.worker_pool import complete
from mc.errors import StudyError
from mc.lineage.space import Space
from mc.report.stage_result import StageResult
from mc.settings import Values
from mc.statistics.charts import Point
from mc.tracking import databases, registry, results, store, system, views
from mc.tracking.models import ClassifierModels
from mc.tracking.results import Result
from mc.tracking.runs import OpenRun
from mc.types import AnyCorpus

ABOUT = (  # what Optuna's dashboard shows with a study
    "Each trial is one job of the experiment **{}**; its value is *{}* at the last generation. "
    "In a grid every trial is computed once and none is meant to be the best: look at how the "
    "value depends on the parameters. The attribute `replicate` numbers the repetitions, and "
    "`run_id` is the MLflow run of the trial."
)
SHOWN = ("data", "backend")  # parameters of the stage that each job's run shows as well


@dataclass(frozen=True)
class Session:
    """An open stage run, to ask for jobs.

    Parameters
    ----------
    run : OpenRun
        The stage's MLflow run.
    stage : str
        Name of the experiment.
    settings : RunSettings
        All its parameters.
    open : callable
        Opens the prepared corpus; workers do the same.
    corpus : Prepared or None
        As it was opened here; None where the experiment has none.
    study : str
        Name of the Optuna study that holds the jobs.
    unit : str
        What a generation is called on the progress bar, in the plural.
    keepers : tuple of str
        Earlier stage runs that reused results stay below.
    """

    run: OpenRun
    stage: str
    settings: RunSettings
    open: Open
    corpus: AnyCorpus
    study: str
    unit: str
    keepers: tuple[str, ...] = ()

    @property
    def is_helper(self) -> bool:
        """Whether this command helps a stage that another one runs."""
        return self.settings.notice is not None

    @property
    def log_models(self) -> str:
        """Generations whose model is kept."""
        return str(getattr(self.settings, "log_models", "none"))

    def ask(self, jobs: Sequence[Job]) -> dict[str, Result]:
        """Compute the jobs that are not finished yet; returns all results by key.

        Raises
        ------
        StudyError
            When a job failed; what is finished is kept for the next command.
        """
        found, failed = self.attempt(jobs)
        if failed:
            raise StudyError(
                f"{len(failed)} jobs failed, and the next round needs them all; the first error: "
                f"{next(iter(failed.values()))}; the same command tries them again"
            )
        return found

    def attempt(self, jobs: Sequence[Job]) -> tuple[dict[str, Result], Mapping[str, str]]:
        """Compute the jobs that are not finished yet.

        Returns
        -------
        (dict, mapping)
            Results of the finished jobs in the order of ``jobs``, and errors of the failed, by key.
        """
        jobs = [self._stored(job) for job in jobs]
        by_key = {job.key: job for job in jobs}
        queued = [queue.QueuedJob(job.key, *_of_trial(job)) for job in jobs]
        study = queue.open_study(self.settings.storage, self.study)
        if jobs:
            queue.describe(study, jobs[0].objective, ABOUT.format(self.stage, jobs[0].objective))
        queue.reconcile(study, queued, lambda: self._values(by_key))
        failpoints.reach("jobs asked")
        done = self.finished(by_key)
        if len(done) == len(by_key):
            pairing.log_missing(self.run, by_key, done)
            return done, {}
        steps = sum(job.steps for job in jobs)
        work = partial(worker.work, self._plan(by_key))
        count = preparation.workers(self.settings.jobs)
        try:
            failed = complete(study, queued, work, count, steps, unit=self.unit).failed
        except KeyboardInterrupt:
            databases.roll_back()
            raise
        finally:
            preparation.close_abandoned(self.run, self.settings.storage, [self.study])
        failpoints.reach("jobs done")
        done = self.finished(by_key)
        pairing.log_missing(self.run, by_key, done)
        return done, failed

    def finished(self, keys: Mapping[str, object]) -> dict[str, Result]:
        """Results of the jobs that are finished, by key, in the order of ``keys``."""
        done = results.finished_jobs(self.run.client, self.run.experiment, self.study)
        return {key: done[key] for key in keys if key in done}

    def announce(self, jobs: Sequence[Job]) -> None:
        """Say what is about to happen, and what it will take on disk."""
        if self.is_helper:
            return
        jobs = [self._stored(job) for job in jobs]
        done = self.finished({job.key: job for job in jobs})
        steps = sum(job.steps for job in jobs)
        click.echo(f"{self.stage}: {len(jobs)} lineages, {steps:,} generations")
        kept = [
            (job, sum(is_kept(step, job.steps, self.log_models) for step in range(job.steps)))
            for job in jobs
            if isinstance(job.models, ClassifierModels) and job.key not in done
        ]
        count = sum(number for _, number in kept)
        if count:
            sizes = {job.models: preparation.model_size(self.corpus, job.models) for job, _ in kept}
            total = sum(number * sizes[job.models] for job, number in kept)
            click.echo(
                f"models to log: {count:,} of about {total / count / 1e3:,.0f} kB (a "
                f"forest's grow with its rows), {total / 1e9:.2f} GB in all; "
                "log_models=milestones, ends, last or none keeps fewer"
            )

    def numbers(self) -> dict[str, int]:
        """Keys of all jobs so far, and the numbers of their trials."""
        return queue.numbers(queue.open_study(self.settings.storage, self.study))

    def note(self, name: str, value: str) -> None:
        """Log a result as a parameter of the stage run, so that the table of runs shows it."""
        if not self.is_helper:
            self.run.client.log_param(self.run.id, name, value)

    def conclude(
        self,
        members: Mapping[str, Result],
        frames: Mapping[str, pd.DataFrame],
        facts: Mapping[str, str],
        *,
        points: Iterable[Point] = (),
        entries: Mapping[str, Mapping[str, registry.Entry]] | None = None,
        keep_frames: bool = True,
    ) -> None:
        """Keep what the page needs, and publish it.

        Parameters
        ----------
        points : iterable of Point
            Metrics of the stage run.
        entries : mapping, optional
            Models that the registry may name, by family; those of `registry.ends` if not given.
        keep_frames : bool
            Whether the report needs the frames; one of classifiers' generations can be read from
            their runs again.
        """
        if self.is_helper:
            return  # the stage itself concludes
        client = self.run.client
        ids = {key: result.run_id for key, result in members.items()}
        results.log_members(client, self.run.id, ids)
        logged = list(points)
        self.run.log_points(logged)
        views.save(client, self.run.experiment, self.stage, (each.metric for each in logged))
        facts = {**facts, **self._register(registry.ends(members) if entries is None else entries)}
        if keep_frames:
            results.log_frames(client, self.run.id, frames)
        facts = {
            "stage": self.stage,
            "data": preparation.corpus_words(self.corpus),
            **facts,
            "seed": str(self.settings.seed),
            "stage run": self.run.id,
            "study": self.study,
        }
        results.log_facts(client, self.run.id, facts)
        failpoints.reach("results logged")
        publish(self.run, [StageResult(self.stage, facts, frames)], self._whereabouts())

    def _stored(self, job: Job) -> Job:
        """The job, its models kept as pickles where the user allows that."""
        allowed = bool(getattr(self.settings, "allow_pickle", False))
        if not allowed or not isinstance(job.models, ClassifierModels):
            return job
        return replace(job, models=replace(job.models, allow_pickle=True))

    def _register(self, entries: Mapping[str, Mapping[str, registry.Entry]]) -> dict[str, str]:
        """Name the models where the user asked for it; what the page says of it."""
        name, said = str(getattr(self.settings, "register", "")), []
        for family, models in entries.items() if name else ():
            full = name if len(entries) == 1 else f"{name}-{family}"
            versions = registry.register(self.run, full, models)
            click.echo(f"Load it:       models:/{full}@{', @'.join(models)}")
            shown = ", ".join(f"{alias} is version {each}" for alias, each in versions.items())
            said.append(f"{full}: {shown}")
        return {"registered": "; ".join(said)} if said else {}

    def _whereabouts(self) -> str:
        """Where the lineages of this run are in the UI, in markdown."""
        place = f"#/experiments/{self.run.experiment}/runs/"
        links = [f"[{run_id[:8]}]({place}{run_id})" for run_id in self.keepers]
        earlier = f" Reused ones are below {', '.join(links)}." if links else ""
        return f'All its lineages: filter runs by `tags.mc.study = "{self.study}"`.{earlier}'

    def _values(self, jobs: Mapping[str, Job]) -> dict[str, float]:
        """What the study maximises, of the finished jobs."""
        found = self.finished(jobs)
        return {key: result.metrics[jobs[key].objective] for key, result in found.items()}

    def _plan(self, jobs: Mapping[str, Job]) -> Plan:
        shown = preparation.shown(self.settings)
        return Plan(
            study=self.study,
            storage=self.settings.storage,
            tracking_uri=self.run.client.tracking_uri,
            experiment=self.run.experiment,
            stage_run=self.run.id,
            open=self.open,
            jobs=jobs,
            log_models=self.log_models,
            params={name: shown[name] for name in SHOWN if name in shown},
            tags={
                store.STAGE_NAME: self.stage,
                store.STUDY: self.study,
                store.KIND: store.LINEAGE,
            },
        )


@contextmanager
def open_session(
    stage: str,
    settings: RunSettings,
    open_corpus: Open,
    identity: Mapping[str, object],
    unit: str = "generations",
) -> Iterator[Session]:
    """Open a stage run; it takes over the finished jobs of an interrupted one.

    Parameters
    ----------
    open_corpus : callable
        Opens the prepared corpus (`mc.types.Prepared`); gives None where there is none.
    identity : mapping
        All that matters to results, except the corpus.
    unit : str
        What a generation is called, in the plural.
    """
    corpus = open_corpus()
    if settings.notice:
        remote_workers.check_corpus(settings.notice, corpus)
    installed = plugins.versions(stage, identity, settings.values())
    identity = {**identity, **code_of(backends_of(settings))}
    parts = [identity, corpus.about["digest"] if corpus else "", *filter(None, [installed])]
    text = json.dumps(parts, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    study = queue.find_study(settings.storage, digest)
    if not study:
        preparation.expect_work(settings)
        study = names.study_title(stage, preparation.public(settings), digest)
    opened = preparation.open_store()
    done = preparation.known(opened, settings, study)
    if settings.notice:
        run = remote_workers.stage_run(opened, settings.notice)
        yield Session(run, stage, settings, open_corpus, corpus, study, unit)
        return
    with preparation.open_run(opened, stage, settings, study) as run:
        failpoints.reach("stage opened")
        remote_workers.announce(stage, settings, [study], run.id, corpus)
        if corpus:
            run.log_corpus(corpus)
        keepers = results.adopt(run.client, run.id, done.values())
        if done:
            click.echo(f"{len(done)} results of an earlier command are reused")
        with system.watched(run.id):
            yield Session(run, stage, settings, open_corpus, corpus, study, unit, tuple(keepers))
        run.finish()
    failpoints.reach("stage closed")
    preparation.say_what_next(opened, stage, run.id)


def no_corpus() -> None:
    """What an experiment opens that needs no reviews."""


def _of_trial(job: Job) -> tuple[Values, Space, Values]:
    """A job as its trial knows it: replicates, and words without a range, are attributes."""
    attributes = {
        name: at
        for name, at in job.params.items()
        if name == "replicate" or (isinstance(at, str) and name not in job.space)
    }
    params = {name: at for name, at in job.params.items() if name not in attributes}
    return params, job.space, {**job.notes, **attributes}
