"""Stage runs and lineage runs: opened, filled, closed with the status they deserve."""

import csv
import io
import json
import math
import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlparse

import numpy as np
import psutil
from mlflow import MlflowClient
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModel,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
)
from mlflow.entities import Run as MlflowRun
from mlflow.utils.mlflow_tags import (
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_PROJECT_ENTRY_POINT,
    MLFLOW_RUN_NOTE,
    MLFLOW_USER,
)

from mc import clock, failpoints
from mc.errors import ClaimLostError
from mc.processes import is_ending, owner
from mc.statistics.charts import Point
from mc.tracking import databases
from mc.tracking.models import Writer, columns_of
from mc.tracking.store import OWNER
from mc.types import REVIEW_CLASSES, AnyModel, GenerationRecord, Prepared

FLUSH_SECONDS = 5.0  # how late MLflow's charts may be
BATCH = 1000  # metrics in one call, which MLflow limits
INTERRUPTED = "Interrupted; the same command resumes it."
TABLE, NOTES, ARRAYS = "generations.csv", "notes.csv", "arrays.npz"
HAS_NOTES = "mc.notes"  # tag of a run with words next to its metrics
MAX_SHARES = 50  # classes whose shares a dataset's profile names


def log_points(client: MlflowClient, run_id: str, points: Iterable[Point]) -> None:
    """Log metrics of a run at their steps; those that are no number have no point."""
    now = int(time.time() * 1000)
    metrics = [
        Metric(each.metric, each.value, now, each.step)
        for each in points
        if math.isfinite(each.value)
    ]
    for start in range(0, len(metrics), BATCH):
        client.log_batch(run_id, metrics=metrics[start : start + BATCH])


def _class_shares(corpus: Prepared) -> dict[str, float]:
    """Share of each class among the labels; of reviews the positive and the negative ones."""
    classes = corpus.about.get("classes", REVIEW_CLASSES)
    shares = np.bincount(corpus.labels, minlength=len(classes)) / len(corpus.labels)
    if tuple(classes) == REVIEW_CLASSES:
        positive = round(float(shares[1]), 4)
        return {"positive_share": positive, "negative_share": round(1 - positive, 4)}
    named = list(zip(classes, shares.tolist(), strict=True))[:MAX_SHARES]
    return {f"share of {name}": round(share, 4) for name, share in named}


class OpenRun:
    """An MLflow run that is FINISHED only when `finish` was reached.

    Leaving the ``with`` block earlier closes it as KILLED (interrupted) or FAILED (an error).
    """

    def __init__(self, client: MlflowClient, run: MlflowRun) -> None:
        self.client, self.id = client, run.info.run_id
        self.experiment, self.artifact_uri = run.info.experiment_id, run.info.artifact_uri
        self._open = True
        self._dataset: tuple[str | None, str | None] = (None, None)  # its name and digest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._open:
            return
        interrupted = isinstance(error, KeyboardInterrupt) or is_ending()
        if interrupted:
            databases.roll_back()
        failed = kind is not None and issubclass(kind, Exception)
        failed = failed and not interrupted and not isinstance(error, ClaimLostError)
        with suppress(Exception):  # the error on its way out is the one to see
            self.describe(f"**Failed**: {error}" if failed else INTERRUPTED)
            self._close("FAILED" if failed else "KILLED")

    def finish(self) -> None:
        """Say that everything there is to log has been logged."""
        self._close("FINISHED")

    def _close(self, status: str) -> None:
        self.client.set_terminated(self.id, status)
        self._open = False

    def log_corpus(self, corpus: Prepared) -> None:
        """Log the corpus as the run's dataset: name, digest, counts, of labels their shares."""
        about, profile, schema = corpus.about, dict(corpus.about["counts"]), None
        name, digest = about["name"], about["digest"][:16]
        self._dataset = (name, digest)
        if len(corpus.labels):
            schema = json.dumps({"mlflow_colspec": columns_of(corpus).to_dict()})
            shares = _class_shares(corpus)
            profile = {"num_rows": len(corpus.labels), **shares, **profile}
        dataset = Dataset(
            name,
            digest,
            source_type="model-collapse-lab",
            source=json.dumps({"data": about["name"]}),
            schema=schema,
            profile=json.dumps(profile),
        )
        tags = [InputTag("mlflow.data.context", "training")]
        self.client.log_inputs(self.id, [DatasetInput(dataset, tags)])

    def log_points(self, points: Iterable[Point]) -> None:
        """Log metrics at their steps, in as few calls as MLflow allows."""
        log_points(self.client, self.id, points)

    def describe(self, text: str) -> None:
        """Set the description that the UI shows with the run, in markdown."""
        self.client.set_tag(self.id, MLFLOW_RUN_NOTE, text)

    def log_folder(self, folder: Path) -> str:
        """Log a folder's files as artifacts; returns where they lie, as a path if local."""
        self.client.log_artifacts(self.id, str(folder))
        return str(local_path(self.artifact_uri) or self.artifact_uri)


