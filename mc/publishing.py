"""From a frame of generations to a page in MLflow, and a short table on the terminal."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
import pandas as pd

from mc.tracking.runs import OpenRun


def publish(run: OpenRun, generations: pd.DataFrame, facts: Mapping[str, str]) -> None:
    """Draw, log as the run's artifacts, print the end table and where things are."""
    from mc import report  # noqa: PLC0415  (matplotlib is slow to import, and workers need none)

    with tempfile.TemporaryDirectory() as folder:
        report.write(Path(folder), generations, facts)
        place = run.log_folder(Path(folder))
    table = report.end_table(generations)
    run.describe(
        f"At the last generation:\n\n```\n{table}\n```\n\nFigures: report.html in Artifacts."
    )
    click.echo(table)
    click.echo(f"\nPage:          {place}/report.html\nFigures:       {place}/figures")
