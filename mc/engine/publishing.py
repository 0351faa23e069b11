"""From the result of stages to a page in MLflow, and a short table on the terminal."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

from mc import failpoints
from mc.data import cache
from mc.engine.remote_workers import code_digest
from mc.report.stage_result import StageResult
from mc.tracking.runs import OpenRun

PAGES, PAGE = "pages.tar", "report.html"
OWN_RUN = "{the run of this page}"  # in a kept page, where the run's id stands
DRAWN_BY = ("jinja2", "matplotlib", "numpy", "pandas", "pillow", "scipy", "statsmodels")


def publish(run: OpenRun, stage_results: Sequence[StageResult], note: str = "") -> None:
    """Log the page as the run's artifacts, print what matters most and where things are.

    What matters most is the first table of the page: of one stage its end, of several the claims.
    A page that was drawn of the same results is taken from the cache.

    Parameters
    ----------
    note : str
        What the run's description says besides, in markdown.
    """
    identity = _identity(stage_results).replace(run.id, OWN_RUN)
    kept, _ = cache.prepare("pages", identity, partial(_draw, stage_results, run.id))
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(kept / PAGES, folder, filter="data")
        page = Path(folder) / PAGE
        page.write_text(page.read_text("utf-8").replace(OWN_RUN, run.id), "utf-8")
        place = run.log_folder(Path(folder))
    failpoints.reach("page logged")
    about = cache.read_about(kept)
    title, table = about["title"], about["table"]
    run.describe(f"{title}:\n\n```\n{table}\n```\n\nFigures: {PAGE} in Artifacts.\n\n{note}")
    click.echo(table)
    for headline in about["headlines"]:
        click.echo(headline)
    click.echo(f"\nPage:          {place}/{PAGE}\nFigures:       {place}/figures")


def _identity(stage_results: Sequence[StageResult]) -> str:
    """All that a page depends on."""
    results = [
        [each.stage, each.margin, dict(each.facts), _digests(each)] for each in stage_results
    ]
    return json.dumps([code_digest(), *map(version, DRAWN_BY), results])


def _digests(result: StageResult) -> dict[str, str]:
    texts = {name: frame.to_csv() for name, frame in result.frames.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def _draw(stage_results: Sequence[StageResult], run_id: str, kept: Path) -> Mapping[str, object]:
    """Draw the page into a folder of the cache; returns what is said of it on the terminal."""
    from mc.report import writer  # noqa: PLC0415  (matplotlib is slow to import)

    with tempfile.TemporaryDirectory() as folder:
        drawn = writer.write(Path(folder), stage_results, jobs=os.cpu_count() or 1)
        page = Path(folder) / PAGE
        page.write_text(page.read_text("utf-8").replace(run_id, OWN_RUN), "utf-8")
        shutil.make_archive(str((kept / PAGES).with_suffix("")), "tar", folder)
    pages = [each.page for each in drawn]
    first = pages[0].tables[0]
    headlines = [f"{page.title}: {page.headlines[0]}" for page in pages if len(pages) > 1]
    return {"title": first.title, "table": first.as_text(), "headlines": headlines}
