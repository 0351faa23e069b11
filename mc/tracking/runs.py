"""Stage runs and lineage runs: opened, filled, closed with the status they deserve."""

import csv
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlparse

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
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NOTE, MLFLOW_USER

from mc.errors import ClaimLostError
from mc.lineage.loop import Generation
from mc.processes import owner
from mc.tracking.models import ModelWriter
from mc.tracking.store import OWNER, RETIRED
from mc.types import Classifier, Prepared

FLUSH_SECONDS = 5.0  # how late MLflow's charts may be
TABLE = "generations.csv"


def _agree() -> None:
    """Nobody else can have a claim on the result."""


class OpenRun:
    """An MLflow run that is FINISHED only when `finish` was reached.

    Leaving the ``with`` block earlier closes it as KILLED (interrupted) or FAILED (an error).
    """

    def __init__(self, client: MlflowClient, run: MlflowRun) -> None:
        self.client, self.id = client, run.info.run_id
        self.experiment, self.artifact_uri = run.info.experiment_id, run.info.artifact_uri
        self._open = True

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
        failed = kind is not None and issubclass(kind, Exception)
        failed = failed and not isinstance(error, ClaimLostError)
        with suppress(Exception):  # the error on its way out is the one to see
            self._close("FAILED" if failed else "KILLED")

    def finish(self, confirm: Callable[[], None] = _agree) -> None:
        """Say that everything there is to log has been logged.

        Parameters
        ----------
        confirm : callable
            Raises `ClaimLostError` where the result does not count. It is asked before the run is
            closed and after: between the two a link may be cut for minutes, and a result that
            comes too late is marked as retired.
        """
        confirm()
        self._close("FINISHED")
        try:
            confirm()
        except ClaimLostError:
            self.client.set_tag(self.id, RETIRED, "true")
            raise

    def _close(self, status: str) -> None:
        self.client.set_terminated(self.id, status)
        self._open = False

    def log_corpus(self, corpus: Prepared) -> None:
        """Log the corpus as the run's dataset: name, digest, counts, of labels their shares."""
        about, profile = corpus.about, dict(corpus.about["counts"])
        if len(corpus.labels):
            positive = round(float(corpus.labels.mean()), 4)
            shares = {"positive_share": positive, "negative_share": round(1 - positive, 4)}
            profile = {"num_rows": len(corpus.labels), **shares, **profile}
        dataset = Dataset(
            name=about["name"],
            digest=about["digest"][:16],
            source_type="model-collapse-lab",
            source=json.dumps({"data": about["name"]}),
            profile=json.dumps(profile),
        )
        tags = [InputTag("mlflow.data.context", "training")]
        self.client.log_inputs(self.id, [DatasetInput(dataset, tags)])

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
    missing = [Param(key, value) for key, value in params.items() if key not in run.data.params]
    labels = [RunTag(*item) for item in {**_who(), **tags}.items()]
    client.log_batch(run.info.run_id, params=missing, tags=labels)
    if given:
        client.update_run(run.info.run_id, name=name)
    return OpenRun(client, run)


