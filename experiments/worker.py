"""Worker: help a running stage from another machine, or from this one.

Takes jobs of a study that a stage has announced, along with the stage's own workers and any number
of others; ends when the study is done. A polite kill hands the job back. The stage itself needs no
workers of its own (`jobs=0`). Without `study`, works for every study of the storage that has jobs
to give.
"""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click
from pydantic import Field

from mc.engine import project
from mc.engine.command_line import main
from mc.engine.common import Notice, QueueSettings, RunSettings

if TYPE_CHECKING:
    from mc.tracking.runs import OpenRun
    from mc.tracking.store import Store


class Settings(QueueSettings):
    """Which stage is helped, and by how many processes."""

    essential = ("study", "storage", "wait", "jobs")
    study: str = Field(
        "", description="name of the study, as its stage shows it; empty for all there are"
    )
    wait: int = Field(0, ge=0, description="seconds to wait for a study that has jobs to give")
    data: str = Field(
        "", description="path or address of the reviews for this machine, if not the stage's"
    )
    data_params: str = Field("", description="settings of that data; empty for the stage's")


def run(settings: Settings) -> None:
    """Help until nothing is left to do."""
    from mc.engine import preparation, remote_workers
    from mc.tracking import store

    preparation.set_up_process(settings)
    helped: list[str] = []
    for notice in remote_workers.notices(settings.storage, settings.study, settings.wait):
        remote_workers.check_code(notice)
        opened = store.open_store()
        store.get_run(opened.client, notice.stage_run)  # the same tracking store as the stage's
        with _own_run(opened, notice, settings) as own:
            _help(notice, settings)
            if own:
                own.finish()
        helped.append(notice.stage)
    click.echo(f"done: {', '.join(helped)}" if helped else "no study has jobs to give")


def _help(notice: Notice, settings: Settings) -> None:
    """Run the stage's own code on the stage's own run."""
    from mc.engine import remote_workers

    stage = project.stage(notice.stage)
    given = remote_workers.settings_of(
        notice,
        storage=settings.storage,
        jobs=settings.jobs,
        data=settings.data,
        data_params=settings.data_params,
    )
    theirs: RunSettings = stage.Settings.read(given)
    click.echo(f"joining {notice.stage}")
    stage.run(theirs.helping(notice))


def _own_run(
    opened: "Store", notice: Notice, settings: Settings
) -> AbstractContextManager["OpenRun | None"]:
    """The run that MLflow Projects made for this command, if it did: a child of the stage's."""
    if "MLFLOW_RUN_ID" not in os.environ:
        return nullcontext()

    from mc.engine import preparation
    from mc.tracking import store
    from mc.tracking.runs import open_stage_run

    tags = {store.KIND: "worker", store.PARENT: notice.stage_run}
    return open_stage_run(*opened, "worker", params=preparation.shown(settings), tags=tags)


if __name__ == "__main__":
    main(__doc__, Settings, run)
