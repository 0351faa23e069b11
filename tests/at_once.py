"""Runs a stage of rounds in this process, without workers: what a stage tells, not how fast."""

import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from laboratory import without_workers
from mlflow.entities import Run

from mc.engine import command_line
from mc.tracking import results, store


def run(stage: ModuleType, monkeypatch: pytest.MonkeyPatch, **given: str) -> int:
    """The exit code of a stage's command."""
    name = stage.__name__.split(".")[1]
    options = [text for key, value in given.items() for text in (f"--{key}", value)]
    monkeypatch.setattr(sys, "argv", [name, *options])
    try:
        with without_workers():
            command_line.main(stage.__doc__, stage.Settings, stage.run)
    except SystemExit as ended:
        return int(ended.code)
    return 0


def newest(stage: ModuleType) -> Run:
    """The newest finished run of a stage."""
    opened = store.open_store()
    name = stage.__name__.split(".")[1]
    return results.newest_stage_runs(opened.client, opened.experiment, name)[0]


def folder(stage_run: Run) -> Path:
    """Where a run's artifacts lie."""
    return Path(stage_run.info.artifact_uri)


def frame(stage_run: Run, name: str) -> pd.DataFrame:
    """A frame that the stage kept."""
    return pd.read_csv(folder(stage_run) / f"frames/{name}.csv")
