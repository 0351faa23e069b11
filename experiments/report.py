"""Report: pull finished runs from MLflow, draw figures and tables, make pages of them."""

from dataclasses import replace

from pydantic import Field

from mc import plugins
from mc.engine.command_line import main
from mc.engine.common import DEFAULT_MARGIN, Margin
from mc.settings import Settings as BaseSettings
from mc.settings import format_value, unknown


class Settings(BaseSettings):
    """Which runs are drawn."""

    essential = ("stage", "runs", "margin")
    runs: str = Field(
        "", description="run ids of stages or lineages, comma-separated; empty for the newest"
    )
    stage: str = Field(
        "all", description="stage whose newest finished run is drawn; all: every stage there is"
    )
    margin: Margin = DEFAULT_MARGIN


def run(settings: Settings) -> None:
    """Run the stage."""
    known = ("all", *plugins.names("experiments"))
    if settings.stage not in known:
        raise unknown("stage", settings.stage, known)

    from mc.engine.publishing import publish
    from mc.tracking import results, store
    from mc.tracking.runs import open_stage_run

    client = store.connect()
    experiment = store.experiment_id(client)
    named = [run_id.strip() for run_id in settings.runs.split(",") if run_id.strip()]
    chosen = [store.get_run(client, run_id) for run_id in named] or results.newest_stage_runs(
        client, experiment, settings.stage
    )
    stage_results = [
        replace(result, margin=settings.margin)
        for result in results.read_stage_results(client, chosen)
    ]
    params = {name: format_value(value) for name, value in settings.values().items()}
    tags = {store.KIND: "report"}
    with open_stage_run(client, experiment, "report", params=params, tags=tags) as page:
        publish(page, stage_results)
        page.finish()


if __name__ == "__main__":
    main(__doc__, Settings, run)
