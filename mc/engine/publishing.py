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

from mc import commands, failpoints, plugins
from mc.data import cache
from mc.engine.remote_workers import code_digest
from mc.report.stage_result import StageResult
from mc.tracking.runs import OpenRun

PAGES, PAGE = "pages.tar", "report.html"
TEMPLATES = commands.ROOT / "mc" / "report" / "templates"
OWN_RUN = "{the run of this page}"  # in a kept page, where the run's id stands
DRAWN_BY = ("jinja2", "matplotlib", "numpy", "pandas", "pillow", "scipy", "statsmodels")


def publish(run: OpenRun, stage_results: Sequence[StageResult], note: str = "") -> None:
    """Log the page as the run's artifacts, print what matters most and where things are.

    What matters most is the first table of the first page: of one stage its end, of several the
    claims.
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
        _rename_run(Path(folder), OWN_RUN, run.id)
        place = run.log_folder(Path(folder))
    failpoints.reach("page logged")
    about = cache.read_about(kept)
    title, table = about["title"], about["table"]
    run.describe(f"{title}:\n\n```\n{table}\n```\n\nFigures: {PAGE} in Artifacts.\n\n{note}")
    click.echo(table)
    for headline in about["headlines"]:
        click.echo(headline)
    click.echo(f"\nPage:          {place}/{PAGE}\nFigures:       {place}/figures")


def _rename_run(folder: Path, old: str, new: str) -> None:
    """Replace a run's id in the text of all pages."""
    for page in folder.glob("*.html"):
        page.write_text(page.read_text("utf-8").replace(old, new), "utf-8")


def _identity(stage_results: Sequence[StageResult]) -> str:
    """All that a page depends on."""
    results = [
        [each.stage, each.margin, dict(each.facts), _digests(each)] for each in stage_results
    ]
    installed = plugins.versions([each.stage for each in stage_results])
    drawn_by = [code_digest(), *installed.values(), _files_digest(), *map(version, DRAWN_BY)]
    return json.dumps([*drawn_by, results])


def _files_digest() -> str:
    """Identity of templates and stored figures, which `code_digest` leaves out.

    Lineages do not depend on them.
    """
    digest = hashlib.sha256()
    for file in sorted([*TEMPLATES.iterdir(), *TEMPLATES.parent.rglob("*.csv")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _digests(result: StageResult) -> dict[str, str]:
    texts = {name: frame.to_csv() for name, frame in result.frames.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def _draw(stage_results: Sequence[StageResult], run_id: str, kept: Path) -> Mapping[str, object]:
    """Draw the page into a folder of the cache; returns what is said of it on the terminal."""
    from mc.report import writer  # noqa: PLC0415  (matplotlib is slow to import)

    with tempfile.TemporaryDirectory() as folder:
        drawn = writer.write(Path(folder), stage_results, jobs=os.cpu_count() or 1)
        _rename_run(Path(folder), run_id, OWN_RUN)
        shutil.make_archive(str((kept / PAGES).with_suffix("")), "tar", folder)
    pages = [each.page for each in drawn]
    first = pages[0].tables[0]
    headlines = [f"{page.title}: {page.headlines[0]}" for page in pages if len(pages) > 1]
    return {"title": first.title, "table": first.as_text(), "headlines": headlines}
