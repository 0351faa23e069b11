"""Records what the stages give: ``python -m tests.golden.record --out FILE [--tables FOLDER]``.

Reads nothing of the laboratory's code, so that versions with other insides can be compared: it runs
commands and reads the MLflow store that they leave.
"""

import argparse
import csv
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from tests.golden.stages import COMMANDS

ROOT = Path(__file__).parents[2]
TIMES = ("seconds", "system/", "tracking")
Row = tuple[str, str, str, int, float]


def cell(run: Run) -> str:
    """What a run stands for within its stage."""
    return str(run.data.tags.get("mc.job", run.data.tags.get("mc.cell", "stage")))


def record(case: str, data: Path | None, tables: Path | None) -> list[Row]:
    """Run a command in a folder of its own; returns all its metrics that are not times."""
    stage, given = COMMANDS[case]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if data and given.get("data", "simulated") == "simulated" and "data_params" in given:
            given = given | {"data": str(data), "data_params": "balance=false"}
        options = [word for key, text in given.items() for word in (f"--{key}", text)]
        inherited = {key: text for key, text in os.environ.items() if "MLFLOW" not in key}
        uri = f"sqlite:///{folder}/mlflow.db"
        done = subprocess.run(
            [sys.executable, "-m", f"experiments.{stage}", *options],
            cwd=folder,
            env=inherited
            | {"PYTHONPATH": str(ROOT), "MC_CACHE": f"{folder}/cache", "MLFLOW_TRACKING_URI": uri},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"{case} ended with {done.returncode}:\n{done.stderr[-2000:]}", file=sys.stderr)
        client = MlflowClient(uri)
        runs = [
            run
            for run in client.search_runs(["0"], max_results=5000)
            if run.info.status == "FINISHED"
        ]
        if tables:
            for run in runs:
                found = Path(run.info.artifact_uri) / "tables"
                if MLFLOW_PARENT_RUN_ID not in run.data.tags and found.is_dir():
                    shutil.copytree(found, tables / case, dirs_exist_ok=True)
        return [row for run in runs for row in _metrics(client, case, run)]


def _metrics(client: MlflowClient, case: str, run: Run) -> Iterator[Row]:
    for name in run.data.metrics:
        if not any(part in name for part in TIMES):
            for point in client.get_metric_history(run.info.run_id, name):
                yield case, cell(run), name, point.step, point.value


def main() -> None:
    """Record, two commands at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default=",".join(COMMANDS))
    parser.add_argument("--data", type=Path, help="reviews, of which 6,000 rows are taken")
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--digits", type=int, default=17)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        sample = None
        if given.data:
            sample = Path(folder) / "reviews.parquet"
            pd.read_parquet(given.data).head(6000).to_parquet(sample)
        one = partial(record, data=sample, tables=given.tables)
        rows = sorted(row for rows in pool.map(one, given.only.split(",")) for row in rows)
    opened = gzip.open if given.out.suffix == ".gz" else open
    with opened(given.out, "wt", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["case", "cell", "metric", "step", "value"])
        table.writerows((*row[:4], f"{row[4]:.{given.digits}g}") for row in rows)


if __name__ == "__main__":
    main()
