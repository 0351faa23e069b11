"""One worker process: claims jobs of a study, computes them generation by generation, logs them.

An interrupted job resumes from its last checkpoint. A worker knows a `Plan`, and nothing else.
"""

import os
from collections.abc import Sequence

from mc import failpoints
from mc.engine import names, pairing, queue
from mc.engine.jobs import Job, Plan, is_kept
from mc.engine.queue import Claim
from mc.progress import REPORT_SECONDS, Every
from mc.settings import format_value
from mc.statistics.charts import Point
from mc.tracking import checkpoints, results
from mc.tracking.checkpoints import Checkpoint
from mc.tracking.models import Models, Writer
from mc.tracking.runs import JobRun, open_job_run
from mc.tracking.store import CELL, STAGE_NAME, TRIAL, connect, get_run
from mc.types import AnyState

CHECKPOINT_SECONDS = 60  # of a job that may be lost with its worker


def work(plan: Plan) -> None:
    """Claim, compute and log jobs until none is waiting."""
    queue.work(queue.open_study(plan.storage, plan.study), Worker(plan).compute)


class Worker:
    """Computes the jobs of a plan in one process."""

    def __init__(self, plan: Plan) -> None:
        os.environ["MLFLOW_TRACKING_URI"] = plan.tracking_uri
        self._plan, self._client = plan, connect()
        self._corpus = plan.open()
        self._writers: dict[Models, Writer] = {}
        self._baselines: dict[str, Sequence[float]] = {}  # by key: a metric by generation

    def compute(self, claim: Claim) -> float:
        """Compute a job; returns what the study maximises."""
        job = self._plan.jobs[claim.key]
        interrupted: Checkpoint | None = None
        if not claim.is_first:
            done = claim.look_up(lambda: self._find_result(job))
            if done:  # its worker ended between closing the run and telling the study
                return float(get_run(self._client, done).data.metrics[job.objective])
            interrupted = self._find_checkpoint(job)
        with self._open_run(claim, job) as run:
            if interrupted:
                run.take_over(interrupted.records, interrupted.run_id)
            self._generate(claim, run, job, interrupted.state if interrupted else None)
            metrics = [record.metrics for record in run.records]
            if job.baseline:
                run.log_points(self._losses(job, [each[job.objective] for each in metrics]))
            run.log_whole(job.summarise(metrics))
            failpoints.reach("job logged")
            claim.confirm()
            run.finish()
        failpoints.reach("run closed")
        # A link may have been cut for minutes while the run was closed.
        claim.settle(run.id, lambda: results.retire(self._client, [run.id]))
        return job.value(metrics)

    def _generate(self, claim: Claim, run: JobRun, job: Job, after: AnyState) -> None:
        """Stream the generations of a job to its run."""
        reports, saves = Every(REPORT_SECONDS, since=0.0), Every(CHECKPOINT_SECONDS)
        for record in job.run(self._corpus, after):
            step = len(run.records)
            is_last = step == job.steps - 1
            run.add(record, is_kept(step, job.steps, self._plan.log_models))
            if reports.is_due() or is_last:
                claim.report(step, job.value([each.metrics for each in run.records]))
                failpoints.reach("value reported")
            if record.state is not None and saves.is_due() and not is_last:
                checkpoints.save(run, record.state)
                failpoints.reach("checkpoint written")

    def _losses(self, job: Job, values: Sequence[float]) -> Sequence[Point]:
        """What a job loses against its baseline, where that is finished."""
        if job.baseline == job.key:
            self._baselines[job.key] = values
        if job.baseline not in self._baselines:
            plan = self._plan
            done = results.finished_job(self._client, plan.experiment, plan.study, job.baseline)
            if done is None:
                return ()
            self._baselines[job.baseline] = list(done.table()[job.objective])
        return pairing.losses(self._baselines[job.baseline], values)

    def _find_result(self, job: Job) -> str:
        plan = self._plan
        done = results.finished_jobs(self._client, plan.experiment, plan.study)
        return done[job.key].run_id if job.key in done else ""

    def _find_checkpoint(self, job: Job) -> Checkpoint | None:
        if not job.states:
            return None
        types = [f"{each.__module__}.{each.__qualname__}" for each in job.states]
        trusted = [*types, *(job.models.trusted_types if job.models else ())]
        plan = self._plan
        return checkpoints.find(self._client, plan.experiment, plan.study, job.key, trusted)

    def _open_run(self, claim: Claim, job: Job) -> JobRun:
        plan = self._plan
        place = {name: format_value(value) for name, value in job.params.items()}
        run = open_job_run(
            self._client,
            plan.experiment,
            plan.stage_run,
            job.title or job.key,
            params={**plan.params, **place, **job.shown},
            tags={**plan.tags, CELL: job.key, TRIAL: str(claim.number)},
            writer=self._writer(job.models),
            model_title=names.model_title(plan.tags[STAGE_NAME], job.title or job.key),
        )
        failpoints.reach("run opened")
        claim.note("run_id", run.id)
        if self._corpus is not None:
            run.log_corpus(self._corpus)
        return run

    def _writer(self, models: Models | None) -> Writer | None:
        if models is None or self._plan.log_models == "none":
            return None
        if models not in self._writers:
            self._writers[models] = models.open(self._corpus)
        return self._writers[models]
