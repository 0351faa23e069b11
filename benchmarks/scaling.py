"""A whole small stage by one worker and by two, as a user starts it."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from mlflow import MlflowClient

from benchmarks import apart
from mc.tracking import store

ROOT = Path(__file__).parents[1]


def run(options: dict[str, str], jobs: tuple[int, ...] = (1, 2)) -> list[dict[str, Any]]:
    """Time ``collapse_rates`` with these options by so many workers, all on one warm cache.

    ``efficiency`` is the speed-up over the first of ``jobs`` by the ratio of workers; of the
    lineages alone, from the start of the first to the end of the last, and of the whole command.
    """
    with tempfile.TemporaryDirectory() as cache:
        once(options | {"rates": "0", "repetitions": "1"}, 1, cache)  # fills the cache
        found = [once(options, count, cache) for count in jobs]
    for each in found:
        more = each["workers"] / found[0]["workers"]
        for part in ("lineages", "command"):
            each[f"efficiency, {part}"] = found[0][part] / each[part] / more
    return found


def once(options: dict[str, str], jobs: int, cache: str, tracking: str = "") -> dict[str, Any]:
    """Seconds and memory of one command, in a folder and a tracking store (or server) of its own.

    ``between`` is what a lineage costs a worker outside its run: asking for a cell, telling its
    result; ``tracking`` what logging its generations takes.
    """
    with tempfile.TemporaryDirectory() as folder:
        uri = tracking or f"sqlite:///{folder}/mlflow.db"
        environment = {name: at for name, at in os.environ.items() if "MLFLOW" not in name}
        environment |= {"PYTHONPATH": str(ROOT), "MC_CACHE": cache, "MLFLOW_TRACKING_URI": uri}
        given = [text for name, at in options.items() for text in (f"--{name}", at)]
        command = [sys.executable, "-m", "experiments.collapse_rates", *given, "--jobs", str(jobs)]
        start = time.perf_counter()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, cwd=folder, env=environment, **quiet)
        with apart.watch(process.pid) as peak:
            _, said = process.communicate()
        seconds = time.perf_counter() - start
        if process.returncode:
            raise click.ClickException(f"the command that was timed failed: {said.strip()[-500:]}")
        lineages = _of_lineages(MlflowClient(uri), jobs)
    return {"workers": jobs, "command": seconds, **lineages, "peak MB": peak[0]}


def _of_lineages(client: MlflowClient, jobs: int) -> dict[str, float]:
    """Seconds from the first one's start to the last one's end, and means of a lineage."""
    (stage, *_) = store.find_runs(client, "0", kind=store.STAGE)
    below = store.search(client, "0", f"tags.`mlflow.parentRunId` = '{stage.info.run_id}'")
    runs = list(below)
    whole = max(run.info.end_time for run in runs) - min(run.info.start_time for run in runs)
    busy = sum(run.info.end_time - run.info.start_time for run in runs)
    return {
        "lineages": whole / 1000,
        "lineages an hour": len(runs) / whole * 3_600_000,
        "tracking": sum(run.data.metrics["tracking_seconds"] for run in runs) / len(runs),
        "between": max(0.0, whole * jobs - busy) / 1000 / len(runs),
    }
