"""The MLflow store: connecting, its experiment, and mending what a kill left behind."""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_PROJECT_ENTRY_POINT
from sqlalchemy.exc import SQLAlchemyError

from mc import commands
from mc.errors import TrackingError
from mc.processes import is_dead, others_launching
from mc.tracking import outages
from mc.tracking.databases import write_ahead

STAGE, LINEAGE = "stage", "lineage"
KIND, STAGE_NAME, STUDY, CELL, TRIAL, OWNER, RETIRED = (
    f"mc.{tag}" for tag in ("kind", "stage", "study", "cell", "trial", "owner", "retired")
)
PARENT = MLFLOW_PARENT_RUN_ID
EXPERIMENT_KIND = "mlflow.experimentKind"  # what the UI opens it as; a name of its own code


class Store(NamedTuple):
    """A tracking store and the experiment in it that this process logs to."""

    client: MlflowClient
    experiment: str


def open_store(uri: str = "", experiment_name: str = "") -> Store:
    """Connect, and find or make the experiment, which is one of model training.

    Parameters
    ----------
    uri, experiment_name : str
        As of `connect` and `experiment_id`.
    """
    client = connect(uri)
    experiment = experiment_id(client, experiment_name)
    if EXPERIMENT_KIND not in client.get_experiment(experiment).tags:
        client.set_experiment_tag(experiment, EXPERIMENT_KIND, "custom_model_development")
    return Store(client, experiment)


def connect(uri: str = "") -> MlflowClient:
    """Open a store; by default that of ``MLFLOW_TRACKING_URI``, else ``sqlite:///mlflow.db``.

    Creates the schema of a new SQLite store; several processes doing so at once would collide, so
    the stage connects before it starts workers.
    """
    for noisy in ("mlflow.store.db.utils", "alembic", "mlflow.tracking"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    outages.warn_on_stderr()
    uri = uri or mlflow.get_tracking_uri()
    try:
        _create_whole(uri)
        write_ahead(uri)
        client = MlflowClient(uri)
        client.get_experiment("0")
    except (MlflowException, SQLAlchemyError, OSError) as error:
        reason = _first_line(error)
        remedy = "check MLFLOW_TRACKING_URI, or remove a database whose making was interrupted"
        if "out-of-date" in reason:
            reason = "it was made by another version of MLflow"
            remedy = f"make a copy of it, then: {commands.program('mlflow')} db upgrade {uri}"
        raise TrackingError(f"tracking store {uri!r} cannot be used: {reason}; {remedy}") from error
    return client


def _create_whole(uri: str) -> None:
    """Make a new SQLite store aside and move it into place: whole or absent, whenever killed."""
    path = Path(unquote(uri.removeprefix("sqlite:///")))
    if not uri.startswith("sqlite:///") or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.unfinished-{os.getpid()}")
    MlflowClient(f"sqlite:///{aside}").get_experiment("0")
    with suppress(FileExistsError):  # another process was faster
        os.link(aside, path)
    aside.unlink()


def experiment_id(client: MlflowClient, name: str = "") -> str:
    """The experiment of a name; else the one that MLflow Projects or the environment names.

    That is ``Default`` where they name none.
    """
    if not name and (given := os.environ.get("MLFLOW_EXPERIMENT_ID")):
        return given
    name = name or os.environ.get("MLFLOW_EXPERIMENT_NAME", "Default")
    found = client.get_experiment_by_name(name)
    if found is None:
        with suppress(MlflowException):  # another command has just made it
            return str(client.create_experiment(name))
        found = client.get_experiment_by_name(name)
    if found is None:
        raise TrackingError(f"experiment {name!r} can be neither found nor made")
    return str(found.experiment_id)


def find_runs(client: MlflowClient, experiment: str, **tags: str) -> Iterator[Run]:
    """Runs of an experiment with all these tags (``kind``, ``stage``, ...), newest first."""
    clauses = [f"tags.`mc.{tag}` = '{value}'" for tag, value in tags.items()]
    return search(client, experiment, " and ".join(clauses))


def search(client: MlflowClient, experiment: str, query: str) -> Iterator[Run]:
    """All pages of a search, newest first."""
    token = None
    while True:
        page = client.search_runs([experiment], query, page_token=token, max_results=1000)
        yield from page
        token = page.token
        if not token:
            return


def mend(client: MlflowClient, experiment: str) -> int:
    """Close runs that say RUNNING although their process is gone; returns how many."""
    running = list(search(client, experiment, "attributes.status = 'RUNNING'"))
    dead = [run for run in running if is_dead(run.data.tags.get(OWNER, ""))]
    if client.tracking_uri.startswith("sqlite") and not others_launching():
        dead += [run for run in running if _never_began(run)]
    for run in dead:
        client.set_terminated(run.info.run_id, "KILLED")
    return len(dead)


def close_abandoned(client: MlflowClient, experiment: str, study: str, running: set[int]) -> None:
    """Close runs of a study that say RUNNING although no worker has their trial any more."""
    query = f"attributes.status = 'RUNNING' and tags.`{STUDY}` = '{study}'"
    for run in list(search(client, experiment, query)):
        trial = run.data.tags.get(TRIAL)
        if trial is not None and int(trial) not in running:
            client.set_terminated(run.info.run_id, "KILLED")


def _never_began(run: Run) -> bool:
    """Whether MLflow Projects made the run, and its stage was killed before it took it over."""
    tags, mine = run.data.tags, os.environ.get("MLFLOW_RUN_ID")
    return MLFLOW_PROJECT_ENTRY_POINT in tags and OWNER not in tags and run.info.run_id != mine


def get_run(client: MlflowClient, run_id: str) -> Run:
    """Fetch a run that the user named."""
    try:
        return client.get_run(run_id)
    except MlflowException as error:
        raise TrackingError(
            f"run {run_id!r} is not in {client.tracking_uri!r}; "
            "copy a run id from `mlflow ui`, or leave runs empty for the newest"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
