"""Times the laboratory against what a user would write by hand, everything side by side.

`uv run python -m benchmarks`, or with `--data path/to/reviews.csv`. Shows tables and writes
everything measured as JSON.
"""

import json
import os
import platform
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from benchmarks import suite
from benchmarks.task import Task
from mc.data import datasets
from mc.data.addresses import without_secrets
from mc.engine.common import StudySettings
from mc.engine.conditions import condition_of
from mc.errors import McError


@click.command(help=__doc__)
@click.option("--data", default="simulated", help="as the stages take it")
@click.option("--data_params", default="", help="as the stages take it")
@click.option("--initial_size", default=50_000, help="reviews of the first generation")
@click.option("--increment", default=1_000, help="reviews that each generation adds")
@click.option("--test_size", default=20_000, help="held-out reviews")
@click.option("--rate", default=0.5, help="share of each increment that the model labels")
@click.option("--our_generations", default=31, help="of ours; the others make the first of them")
@click.option("--generations", default=3, help="by hand, where each takes seconds")
@click.option("--original_generations", default=2, help="of the original's, a minute or so each")
@click.option("--original_trees", default=1000, help="of its forests; fewer are scaled up")
@click.option("--repetitions", default=4, help="of the stage for 1 and 2 workers; 0: left out")
@click.option("--growth_rows", default=30_000, help="1, 2, 4, 8 times of these; 0: left out")
@click.option("--out", default="benchmarks.json", help="file of the results")
def main(out: str, **options: Any) -> None:
    """Run the suite."""
    try:
        task, extent = _task(options), _extent(options)
    except McError as error:
        raise click.ClickException(str(error)) from error
    shown = {**options, "data": without_secrets(options["data"])}
    about = {"machine": machine(), "options": shown}
    for measured in suite.run(task, extent, lambda name: click.echo(f"timing: {name}", err=True)):
        Path(out).write_text(json.dumps(about | measured, indent=1))
    click.echo(suite.tables(measured))
    click.echo(f"everything measured: {out}")


def _task(options: dict[str, Any]) -> Task:
    datasets.find(options["data"], options["data_params"])  # a wrong name ends it here
    first, step, count = (options[n] for n in ("initial_size", "increment", "our_generations"))
    settings = StudySettings(test_size=options["test_size"])
    sizes = tuple(range(first, first + step * count, step))
    condition = replace(condition_of(settings, sizes), rate=options["rate"])
    data = options["data"]
    return Task(
        str(Path(data).resolve()) if Path(data).exists() else data,
        options["data_params"],
        condition,
    )


def _extent(options: dict[str, Any]) -> suite.Extent:
    return suite.Extent(**{name: options[name] for name in suite.Extent.__dataclass_fields__})


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    busy = os.getloadavg()[0]
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load before": busy}


if __name__ == "__main__":
    main()