def open_stage_run(
    client: MlflowClient,
    experiment: str,
    name: str,
    *,
    params: Mapping[str, str],
    tags: Mapping[str, str],
) -> OpenRun:
    """Take over the run that MLflow Projects made for this process, or make one.

    MLflow Projects has logged the parameters already that it was given; a parameter cannot be
    logged twice with another spelling (``0,0.50`` and ``0,0.5``), so only the others are added.
    """
    given = os.environ.pop("MLFLOW_RUN_ID", None)
    run = client.get_run(given) if given else client.create_run(experiment, run_name=name)
    logged = run.data.params
    missing = [Param(key, value) for key, value in params.items() if value and key not in logged]
    labels = [RunTag(*item) for item in {**_who(), **tags}.items()]
    client.log_batch(run.info.run_id, params=missing, tags=labels)
    if given:
        client.update_run(run.info.run_id, name=name)
    return OpenRun(client, run)


def describe_refused(message: str, outcome: str) -> None:
    """Name and describe the run that MLflow Projects made for a command that did not begin.

    Does nothing without such a run, or where the stage has taken it over.
    """
    run_id = os.environ.pop("MLFLOW_RUN_ID", None)
    if run_id is None:
        return
    with suppress(Exception):  # the error that is reported already is the one to see
        client = MlflowClient()
        stage = client.get_run(run_id).data.tags.get(MLFLOW_PROJECT_ENTRY_POINT, "")
        client.set_tag(run_id, MLFLOW_RUN_NOTE, message)
        client.update_run(run_id, name=f"{stage} · {outcome}")


