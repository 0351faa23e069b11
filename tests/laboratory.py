"""Runs stages as a user does: a command in a folder of its own, judged by what it leaves behind."""

import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    chdir,
    closing,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
)
from dataclasses import dataclass, field, replace
from functools import partial
from io import StringIO
from pathlib import Path
from runpy import run_path
from typing import Any
from unittest.mock import patch

import children
import pandas as pd
import psutil
import shared
from corpora import make_corpus
from mlflow import MlflowClient
from mlflow.entities import Run

from mc.engine import preparation, project, queue, session, worker_pool
from mc.engine.common import DataSettings
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
    "children": "1",
    "max_generations": "2",
    "refits": "2",
    "train_size": "150",
    "validation_size": "150",
    "trials": "10",
    "folds": "2",
    "reviews": "50",
    "sample_size": "300",
    "detect": "1",
    "power": "0.1",
    "shares": "0.5",
    "permutations": "199",
    "labeller_rows": "50",
    "writer_rows": "50",
    "window": "20",
}


def make_stores(folder: Path) -> None:
    """Make stores as MLflow and Optuna do, which takes them a second."""
    MlflowClient(f"sqlite:///{folder}/mlflow.db").get_experiment("0")
    queue.study_names(f"sqlite:///{folder}/optuna.db")


def put_stores(folder: Path) -> None:
    """Place new stores there, so that the first command need not make them."""
    for name in ("mlflow.db", "optuna.db"):
        shutil.copy(shared.folder("stores", make_stores) / name, folder)
    with closing(sqlite3.connect(folder / "mlflow.db")) as db, db:
        db.execute("update experiments set artifact_location = ?", [f"{folder}/mlruns/0"])


def serve_forks() -> None:
    """Start the fork server of this process, which stays, where it finds what it is to import."""
    with chdir(ROOT):
        preparation.set_up_process({"storage": ""})
        worker_pool.warm_up()


def make_reviews(rows: int, folder: Path) -> None:
    """Write the small corpus, and count its terms."""
    corpus = make_corpus(rows)
    table = pd.DataFrame({"text": corpus.texts, "label": corpus.labels})
    table["three"] = [(1, 1, 1, 1, 2, 2, 3)[number % 7] for number in range(rows)]  # classes
    table.to_csv(folder / "reviews.csv", index=False)
    settings = DataSettings.read({"data": "reviews.csv", "data_params": "balance=false"})
    with chdir(folder), patch.dict(os.environ, MC_CACHE=str(folder / "cache")):
        preparation.prepare_features(settings)


@contextmanager
def without_workers() -> Iterator[None]:
    """Stages compute their jobs in their own process, one after the other."""

    def complete(
        study: queue.Study,
        queued: Sequence[queue.QueuedJob],
        work: Callable[[], None],
        *_: object,
        **__: object,
    ) -> queue.Progress:
        watch = queue.Watch(study)
        while (state := queue.progress(study, queued)).unfinished:
            watch.release()
            queue.retry(study, queued)
            pickle.loads(pickle.dumps(work))()  # as a worker process gets it
        return state

    with patch.object(session, "complete", complete), patch.object(worker_pool, "warm_up"):
        yield


def without_pages() -> AbstractContextManager[object]:
    """Stages draw nothing, which takes a small one most of its time."""
    return patch.object(session, "publish", lambda *_: None)


@dataclass(frozen=True)
class Laboratory:
    """A folder with its own reviews, tracking store and study.

    One that works ``alone`` has no worker processes; one that is ``quick`` draws no pages either,
    for what stages compute, reuse and log. What must hold of processes is for one that is neither.
    """

    folder: Path
    tracking: str = ""
    storage: str = ""
    experiment: str = "Default"
    prefix: tuple[str, ...] = ()  # before every command
    more: Mapping[str, str] = field(default_factory=dict)  # in the environment
    alone: bool = False
    quick: bool = False

    @classmethod
    def build(cls, folder: Path, rows: int = 800, **places: Any) -> "Laboratory":
        folder.mkdir(exist_ok=True)
        reviews = shared.folder(f"reviews-{rows}", partial(make_reviews, rows))
        shutil.copytree(reviews, folder, dirs_exist_ok=True)
        if "tracking" not in places:
            put_stores(folder)
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
            "PATH": children.PATH,
            "MC_CACHE": str(self.folder / "cache"),
            "MLFLOW_TRACKING_URI": self.tracking_uri,
            "MLFLOW_EXPERIMENT_NAME": self.experiment,
            **self.more,
        }

    def given(self, stage: str, /, **parameters: str) -> dict[str, str]:
        """The stage's parameters: small ones, unless given."""
        small = {"data": "reviews.csv", "data_params": "balance=false", **SMALL}
        if stage == "rare_classes":
            small |= {"data_params": "target=three", "imbalance": "0"}
        known = declared(project.stages()[stage].Settings)
        if self.storage:
            small["storage"] = self.storage
        return {name: value for name, value in small.items() if name in known} | parameters

    def command(self, stage: str = "collapse_rates", /, **parameters: str) -> list[str]:
        given = self.given(stage, **parameters)
        options = [text for name, value in given.items() for text in (f"--{name}", value)]
        return [sys.executable, "-m", f"experiments.{stage}", *options]

    def start(self, stage: str = "collapse_rates", /, **parameters: str) -> subprocess.Popen[str]:
        return children.start(
            [*self.prefix, *self.command(stage, **parameters)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            ending=signal.SIGKILL,  # asked politely, it would wait for servers that are gone
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
        alone = self.alone or self.quick
        if not alone:
            serve_forks()
        with (
            chdir(self.folder),
            patch.dict(os.environ, self.environment, clear=True),
            patch.object(sys, "argv", [program, *words]),
            redirect_stdout(out),
            redirect_stderr(err),
            patch("gc.freeze"),  # for good is right for a command, not for a process of many tests
            ExitStack() as shortcuts,
        ):
            if alone:
                shortcuts.enter_context(without_workers())
            if self.quick:
                shortcuts.enter_context(without_pages())
            try:
                run_path(program, run_name="__main__")
            except SystemExit as ended:
                code = ended.code
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
        """All figures of a run's lineages that must repeat bit for bit."""
        with patch.dict(os.environ, MLFLOW_TRACKING_URI=self.tracking_uri):
            (result,) = results.read_stage_results(self.client, [stage_run])
        return result.frames["generations"].drop(columns=[*TIMINGS, "run_id"])

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


def undisturbed_stage(stage: str, *, alone: bool = True) -> Laboratory:
    """A laboratory where a small stage was run, and what it said; to be read only."""

    def make(folder: Path) -> None:
        out, _ = Laboratory.build(folder, alone=alone).run(stage)
        (folder / "out.txt").write_text(out)

    return Laboratory(shared.folder(f"undisturbed-{stage}", make))


def frame(stage_run: Run, name: str) -> pd.DataFrame:
    """A frame that a stage kept."""
    return pd.read_csv(f"{stage_run.info.artifact_uri}/frames/{name}.csv")


def finished(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.info.status == "FINISHED"]


def members(laboratory: Laboratory, stage_run: Run) -> set[str]:
    with patch.dict(os.environ, MLFLOW_TRACKING_URI=laboratory.tracking_uri):
        return {run.info.run_id for run in results.member_runs(laboratory.client, stage_run)}
