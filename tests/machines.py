"""A grid that several machines share, and what must hold when it is done, whatever happened."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from laboratory import Laboratory, finished, members
from optuna.trial import FrozenTrial

from mc.engine import queue
from mc.tracking import store

GRID = {
    "rates": "0,0.2,0.5,0.8,1",
    "repetitions": "5",
    "final_size": "400",
    "log_models": "none",
}


def another(machine: Laboratory, name: str) -> Laboratory:
    """A machine with the same reviews in a place of its own."""
    folder = machine.folder.with_name(name)
    folder.mkdir()
    shutil.copy(machine.folder / "reviews.csv", folder)
    return replace(machine, folder=folder)


def trials(machine: Laboratory) -> list[FrozenTrial]:
    names = queue.study_names(machine.storage)
    studies = [queue.open_study(machine.storage, name) for name in names]
    return [trial for study in studies for trial in study.trials if "cell" in trial.user_attrs]


def has_begun(machine: Laboratory, done: int = 1) -> bool:
    """Whether so many cells are done."""
    return sum(trial.state.name == "COMPLETE" for trial in trials(machine)) >= done


def assert_each_cell_once(
    machine: Laboratory, undisturbed: pd.DataFrame, grid: Mapping[str, str]
) -> None:
    """All results are there, once, and those of a run that nothing happened to."""
    among = undisturbed["replicate"] < int(grid["repetitions"])
    undisturbed = undisturbed[among].reset_index(drop=True)
    many = len(undisturbed[["rate", "replicate"]].drop_duplicates())
    newest = machine.stage_runs[0]
    assert newest.info.status == "FINISHED"
    pd.testing.assert_frame_equal(machine.numbers(newest), undisturbed, check_exact=True)
    lineages = machine.runs(kind=store.LINEAGE)
    counted = [run for run in finished(lineages) if store.RETIRED not in run.data.tags]
    cells = Counter(run.data.tags[store.CELL] for run in counted)
    assert len(cells) == many == len(members(machine, newest))
    assert set(cells.values()) == {1}
    assert not [run for run in lineages if run.info.status == "RUNNING"]
    states = Counter(trial.state.name for trial in trials(machine))
    assert states["COMPLETE"] == many
    assert set(states) <= {"COMPLETE", "FAIL", "PRUNED"}


def end(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    try:
        out, err = process.communicate(timeout=240)
    finally:
        process.kill()
    assert process.returncode == code, out + err
    return out, err
