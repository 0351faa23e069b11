"""Runs of single trials (individuals of an evolution, settings of a search): figures and arrays."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow.artifacts
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from numpy.typing import NDArray

from mc.errors import TrackingError
from mc.tracking.results import finished_lineages
from mc.tracking.runs import OpenRun

TRIAL_KIND = "trial"  # of run, beside stages and lineages
ARRAYS = "arrays.npz"


@dataclass(frozen=True)
class Answer:
    """What a finished trial says.

    Parameters
    ----------
    run_id : str
        Its run.
    artifact_uri : str
        Where its arrays lie.
    metrics : mapping
        Its final figures.
    """

    run_id: str
    artifact_uri: str
    metrics: Mapping[str, float]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that it kept.

        Raises
        ------
        TrackingError
            When they are gone.
        """
        try:
            path = mlflow.artifacts.download_artifacts(f"{self.artifact_uri}/{ARRAYS}")
            with np.load(path, allow_pickle=False) as arrays:
                return dict(arrays)
        except (MlflowException, OSError, ValueError) as error:
            raise TrackingError(
                f"run {self.run_id!r} has lost its artifact {ARRAYS}; delete the run, "
                "and the stage's command computes it again"
            ) from error


def log_outcome(
    run: OpenRun,
    metrics: Mapping[str, float],
    series: Mapping[str, Sequence[float]],
    arrays: Mapping[str, NDArray[Any]],
    texts: Mapping[str, str],
) -> None:
    """Log final figures, figures by step, arrays as one artifact, and texts as files."""
    now = int(time.time() * 1000)
    last = [Metric(name, value, now, 0) for name, value in metrics.items()]
    steps = [
        Metric(name, value, now, step)
        for name, values in series.items()
        for step, value in enumerate(values)
    ]
    points = [*last, *steps]
    for start in range(0, len(points), 1000):  # MLflow's limit for one batch
        run.client.log_batch(run.id, metrics=points[start : start + 1000])
    for name, text in texts.items():
        run.client.log_text(run.id, text, name)
    if arrays:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARRAYS
            np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
            run.client.log_artifact(run.id, str(path))


def finished_trials(client: MlflowClient, experiment: str, study: str) -> dict[str, Answer]:
    """Cell to answer of all trials of a study that finished and were not retired."""
    runs = finished_lineages(client, experiment, study, TRIAL_KIND)
    return {
        key: Answer(run.info.run_id, run.info.artifact_uri, run.data.metrics)
        for key, run in runs.items()
    }