class LineageRun(OpenRun):
    """The child run of one lineage: its generations are steps, each with metrics and a model."""

    def __init__(
        self,
        client: MlflowClient,
        run: MlflowRun,
        params: Mapping[str, str],
        writer: ModelWriter | None,
    ) -> None:
        super().__init__(client, run)
        self._params = params
        self._writer = writer
        self.rows: list[Mapping[str, float]] = []  # metrics of the generations so far
        self._metrics: list[Metric] = []
        self._outputs: list[LoggedModelOutput] = []
        self._flushed = time.monotonic()
        self.seconds = 0.0  # spent in here

    def take_over(self, rows: Sequence[Mapping[str, float]], run_id: str) -> None:
        """Log the generations that a run of the same lineage had made when it was broken off."""
        now, last = int(time.time() * 1000), int(rows[-1]["generation"])
        self.rows += rows
        self._metrics += [
            Metric(name, value, now, int(row["generation"]))
            for row in rows
            for name, value in row.items()
            if name != "generation"
        ]
        outputs = self.client.get_run(run_id).outputs
        made = outputs.model_outputs if outputs else []
        self._outputs += [each for each in made if each.step <= last]
        self.flush()

    def add(self, generation: Generation, keep_model: bool) -> None:
        """Log a generation; metrics travel in batches, at most ``FLUSH_SECONDS`` late."""
        start = time.perf_counter()
        model_id = (
            self._log_model(generation, self._writer) if keep_model and self._writer else None
        )
        now = int(time.time() * 1000)
        self._metrics += [
            Metric(name, value, now, generation.step, model_id=model_id, run_id=self.id)
            for name, value in generation.metrics.items()
        ]
        self.rows.append({"generation": generation.step, **generation.metrics})
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()
        self.seconds += time.perf_counter() - start

    def finish(self, confirm: Callable[[], None] = _agree) -> None:
        """Log what is left and the lineage's table, then close."""
        start = time.perf_counter()
        self.flush()
        self.client.log_text(self.id, _to_csv(self.rows), TABLE)
        self.seconds += time.perf_counter() - start
        self.client.log_metric(self.id, "tracking_seconds", self.seconds)
        super().finish(confirm)

    def flush(self) -> None:
        """Log what has not been logged yet."""
        for start in range(0, len(self._metrics), 1000):  # MLflow's limit for one batch
            self.client.log_batch(self.id, metrics=self._metrics[start : start + 1000])
        if self._outputs:
            self.client.log_outputs(self.id, self._outputs)
        self._metrics, self._outputs, self._flushed = [], [], time.monotonic()

    def _log_model(self, generation: Generation, writer: ModelWriter) -> str:
        model_id = log_model(
            self,
            f"generation-{generation.step:02d}",
            generation.classifier,
            writer,
            {**self._params, "generation": str(generation.step)},
        )
        self._outputs.append(LoggedModelOutput(model_id, generation.step))
        return model_id


def log_model(
    run: OpenRun, name: str, classifier: Classifier, writer: ModelWriter, params: Mapping[str, str]
) -> str:
    """Log a classifier below a run as a model that predicts from texts; returns its id."""
    model = run.client.create_logged_model(
        run.experiment,
        name=name,
        source_run_id=run.id,
        model_type="classifier",
        params=dict(params),
    )
    _write_model(run, model, classifier, writer)
    run.client.finalize_logged_model(model.model_id, "READY")
    return str(model.model_id)


def _write_model(
    run: OpenRun, model: LoggedModel, classifier: Classifier, writer: ModelWriter
) -> None:
    """Write where the artifacts belong if that is a folder here, else upload."""
    place = local_path(model.artifact_location)
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
        writer.write(place, classifier, run.id, model.model_id)
        return
    with tempfile.TemporaryDirectory() as folder:
        writer.write(Path(folder), classifier, run.id, model.model_id)
        run.client.log_model_artifacts(model.model_id, folder)


def local_path(uri: str) -> Path | None:
    """The folder that an artifact address means on this machine, if it does."""
    parsed = urlparse(uri)
    return Path(unquote(parsed.path)) if parsed.scheme in ("", "file") else None


def open_lineage_run(
    client: MlflowClient,
    experiment: str,
    parent: str,
    name: str,
    *,
    params: Mapping[str, str],
    tags: Mapping[str, str],
    writer: ModelWriter | None,
) -> LineageRun:
    """Make the child run of a lineage."""
    run = create_child(client, experiment, parent, name, params=params, tags=tags)
    return LineageRun(client, run, params, writer)


def create_child(
    client: MlflowClient,
    experiment: str,
    parent: str,
    name: str,
    *,
    params: Mapping[str, str],
    tags: Mapping[str, str],
) -> MlflowRun:
    """Make a run one level below its stage's run."""
    labels = {**_who(), **tags, MLFLOW_PARENT_RUN_ID: parent}
    run = client.create_run(experiment, run_name=name, tags=labels)
    client.log_batch(run.info.run_id, params=[Param(*item) for item in params.items()])
    return run


def _who() -> dict[str, str]:
    return {OWNER: owner(), MLFLOW_USER: psutil.Process().username()}


def _to_csv(rows: Sequence[Mapping[str, float]]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