class JobRun(OpenRun):
    """The child run of one job: its generations are steps, each with metrics and maybe a model.

    Parameters
    ----------
    params, tags : mapping
        Logged with every model.
    writer : Writer, optional
        Writes models; without it none is kept.
    model_title : str
        Name of its models, but for the generation.
    """

    def __init__(
        self,
        client: MlflowClient,
        run: MlflowRun,
        *,
        params: Mapping[str, str],
        tags: Mapping[str, str],
        writer: Writer | None = None,
        model_title: str = "",
    ) -> None:
        super().__init__(client, run)
        self._params, self._tags, self._writer = params, tags, writer
        self._model_title = model_title
        self.records: list[GenerationRecord] = []  # without models and states
        self._metrics: list[Metric] = []
        self._outputs: list[LoggedModelOutput] = []
        self._flushed = clock.monotonic()
        self.seconds = 0.0  # spent in here

    def take_over(self, records: Sequence[GenerationRecord], run_id: str) -> None:
        """Log the generations that an interrupted run of the same job had made."""
        for record in records:
            self._append(record, None)
        outputs = self.client.get_run(run_id).outputs
        made = outputs.model_outputs if outputs else []
        self._outputs += [each for each in made if each.step < len(records)]
        self.flush()

    def add(self, record: GenerationRecord, keep_model: bool) -> None:
        """Log a generation; metrics travel in batches, at most ``FLUSH_SECONDS`` late."""
        start = time.perf_counter()
        is_kept = keep_model and self._writer is not None and record.model is not None
        model_id = self._log_model(record.model) if is_kept else None
        self._append(record, model_id)
        if clock.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()
        self.seconds += time.perf_counter() - start

    def log_whole(self, summary: Mapping[str, float]) -> None:
        """Log what is left: the metrics of the whole job, and the tables."""
        start = time.perf_counter()
        now = int(time.time() * 1000)
        self._metrics += [Metric(name, value, now, 0) for name, value in summary.items()]
        self.flush()
        rows = [{"generation": step, **record.metrics} for step, record in enumerate(self.records)]
        self.client.log_text(self.id, _to_csv(rows), TABLE)
        if self.records[0].notes:
            self.client.log_text(self.id, _to_csv([each.notes for each in self.records]), NOTES)
            self.client.set_tag(self.id, HAS_NOTES, "true")
        if self.records[0].arrays:
            self._log_arrays()
        self.seconds += time.perf_counter() - start
        self.client.log_metric(self.id, "tracking_seconds", self.seconds)

    def flush(self) -> None:
        """Log what has not been logged yet."""
        for start in range(0, len(self._metrics), BATCH):
            self.client.log_batch(self.id, metrics=self._metrics[start : start + BATCH])
            failpoints.reach("metrics written")
        if self._outputs:
            self.client.log_outputs(self.id, self._outputs)
        self._metrics, self._outputs, self._flushed = [], [], clock.monotonic()

    def _append(self, record: GenerationRecord, model_id: str | None) -> None:
        now, step = int(time.time() * 1000), len(self.records)
        self._metrics += [
            Metric(name, value, now, step, model_id, *self._dataset, run_id=self.id)
            for name, value in record.metrics.items()
            if math.isfinite(value)
        ]
        for name, text in record.texts.items():
            self.client.log_text(self.id, text, name)
        self.records.append(replace(record, model=None, state=None))

    def _log_arrays(self) -> None:
        names = self.records[0].arrays
        arrays = {name: np.stack([each.arrays[name] for each in self.records]) for name in names}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARRAYS
            np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
            self.client.log_artifact(self.id, str(path))

    def _log_model(self, model: AnyModel) -> str:
        assert self._writer is not None  # `add` has asked
        step = len(self.records)
        params = {**self._params, "generation": str(step)}
        name = f"{self._model_title} · g{step:02d}"
        model_id = log_model(self, name, model, self._writer, params=params, tags=self._tags)
        self._outputs.append(LoggedModelOutput(model_id, step))
        return model_id


def log_model(
    run: OpenRun,
    name: str,
    model: AnyModel,
    writer: Writer,
    *,
    params: Mapping[str, str],
    tags: Mapping[str, str],
) -> str:
    """Log a model below a run; returns its id."""
    logged = run.client.create_logged_model(
        run.experiment,
        name=name,
        source_run_id=run.id,
        model_type=writer.model_type,
        params=dict(params),
        tags=dict(tags),
    )
    _write_model(run, logged, model, writer)
    failpoints.reach("model written")
    run.client.finalize_logged_model(logged.model_id, "READY")
    return str(logged.model_id)


def _write_model(run: OpenRun, logged: LoggedModel, model: AnyModel, writer: Writer) -> None:
    """Write where the artifacts belong if that is a folder here, else upload."""
    place = local_path(logged.artifact_location)
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
        writer.write(place, model, run.id, logged.model_id)
        return
    with tempfile.TemporaryDirectory() as folder:
        writer.write(Path(folder), model, run.id, logged.model_id)
        run.client.log_model_artifacts(logged.model_id, folder)


def local_path(uri: str) -> Path | None:
    """The folder that an artifact address means on this machine, if it does."""
    parsed = urlparse(uri)
    return Path(unquote(parsed.path)) if parsed.scheme in ("", "file") else None


def open_job_run(
    client: MlflowClient,
    experiment: str,
    parent: str,
    name: str,
    *,
    params: Mapping[str, str],
    tags: Mapping[str, str],
    writer: Writer | None,
    model_title: str = "",
) -> JobRun:
    """Make the child run of a job, one level below its stage's run."""
    labels = {**_who(), **tags, MLFLOW_PARENT_RUN_ID: parent}
    run = client.create_run(experiment, run_name=name, tags=labels)
    params = {key: value for key, value in params.items() if value}
    client.log_batch(run.info.run_id, params=[Param(*item) for item in params.items()])
    return JobRun(client, run, params=params, tags=tags, writer=writer, model_title=model_title)


def _who() -> dict[str, str]:
    return {OWNER: owner(), MLFLOW_USER: psutil.Process().username()}


def _to_csv(rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
