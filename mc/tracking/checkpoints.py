"""Where a long job stood when it was interrupted, so that another worker resumes from there."""

import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import mlflow.artifacts
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from mc.tracking.former_names import current_names
from mc.tracking.runs import JobRun
from mc.tracking.store import RETIRED, STAGE_NAME, find_runs
from mc.tracking.trust import untrusted
from mc.types import AnyState, GenerationRecord

FILES = ("checkpoint-0.npz", "checkpoint-1.npz")  # in turns, so that one is always whole


@dataclass(frozen=True)
class Checkpoint:
    """An interrupted job.

    Parameters
    ----------
    state : object
        All that its next generations depend on.
    records : sequence of GenerationRecord
        Its generations so far, without models.
    run_id : str
        The run that was interrupted.
    """

    state: AnyState
    records: Sequence[GenerationRecord]
    run_id: str


def save(run: JobRun, state: AnyState) -> None:
    """Keep where a job stands as one file among its run's artifacts."""
    import skops.io  # noqa: PLC0415  (a slow import that a stage with nothing to keep does without)

    run.flush()  # so that the run has all generations up to here
    fields = [
        {"metrics": dict(each.metrics), "notes": dict(each.notes), "texts": dict(each.texts)}
        for each in run.records
    ]
    arrays = {
        f"{step}/{name}": array
        for step, each in enumerate(run.records)
        for name, array in each.arrays.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILES[len(run.records) % len(FILES)]
        np.savez_compressed(
            path,
            state=np.frombuffer(skops.io.dumps(state), np.uint8),
            records=json.dumps(fields),
            **arrays,  # type: ignore[arg-type]
        )
        run.client.log_artifact(run.id, str(path))


def find(
    client: MlflowClient, experiment: str, study: str, key: str, trusted: Sequence[str]
) -> Checkpoint | None:
    """The farthest that any interrupted run of a job has got, if one has kept it.

    Parameters
    ----------
    trusted : sequence of str
        Types beyond numpy's and scikit-learn's own that a state may consist of, as of
        `mc.tracking.trust`.
    """
    broken = [
        run
        for run in find_runs(client, experiment, study=study, cell=key)
        if run.info.status != "FINISHED" and RETIRED not in run.data.tags
    ]
    found = [_read(run, name, trusted) for run in broken for name in FILES]
    return max((each for each in found if each), key=lambda each: len(each.records), default=None)


def _read(run: Run, name: str, trusted: Sequence[str]) -> Checkpoint | None:
    """A checkpoint, or None where there is none or its writing was interrupted."""
    import skops.io  # noqa: PLC0415  (as above)

    try:
        path = mlflow.artifacts.download_artifacts(f"{run.info.artifact_uri}/{name}")
        with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as kept:
            content = kept["state"].tobytes()
            found = skops.io.get_untrusted_types(data=content)
            if untrusted(found, trusted):
                return None  # written by another version: the job begins again
            state = skops.io.loads(content, trusted=found)
            return Checkpoint(
                state, list(_records(kept, run.data.tags.get(STAGE_NAME, ""))), run.info.run_id
            )
    except (MlflowException, OSError, ValueError, KeyError, BadZipFile):
        return None


def _records(kept: Any, stage: str) -> Iterator[GenerationRecord]:
    names = [name.partition("/") for name in kept.files if "/" in name]
    for step, fields in enumerate(json.loads(str(kept["records"]))):
        arrays = {name: kept[f"{step}/{name}"] for at, _, name in names if at == str(step)}
        metrics = current_names(stage, fields.pop("metrics"))
        yield GenerationRecord(metrics, **fields, arrays=arrays)
