"""Lineages an hour against workers, on this machine's files and on servers of yours.

`uv run python -m benchmarks.throughput`, or with ``--storage postgresql+psycopg://...`` and
``--tracking http://...`` to see what your database, server and network make of it.
"""

import tempfile
from typing import Any

import click

from benchmarks import scaling
from benchmarks.table import render


@click.command(help=__doc__)
@click.option("--data", default="simulated", help="as the stages take it")
@click.option("--data_params", default="", help="as the stages take it")
@click.option("--backend", default="logistic", help="as the stages take it")
@click.option("--storage", default="", help="Optuna's database; empty: a new SQLite file each time")
@click.option("--tracking", default="", help="MLflow's server; empty: a new SQLite file each time")
@click.option("--jobs", default="1,2,4", help="numbers of workers, one after the other")
@click.option("--log_models", default="all,none", help="as the stages take it, one after the other")
@click.option("--repetitions", default=4, help="of six rates: how many lineages")
@click.option("--sizes", default="5000,500,10000", help="initial size, increment, final size")
def main(jobs: str, log_models: str, **options: Any) -> None:
    """Time them."""
    stage, tracking = _stage_options(**options)
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        first = {name: at for name, at in stage.items() if name != "storage"}
        scaling.once(first | {"rates": "0", "repetitions": "1"}, 1, cache)  # fills the cache
        for keep in log_models.split(","):
            for count in jobs.split(","):
                given = stage | {"log_models": keep, "seed": str(len(rows) + 1)}
                click.echo(f"timing: {count} workers, log_models={keep}", err=True)
                rows.append({"models": keep, **scaling.once(given, int(count), cache, tracking)})
    where = f"{options['storage'] or 'SQLite'}, {tracking or 'SQLite'}"
    click.echo(render(f"Lineages of {stage['backend']}: {where}; seconds a lineage", rows))


def _stage_options(
    storage: str, tracking: str, sizes: str, repetitions: int, **options: str
) -> tuple[dict[str, str], str]:
    first, step, last = sizes.split(",")
    grid = {"initial_size": first, "increment": step, "final_size": last, "test_size": "5000"}
    options |= (
        grid | {"fresh": "true"} | {"rates": "0,0.2,0.4,0.6,0.8,1", "repetitions": str(repetitions)}
    )
    return options | ({"storage": storage} if storage else {}), tracking


if __name__ == "__main__":
    main()
