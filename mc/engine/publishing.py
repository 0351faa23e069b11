"""From the result of stages to a page in MLflow, and a short table on the terminal."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from mc import failpoints
from mc.report.stage_result import StageResult
from mc.tracking.runs import OpenRun


def publish(run: OpenRun, stage_results: Sequence[StageResult]) -> None:
    """Draw, log as the run's artifacts, print what matters most and where things are.

    What matters most is the first table of the page: of one stage its end, of several the claims.
    """
    from mc.report import writer  # noqa: PLC0415  (matplotlib is slow to import)

    with tempfile.TemporaryDirectory() as folder:
        drawn = writer.write(Path(folder), stage_results, jobs=os.cpu_count() or 1)
        place = run.log_folder(Path(folder))
    failpoints.reach("page logged")
    pages = [each.page for each in drawn]
    first = pages[0].tables[0]
    run.describe(
        f"{first.title}:\n\n```\n{first.as_text()}\n```\n\nFigures: report.html in Artifacts."
    )
    click.echo(first.as_text())
    for page in pages if len(pages) > 1 else []:
        click.echo(f"{page.title}: {page.headlines[0]}")
    click.echo(f"\nPage:          {place}/report.html\nFigures:       {place}/figures")
