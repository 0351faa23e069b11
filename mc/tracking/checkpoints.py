"""Where a long lineage stood when it was broken off, so that another worker goes on from there."""

import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import mlflow.artifacts
import numpy as np
import skops.io
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mc.lineage.loop import State
from mc.tracking.runs import LineageRun
from mc.tracking.store import LINEAGE, RETIRED, find_runs

FILES = ("checkpoint-0.npz", "checkpoint-1.npz")  # in turns, so that one is always whole


@dataclass(frozen=True)
class Checkpoint:
    """A lineage that was broken off.

    Parameters
    ----------
    state : State
        Where it stood.
    rows : sequence of mapping
        Metrics of its generations so far.
    run_id : str
        The run that was broken off.
    """

    state: State
    rows: Sequence[Mapping[str, float]]
    run_id: str


def save(run: LineageRun, state: State) -> None:
    """Keep where a lineage stands as one file among its run's artifacts."""
    run.flush()  # so that the run has all generations up to here
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILES[state.step % len(FILES)]
        np.savez_compressed(
            path,
            step=state.step,
            labels=state.labels,
            synthetic=state.synthetic,
            reference=state.reference,
            classifier=np.frombuffer(skops.io.dumps(state.classifier), np.uint8),
            rows=json.dumps(run.rows),
        )
        run.client.log_artifact(run.id, str(path))


def find(
    client: MlflowClient, experiment: str, study: str, cell: str, trusted: Sequence[str]
) -> Checkpoint | None:
    """The farthest that any broken run of a cell has got, if one has kept it.

    Parameters
    ----------
    trusted : sequence of str
        Types beyond scikit-learn's own that a classifier may consist of.
    """
    broken = [
        run
        for run in find_runs(client, experiment, kind=LINEAGE, study=study, cell=cell)
        if run.info.status != "FINISHED" and RETIRED not in run.data.tags
    ]
    found = [_read(run, name, trusted) for run in broken for name in FILES]
    return max(
        (each for each in found if each), key=lambda checkpoint: checkpoint.state.step, default=None
    )


def _read(run: Run, name: str, trusted: Sequence[str]) -> Checkpoint | None:
    """A checkpoint, or None where there is none or its writing was broken off."""
    try:
        path = mlflow.artifacts.download_artifacts(f"{run.info.artifact_uri}/{name}")
        with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as kept:
            state = State(
                int(kept["step"]),
                kept["labels"],
                kept["synthetic"],
                kept["reference"],
                skops.io.loads(kept["classifier"].tobytes(), trusted=list(trusted)),
            )
            return Checkpoint(state, json.loads(str(kept["rows"])), run.info.run_id)
    except (MlflowException, OSError, ValueError, KeyError, BadZipFile):
        return None
