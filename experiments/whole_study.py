"""The whole study, stage after stage, then one report of all of it.

At sizes that take about ten minutes on two cores with `logistic`; `preset=seed` runs every stage at
the original study's own. A stage that fails does not stop the others.
"""

from typing import Annotated

import click
from pydantic import Field

from mc.engine import project
from mc.engine.command_line import main
from mc.engine.common import Backend, DataSettings, RunSettings, TestSize
from mc.errors import McError, StudyError
from mc.report.study import STAGES
from mc.settings import OneOf, declared

SMALLER: dict[str, dict[str, object]] = {
    "collapse_rates": {"rates": (0.0, 0.2, 0.5, 1.0)},
    "compare_backends": {"repetitions": 3},
}
SHARED = ("data", "data_params", "backend", "test_size", "seed", "jobs", "storage", "fresh")


class Settings(DataSettings, RunSettings):
    """Of the whole study."""

    essential = ("data", "backend", "stages", "jobs", "preset")
    stages: tuple[Annotated[str, OneOf(STAGES)], ...] = Field(
        STAGES, description="stages to run, in this order"
    )
    backend: Backend = "logistic"
    test_size: TestSize = 20_000
    preset: Annotated[str, OneOf(("none", "seed"))] = Field(
        "none", description="seed: every stage at the original study's sizes"
    )


def run(settings: Settings) -> None:
    """Run the stages."""
    from mc.engine import preparation
    from mc.engine.conditions import backend_parameters
    from mc.engine.publishing import publish
    from mc.tracking import results, store
    from mc.tracking.runs import open_stage_run

    backend_parameters(settings.backend, "")  # a wrong backend, or wrong data, end it here
    preparation.set_up_process(settings)
    preparation.prepare_features(settings)
    opened = preparation.open_store()
    params, tags = preparation.shown(settings), {store.KIND: "study"}
    with open_stage_run(*opened, "whole_study", params=params, tags=tags) as study:
        failed: dict[str, str] = {}
        for name in settings.stages:
            click.echo(f"\n== {name}")
            try:
                project.stage(name).run(stage_settings(name, settings))
            except McError as error:
                click.echo(f"error: {error}", err=True)
                failed[name] = str(error)
        done = [name for name in settings.stages if name not in failed]
        if done:
            newest = [results.newest_stage_runs(*opened, name)[0] for name in done]
            click.echo("\n== report")
            publish(study, results.read_stage_results(opened.client, newest))
        if failed:
            raise StudyError(
                f"{len(failed)} of {len(settings.stages)} stages failed: {', '.join(failed)}; "
                "the same command computes what is missing"
            )
        study.finish()


def stage_settings(name: str, settings: Settings) -> RunSettings:
    """A stage's settings: its own defaults, smaller where that takes too long, then the user's."""
    stage = project.stage(name)
    known = declared(stage.Settings)
    shared = {key: at for key, at in settings.changed().items() if key in SHARED and key in known}
    given = SMALLER.get(name, {}) if settings.preset == "none" else {}
    if settings.preset in stage.Settings.presets:
        shared["preset"] = settings.preset
    chosen: RunSettings = stage.Settings.read({**given, **shared})
    return chosen


if __name__ == "__main__":
    main(__doc__, Settings, run)
