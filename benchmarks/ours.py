"""The same generations through the project's own worker, everything logged, and its time by part.

The worker's two ways in, `open_corpus` and `lineage`, are wrapped with clocks; what the project
logs by itself (fit, score, tracking) gives the rest.
"""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.task import Task, Timed
from mc.data.addresses import without_secrets
from mc.data.features import prepare
from mc.engine import grids, preparation, queue, worker
from mc.engine.grids import classifier_job
from mc.engine.jobs import Plan
from mc.engine.worker_pool import complete
from mc.lineage.corpus import ClassifierCorpus, open_corpus
from mc.tracking import results, store
from mc.tracking.results import Result
from mc.tracking.runs import open_stage_run
from mc.types import GenerationRecord

STUDY = "ours"
FACTS = ("train_size", "synthetic_share", "label_error", "accuracy")


def run(task: Task) -> Timed:
    """Time it: one lineage, one worker process beside this one, as a stage starts them."""
    preparation.set_up_process({"storage": "", "data": task.data})
    folder, parts = _prepare(task)
    opened = store.open_store()
    with open_stage_run(*opened, STUDY, params={}, tags={}) as parent:
        plan = _plan(task, opened, parent.id, folder)
        start = time.perf_counter()
        _complete(plan)
        whole = time.perf_counter() - start
        (lineage,) = results.finished_jobs(*opened, STUDY).values()
        parent.finish()
    clock = json.loads(Path("clock.json").read_text())
    table = results.read_generations([lineage])
    parts |= _parts(clock, lineage, table["fit_seconds"].sum(), table["score_seconds"].sum())
    parts["start and wait"] = whole - clock["whole"]
    details = {"parts": parts, "worker": clock["whole"] / len(table)}
    return Timed(clock["generations"], table[list(FACTS)].to_dict("records"), details)


def _prepare(task: Task) -> tuple[Path, dict[str, float]]:
    """Read and vectorise, each timed."""
    start = time.perf_counter()
    corpus = task.corpus()
    read = time.perf_counter()
    folder, _ = prepare(corpus.digest, lambda: corpus)
    return folder, {"read": read - start, "vectorise": time.perf_counter() - read}


def _plan(task: Task, opened: store.Store, parent: str, folder: Path) -> Plan:
    job = classifier_job(task.condition, ("rate",), 0)
    return Plan(
        study=STUDY,
        storage=f"sqlite:///{Path.cwd()}/optuna.db",
        tracking_uri=opened.client.tracking_uri,
        experiment=opened.experiment,
        stage_run=parent,
        open=partial(_open, folder),
        jobs={job.key: job},
        log_models="all",
        params={"data": without_secrets(task.data)},
        tags={store.STAGE_NAME: STUDY, store.STUDY: STUDY, store.KIND: store.LINEAGE},
    )


def _complete(plan: Plan) -> None:
    jobs = [queue.QueuedJob(key, job.params) for key, job in plan.jobs.items()]
    study = queue.open_study(plan.storage, plan.study)
    queue.reconcile(study, jobs, dict)
    steps = sum(job.steps for job in plan.jobs.values())
    complete(study, jobs, partial(work, plan, Path.cwd() / "clock.json"), 1, steps)


CLOCK: dict[str, Any] = {"read": 0.0, "lineage": 0.0, "generations": []}  # of a worker's process


def work(plan: Plan, out: Path) -> None:
    """Do a worker's work with a clock on its ways in; runs in the worker's own process."""
    grids.lineage = _timed_generations(grids.lineage, CLOCK)
    start = time.perf_counter()
    worker.work(plan)
    CLOCK["whole"] = time.perf_counter() - start
    out.write_text(json.dumps(CLOCK))


def _open(folder: Path) -> ClassifierCorpus:
    start = time.perf_counter()
    corpus = open_corpus(folder)
    CLOCK["read"] += time.perf_counter() - start
    return corpus


def _timed_generations(
    lineage: Callable[..., Iterator[GenerationRecord]], clock: dict[str, Any]
) -> Callable[..., Iterator[GenerationRecord]]:
    """Clock what a generation takes inside the lineage, and until the next is asked for."""

    def run(*given: Any, **named: Any) -> Iterator[GenerationRecord]:
        bred = lineage(*given, **named)
        start = time.perf_counter()
        for generation in bred:
            clock["lineage"] += time.perf_counter() - start
            yield generation
            clock["generations"].append(time.perf_counter() - start)
            start = time.perf_counter()

    return run


def _parts(clock: dict[str, Any], lineage: Result, fit: float, score: float) -> dict[str, float]:
    """Seconds by part of the worker's process, over all generations."""
    track = lineage.metrics["tracking_seconds"]
    rest = clock["whole"] - clock["read"] - clock["lineage"] - track
    return {
        "open the matrix": clock["read"],
        "fit": float(fit),
        "score": float(score),
        "label, metrics, rows": clock["lineage"] - float(fit) - float(score),
        "track": track,
        "connect, claim, report": rest,
    }
