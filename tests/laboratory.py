"""Runs stages as a user does: a command in a folder of its own, judged by what it leaves behind."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psutil
from conftest import make_corpus
from mlflow import MlflowClient
from mlflow.entities import Run

from mc.metrics import TIMINGS
from mc.tracking import results, store

ROOT = Path(__file__).parents[1]
SMALL = {
    "rates": "0,0.5,1",
    "repetitions": "2",
    "initial_size": "300",
    "increment": "50",
    "final_size": "500",
    "test_size": "200",
    "jobs": "2",
}
GROWING = ("collapse_rates", "low_rates", "fine_rates")
GROWTH = ("rates", "initial_size", "increment", "final_size")


def heed_interrupts() -> None:
    """Undo what a shell does to its background jobs: they inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Laboratory:
    """A folder with its own reviews, tracking store and study."""

    folder: Path

    @classmethod
    def build(cls, folder: Path, rows: int = 800) -> "Laboratory":
        corpus = make_corpus(rows)
        table = pd.DataFrame({"text": corpus.texts, "label": corpus.labels})
        table.to_csv(folder / "reviews.csv", index=False)
        return cls(folder)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if "MLFLOW" not in key}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "MC_CACHE": str(self.folder / "cache"),
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder}/mlflow.db",
        }

    def command(self, stage: str = "collapse_rates", **parameters: str) -> list[str]:
        given = {"data": "reviews.csv", "data_params": "balance=false", **SMALL, **parameters}
        if stage not in GROWING:
            given = {key: value for key, value in given.items() if key not in GROWTH}
        given = parameters if stage == "report" else given
        options = [text for name, value in given.items() for text in (f"--{name}", value)]
        return [sys.executable, "-m", f"experiments.{stage}", *options]

    def start(self, stage: str = "collapse_rates", **parameters: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(stage, **parameters),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=heed_interrupts,  # noqa: PLW1509  (no threads here)
        )

    def run(
        self, stage: str = "collapse_rates", expect: int = 0, **parameters: str
    ) -> tuple[str, str]:
        """Run to the end; standard output and standard error."""
        process = self.start(stage, **parameters)
        out, err = process.communicate(timeout=300)
        assert process.returncode == expect, out + err
        return out, err

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(f"sqlite:///{self.folder}/mlflow.db")

    def runs(self, **tags: str) -> list[Run]:
        return list(store.find_runs(self.client, "0", **tags))

    @property
    def stage_runs(self) -> list[Run]:
        return self.runs(kind=store.STAGE)

    def numbers(self, stage_run: Run) -> pd.DataFrame:
        """All figures of a stage run that must repeat bit for bit."""
        table = Path(stage_run.info.artifact_uri) / "tables" / "generations.csv"
        return pd.read_csv(table).drop(columns=[*TIMINGS, "run_id"])

    def processes(self) -> list[psutil.Process]:
        """Living processes whose working folder is this laboratory's."""
        return [
            process
            for process in psutil.process_iter(["cwd", "status"])
            if process.info["cwd"] == str(self.folder) and process.info["status"] != "zombie"
        ]

    def has_lineages(self) -> bool:
        """Whether a lineage was begun; looks without making the schema, as MLflow would."""
        try:
            with closing(sqlite3.connect(f"file:{self.folder}/mlflow.db?mode=ro", uri=True)) as db:
                query = "select count(*) from tags where key = ? and value = ?"
                (count,) = db.execute(query, (store.KIND, store.LINEAGE)).fetchone()
                return bool(count)
        except sqlite3.OperationalError:
            return False


def finished(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.info.status == "FINISHED"]


def members(laboratory: Laboratory, stage_run: Run) -> set[str]:
    return {run.info.run_id for run in results.member_runs(laboratory.client, stage_run)}
