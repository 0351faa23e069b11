"""Report: pull finished runs from MLflow, draw figures and tables, make one page of them."""

from mc.cli import main
from mc.common import Settings
from mc.errors import TrackingError
from mc.params import Param, format_value
from mc.publishing import publish
from mc.tracking import results, store
from mc.tracking.runs import open_stage_run

parameters = {
    "runs": Param("", "run ids of stages or lineages, comma-separated; empty for the newest stage"),
    "stage": Param("collapse_rates", "stage whose newest finished run is drawn"),
}


def run(settings: Settings) -> None:
    """Run the stage."""
    client = store.connect()
    experiment = store.experiment_id(client)
    named = [run_id.strip() for run_id in settings["runs"].split(",") if run_id.strip()]
    chosen = [store.get_run(client, run_id) for run_id in named] or [
        results.newest_stage_run(client, experiment, settings["stage"])
    ]
    lineages = {
        lineage.info.run_id: lineage
        for source in chosen
        for lineage in results.member_runs(client, source)
    }
    if not lineages:
        raise TrackingError(f"runs={settings['runs']!r} hold no finished lineage yet")
    generations = results.read_generations(lineages.values())
    params = {name: format_value(value) for name, value in settings.items()}
    tags = {store.KIND: "report"}
    with open_stage_run(client, experiment, "report", params=params, tags=tags) as page:
        publish(page, generations, results.read_facts(chosen))
        page.finish()


if __name__ == "__main__":
    main(__doc__, parameters, run)
