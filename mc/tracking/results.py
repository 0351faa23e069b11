"""Reads finished lineages back from MLflow as one tidy frame."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import mlflow.artifacts
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from mc import commands
from mc.errors import TrackingError
from mc.report.stage_result import StageResult
from mc.tracking.former_names import current, current_names
from mc.tracking.runs import ARRAYS, HAS_NOTES, NOTES, TABLE
from mc.tracking.store import (
    CELL,
    KIND,
    LINEAGE,
    RETIRED,
    STAGE,
    STAGE_NAME,
    find_runs,
    get_run,
    search,
)
from mc.types import Array

MEMBERS, FACTS, FRAMES = "lineages.json", "facts.json", "frames"
AXES = {
    "backend": str,
    "regime": str,
    "labelling": str,
    "rate": float,
    "initial_size": int,
    "increment": int,
    "final_size": int,
    "replicate": int,
}


@dataclass(frozen=True)
class Result:
    """What a finished job left.

    Parameters
    ----------
    run_id : str
        Its run.
    artifact_uri : str
        Where its tables and arrays lie.
    metrics : mapping
        Name to the newest value: of the last generation, or of the job's summary.
    tags, params : mapping
        Of its run.
    """

    run_id: str
    artifact_uri: str
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    params: Mapping[str, str]

    @classmethod
    def of(cls, run: Run) -> "Result":
        """The result of a finished run."""
        data, stage = run.data, run.data.tags.get(STAGE_NAME, "")
        metrics = current_names(stage, data.metrics)
        return cls(run.info.run_id, run.info.artifact_uri, metrics, data.tags, data.params)

    def table(self) -> pd.DataFrame:
        """One row a generation: its number, metrics, then notes.

        Raises
        ------
        TrackingError
            When the artifact is gone.
        """
        table = _parsed(self._text(TABLE), self.tags)
        if self.tags.get(HAS_NOTES) != "true":
            return table
        text = io.StringIO(self._text(NOTES))
        return pd.concat([table, pd.read_csv(text, dtype=str, keep_default_na=False)], axis=1)

    def arrays(self) -> dict[str, Array]:
        """Its arrays, each stacked over the generations; raises as `table` does."""
        try:
            path = mlflow.artifacts.download_artifacts(f"{self.artifact_uri}/{ARRAYS}")
            with np.load(path, allow_pickle=False) as arrays:
                return dict(arrays)
        except (MlflowException, OSError, ValueError) as error:
            raise self._lost(ARRAYS) from error

    def _text(self, name: str) -> str:
        try:
            return str(mlflow.artifacts.load_text(f"{self.artifact_uri}/{name}"))
        except (MlflowException, OSError) as error:
            raise self._lost(name) from error

    def _lost(self, name: str) -> TrackingError:
        return TrackingError(
            f"run {self.run_id!r} has lost its artifact {name}; delete the run, "
            "and the stage's command computes it again"
        )


def finished_jobs(client: MlflowClient, experiment: str, study: str) -> dict[str, Result]:
    """Key to result of all jobs of a study that finished and were not retired."""
    return {
        run.data.tags[CELL]: Result.of(run)
        for run in find_runs(client, experiment, study=study)
        if CELL in run.data.tags and _counts(run)
    }


def finished_job(client: MlflowClient, experiment: str, study: str, key: str) -> Result | None:
    """The result of one job, where it has finished and was not retired."""
    runs = find_runs(client, experiment, study=study, cell=key)
    return next((Result.of(run) for run in runs if _counts(run)), None)


def _counts(run: Run) -> bool:
    """Whether a run is a result, now and in later commands."""
    return run.info.status == "FINISHED" and RETIRED not in run.data.tags


def retire(client: MlflowClient, run_ids: Iterable[str]) -> None:
    """Mark results that do not count any more: their runs stay to be looked at."""
    for run_id in run_ids:
        client.set_tag(run_id, RETIRED, "true")


def adopt(client: MlflowClient, stage_run: str, jobs: Iterable[Result]) -> list[str]:
    """Hang jobs of interrupted stage runs below this one; finished stage runs keep theirs.

    Returns
    -------
    list of str
        The stage runs that keep some of the jobs.
    """
    finished: dict[str, bool] = {}
    for job in jobs:
        parent = job.tags.get(MLFLOW_PARENT_RUN_ID, "")
        if parent not in finished:
            finished[parent] = _status(client, parent) == "FINISHED"
        if not finished[parent]:
            client.set_tag(job.run_id, MLFLOW_PARENT_RUN_ID, stage_run)
    return [parent for parent, is_finished in finished.items() if is_finished]


def newest_stage_runs(client: MlflowClient, experiment: str, stage: str) -> list[Run]:
    """The newest finished run of a stage, or with ``all`` of each stage, the oldest first."""
    of_stage = {} if stage == "all" else {"stage": stage}
    newest: dict[str, Run] = {}
    for run in find_runs(client, experiment, kind=STAGE, **of_stage):
        if run.info.status == "FINISHED":
            newest.setdefault(run.data.tags[STAGE_NAME], run)
    if not newest:
        wanted = "stage" if stage == "all" else stage
        raise TrackingError(
            f"no finished {wanted} run in {client.tracking_uri!r}, experiment {experiment}; start "
            f"one with: {commands.stage(of_stage.get('stage', 'collapse_rates'))}"
        )
    return list(newest.values())[::-1]


def log_members(client: MlflowClient, stage_run: str, members: Mapping[str, str]) -> None:
    """Note which lineages (cell to run id) a stage run consists of, reused ones included."""
    client.log_dict(stage_run, dict(members), MEMBERS)


def member_runs(client: MlflowClient, run: Run) -> list[Run]:
    """Finished lineages of a stage run; for an unfinished one, those that it has so far."""
    if run.data.tags.get(KIND) == LINEAGE:
        return [run]
    if run.data.tags.get(KIND) != STAGE:
        raise TrackingError(
            f"run {run.info.run_id!r} is neither a stage nor a lineage of this laboratory; "
            f"name one with the tag {STAGE_NAME}"
        )
    try:
        text = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{MEMBERS}")
        return [get_run(client, run_id) for run_id in json.loads(text).values()]
    except (MlflowException, OSError):
        query = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{run.info.run_id}'"
        children = search(client, run.info.experiment_id, query)
        done = [child for child in children if child.info.status == "FINISHED"]
        return [child for child in done if child.data.tags.get(KIND) == LINEAGE]


def read_generations(jobs: Iterable[Result]) -> pd.DataFrame:
    """One row per generation of each lineage of classifiers: its axes, then its metrics.

    Raises
    ------
    TrackingError
        When a lineage has lost its table, or there is none at all.
    """
    frames = [_read_lineage(job) for job in jobs]
    if not frames:
        raise TrackingError("no finished lineage to read; let the stage finish one first")
    frame = pd.concat(frames, ignore_index=True)
    return frame.sort_values([*AXES, "generation"], ignore_index=True)


def log_frames(client: MlflowClient, stage_run: str, frames: Mapping[str, pd.DataFrame]) -> None:
    """Keep the frames of a stage that is not made of lineages."""
    for name, frame in frames.items():
        text = frame.to_csv(index=False, lineterminator="\n")
        client.log_text(stage_run, text, f"{FRAMES}/{name}.csv")


def read_stage_results(client: MlflowClient, runs: Sequence[Run]) -> list[StageResult]:
    """What stage runs (or lineages) left behind; runs of one stage make one result.

    Raises
    ------
    TrackingError
        When a run is none of this laboratory's, or has no finished part yet.
    """
    by_stage: dict[str, list[Run]] = {}
    for run in runs:
        by_stage.setdefault(run.data.tags.get(STAGE_NAME, ""), []).append(run)
    return [
        StageResult(stage, read_facts(same), _read_frames(client, same))
        for stage, same in by_stage.items()
    ]


def _read_frames(client: MlflowClient, runs: Sequence[Run]) -> dict[str, pd.DataFrame]:
    """Frames that stages logged themselves, else the generations of their lineages."""
    logged = {
        Path(file.path).stem: [_read_csv(run, file.path) for run in runs]
        for file in client.list_artifacts(runs[0].info.run_id, FRAMES)
    }
    if logged:
        return {name: pd.concat(parts, ignore_index=True) for name, parts in logged.items()}
    members = {
        member.info.run_id: member for source in runs for member in member_runs(client, source)
    }
    return {"generations": read_generations(map(Result.of, members.values()))}


def _read_csv(run: Run, path: str) -> pd.DataFrame:
    text = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{path}")
    return _parsed(text, run.data.tags)


def _parsed(text: str, tags: Mapping[str, str]) -> pd.DataFrame:
    """A table of a run with these tags, its metrics under the names that they have now."""
    return pd.read_csv(io.StringIO(text)).rename(columns=partial(current, tags.get(STAGE_NAME, "")))


def log_facts(client: MlflowClient, stage_run: str, facts: Mapping[str, str]) -> None:
    """Note what a page drawn from this run later must say about the experiment."""
    client.log_dict(stage_run, dict(facts), FACTS)


def read_facts(runs: Iterable[Run]) -> dict[str, str]:
    """Facts of stage runs; where several differ, all of them."""
    facts: dict[str, str] = {}
    for run in runs:
        try:
            found = json.loads(mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{FACTS}"))
        except (MlflowException, OSError):
            found = {"run": run.info.run_id, "data": run.data.params.get("data", "unknown")}
        for name, value in found.items():
            known = facts.setdefault(name, value)
            if value not in known.split("; "):
                facts[name] = f"{known}; {value}"
    return facts


def _read_lineage(job: Result) -> pd.DataFrame:
    if not AXES.keys() <= job.params.keys():
        raise TrackingError(
            f"run {job.run_id!r} is part of a stage whose page needs all of it; let the stage "
            "finish, or name its stage run"
        )
    table = job.table()
    axes = {name: kind(job.params[name]) for name, kind in AXES.items()}
    return table.assign(**axes, run_id=job.run_id)[[*AXES, "run_id", *table.columns]]


def _status(client: MlflowClient, run_id: str) -> str:
    try:
        return str(client.get_run(run_id).info.status)
    except MlflowException:
        return "GONE"
