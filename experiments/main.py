"""Main: the whole study, stage after stage, then one report of all of it.

At sizes that take about ten minutes on two cores with `logistic`; `preset=seed` runs every stage at
the original study's own. A stage that fails does not stop the others.
"""

from typing import Any

import click

from mc.engine import preparation
from mc.engine.command_line import main, settle
from mc.engine.common import COMMON, Settings
from mc.engine.project import stages
from mc.engine.publishing import publish
from mc.errors import McError, StudyError
from mc.params import Param
from mc.report.outline import STAGES
from mc.tracking import results, store
from mc.tracking.runs import open_stage_run

SMALLER: dict[str, dict[str, Any]] = {
    "collapse_rates": {"rates": (0.0, 0.2, 0.5, 1.0)},
    "compare_backends": {"repetitions": 3},
}
SHARED = ("data", "data_params", "backend", "test_size", "seed", "jobs", "storage", "fresh")
parameters = {
    "stages": Param(STAGES, "stages to run, in this order", choices=STAGES),
    **{name: COMMON[name] for name in SHARED},
    "preset": Param(
        "none", "seed: every stage at the original study's sizes", choices=("none", "seed")
    ),
}
essential = ("data", "backend", "stages", "jobs", "preset")  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stages."""
    preparation.set_up_process(settings)
    preparation.prepare_features(settings, settings["backend"])  # wrong data ends it here
    opened = preparation.open_store()
    params, tags = preparation.shown(settings), {store.KIND: "study"}
    with open_stage_run(*opened, "main", params=params, tags=tags) as study:
        failed: dict[str, str] = {}
        for name in settings["stages"]:
            click.echo(f"\n== {name}")
            try:
                stages()[name].run(stage_settings(name, settings))
            except McError as error:
                click.echo(f"error: {error}", err=True)
                failed[name] = str(error)
        done = [name for name in settings["stages"] if name not in failed]
        if done:
            newest = [results.newest_stage_runs(*opened, name)[0] for name in done]
            click.echo("\n== report")
            publish(study, results.read_stage_results(opened.client, newest))
        if failed:
            raise StudyError(
                f"{len(failed)} of {len(settings['stages'])} stages failed: {', '.join(failed)}; "
                "the same command goes on with what is missing"
            )
        study.finish()


def stage_settings(name: str, settings: Settings) -> dict[str, Any]:
    """A stage's settings: its own defaults, smaller where that takes too long, then the user's."""
    stage = stages()[name]
    presets = getattr(stage, "presets", {})
    asked = {key for key in SHARED if settings[key] != COMMON[key].default}
    shared = {key: settings[key] for key in asked & stage.parameters.keys()}
    if settings["preset"] == "none":
        return settle(stage.parameters, {}, SMALLER.get(name, {}) | shared)
    preset = {"preset": settings["preset"]} if settings["preset"] in presets else {}
    return settle(stage.parameters, presets, shared | preset)


if __name__ == "__main__":
    main(__doc__, parameters, run)
