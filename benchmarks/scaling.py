"""A whole small stage by one worker and by two, as a user starts it."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

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


def once(options: dict[str, str], jobs: int, cache: str) -> dict[str, Any]:
    """Seconds and memory of one command, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/mlflow.db"
        environment = {name: at for name, at in os.environ.items() if "MLFLOW" not in name}
        environment |= {"PYTHONPATH": str(ROOT), "MC_CACHE": cache, "MLFLOW_TRACKING_URI": uri}
        given = [text for name, at in options.items() for text in (f"--{name}", at)]
        command = [sys.executable, "-m", "experiments.collapse_rates", *given, "--jobs", str(jobs)]
        start = time.perf_counter()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, cwd=folder, env=environment, **quiet)
        with apart.watch(process.pid) as peak:
            code = process.wait()
        seconds = time.perf_counter() - start
        if code:
            raise subprocess.CalledProcessError(code, command)
        lineages = _lineage_seconds(MlflowClient(uri))
    return {"workers": jobs, "command": seconds, "lineages": lineages, "peak MB": peak[0]}


def _lineage_seconds(client: MlflowClient) -> float:
    runs = [run.info for run in store.find_runs(client, "0", kind=store.LINEAGE)]
    return (max(run.end_time for run in runs) - min(run.start_time for run in runs)) / 1000
