"""Runs stages as a user does: a command in a folder of its own, judged by what it leaves behind."""

import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache
from io import StringIO
from pathlib import Path
from runpy import run_path
from unittest.mock import patch

import pandas as pd
import psutil
from conftest import make_corpus
from mlflow import MlflowClient
from mlflow.entities import Run

from mc.engine import preparation, project
from mc.lineage.metrics import TIMINGS
from mc.settings import declared
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
    "population": "4",
    "survivors": "2",
    "children": "2",
    "max_generations": "2",
    "refits": "2",
    "train_size": "150",
    "validation_size": "150",
    "trials": "10",
    "folds": "2",
    "reviews": "50",
    "sample_size": "300",
    "detect": "1",
    "power": "0.5",
    "shares": "0.5",
    "permutations": "199",
    "labeller_rows": "50",
    "writer_rows": "50",
    "window": "20",
}


@cache
def new_store() -> bytes:
    """A store as MLflow makes it, which takes it a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        MlflowClient(f"sqlite:///{path}").get_experiment("0")
        return path.read_bytes()


def put_store(folder: Path) -> None:
    """Place a new store there, so that the first command need not make it."""
    (folder / "mlflow.db").write_bytes(new_store())
    with closing(sqlite3.connect(folder / "mlflow.db")) as db, db:
        db.execute("update experiments set artifact_location = ?", [f"{folder}/mlruns/0"])


def serve_forks() -> None:
    """Start the fork server of this process, which stays, where it finds what it is to import."""
    with chdir(ROOT):
        preparation.set_up_process({"storage": ""})


def heed_interrupts() -> None:
    """Undo what a shell does to its background jobs: they inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Laboratory:
    """A folder with its own reviews, tracking store and study."""

    folder: Path
    tracking: str = ""
    storage: str = ""
    experiment: str = "Default"
    prefix: tuple[str, ...] = ()  # before every command
    more: Mapping[str, str] = field(default_factory=dict)  # in the environment

    @classmethod
    def build(cls, folder: Path, rows: int = 800, **places: str) -> "Laboratory":
        folder.mkdir(exist_ok=True)
        corpus = make_corpus(rows)
        table = pd.DataFrame({"text": corpus.texts, "label": corpus.labels})
        table.to_csv(folder / "reviews.csv", index=False)
        if "tracking" not in places:
            put_store(folder)
        return cls(folder, **places)

    def copy(self, folder: Path) -> "Laboratory":
        """A laboratory with the same past; artifacts of that past stay where they are."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("mlruns"))
        return replace(self, folder=folder)

    @property
    def tracking_uri(self) -> str:
        return self.tracking or f"sqlite:///{self.folder}/mlflow.db"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if "MLFLOW" not in key}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "MC_CACHE": str(self.folder / "cache"),
            "MLFLOW_TRACKING_URI": self.tracking_uri,
            "MLFLOW_EXPERIMENT_NAME": self.experiment,
            **self.more,
        }

    def command(self, stage: str = "collapse_rates", /, **parameters: str) -> list[str]:
        small = {"data": "reviews.csv", "data_params": "balance=false", **SMALL}
        known = declared(project.stages()[stage].Settings)
        if self.storage:
            small["storage"] = self.storage
        given = {name: value for name, value in small.items() if name in known} | parameters
        options = [text for name, value in given.items() for text in (f"--{name}", value)]
        return [sys.executable, "-m", f"experiments.{stage}", *options]

    def start(self, stage: str = "collapse_rates", /, **parameters: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.prefix, *self.command(stage, **parameters)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=heed_interrupts,  # noqa: PLW1509  (no threads here)
        )

    def run(
        self, stage: str = "collapse_rates", /, expect: int = 0, **parameters: str
    ) -> tuple[str, str]:
        """Run to the end, through the command line but in this process.

        It has imported all that a stage needs; its workers are processes all the same. What must
        hold of the stage's own process is for tests that `start` one.

        Returns
        -------
        (str, str)
            Standard output and standard error.
        """
        out, err, code = StringIO(), StringIO(), 0
        place = ROOT / "experiments" / stage
        program = str(place / "__main__.py" if place.is_dir() else place.with_suffix(".py"))
        words = self.command(stage, **parameters)[3:]
        serve_forks()
        with (
            chdir(self.folder),
            patch.dict(os.environ, self.environment, clear=True),
            patch.object(sys, "argv", [program, *words]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                run_path(program, run_name="__main__")
            except SystemExit as ended:
                code = ended.code
        gc.unfreeze()
        assert code == expect, out.getvalue() + err.getvalue()
        return out.getvalue(), err.getvalue()

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(self.tracking_uri)

    def runs(self, **tags: str) -> list[Run]:
        experiment = self.client.get_experiment_by_name(self.experiment)
        return list(store.find_runs(self.client, experiment.experiment_id, **tags))

    @property
    def stage_runs(self) -> list[Run]:
        return self.runs(kind=store.STAGE)

    def numbers(self, stage_run: Run) -> pd.DataFrame:
        """All figures of a stage run that must repeat bit for bit."""
        table = "tables/generations.csv"
        with tempfile.TemporaryDirectory() as folder:
            path = self.client.download_artifacts(stage_run.info.run_id, table, folder)
            return pd.read_csv(path).drop(columns=[*TIMINGS, "run_id"])

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
    with patch.dict(os.environ, MLFLOW_TRACKING_URI=laboratory.tracking_uri):
        return {run.info.run_id for run in results.member_runs(laboratory.client, stage_run)}
