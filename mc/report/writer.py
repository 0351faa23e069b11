"""Writes pages as figures, tables and self-contained HTML. Knows no MLflow."""

import base64
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import jinja2
import pandas as pd
from threadpoolctl import threadpool_limits

from mc.errors import ParameterError
from mc.processes import help_parent
from mc.report import canvas, outline
from mc.report.cards import Card, card
from mc.report.inlining import inlined
from mc.report.page import VERDICTS, Page
from mc.report.stage_result import StageResult

PAGE = "report.html"  # the page, or the index of several
TEMPLATES = Path(__file__).with_name("templates")
KINDS = {".png": "image/png", ".svg": "image/svg+xml"}
LARGE = 100_000  # bytes of an SVG from which the page holds the PNG: many pages stay light


@dataclass(frozen=True)
class Drawn:
    """A page whose files are written.

    Parameters
    ----------
    page : Page
        Its content.
    images : mapping of str to str
        Section to the data address of its figure; empty where it is inlined.
    inlines : mapping of str to str
        Section to its figure as SVG, where readers can bring out its series.
    files : sequence of Path
        Its figures and tables, and its HTML where it is one page of several.
    """

    page: Page
    images: Mapping[str, str]
    inlines: Mapping[str, str]
    files: Sequence[Path]


def write(folder: Path, stage_results: Sequence[StageResult], jobs: int = 1) -> list[Drawn]:
    """Write ``report.html``, ``figures/`` and ``tables/``.

    Of several pages ``report.html`` is the index, and each page is a file beside it.

    Parameters
    ----------
    folder : Path
        Made where it does not exist; files of an earlier report are replaced.
    stage_results : sequence of StageResult
        Of the stages to report. Where there are several, the files of each page lie in a folder of
        its name within ``figures/`` and ``tables/``.
    jobs : int
        Processes that build and draw pages; the files do not depend on it.

    Returns
    -------
    list of Drawn
        The pages in the order of the report.

    Raises
    ------
    DataError
        When a stage's frames cannot be used.
    ParameterError
        When the folder cannot be written.
    """
    pages = outline.outline(stage_results)
    draw = partial(_draw, folder, len(pages) > 1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if min(jobs, len(pages)) > 1:
            # Not forked: that would copy the locks of this process's threads.
            with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=help_parent) as pool:
                drawn = list(pool.map(draw, pages))
        else:
            drawn = [draw(build) for build in pages]
        _write_html(folder, drawn)
    except OSError as error:
        raise ParameterError(f"folder={str(folder)!r} cannot be written: {error}") from error
    return drawn


def _draw(folder: Path, several: bool, build: Callable[[], Page]) -> Drawn:
    """Build a page and write its files."""
    with threadpool_limits(1):  # of many small matrices
        page = build()
    subfolder = page.name if several else ""
    images: dict[str, str] = {}
    inlines: dict[str, str] = {}
    files: list[Path] = [folder / _address(page)] if several else []
    for section in page.sections:
        paths = canvas.save(section.figure, folder / "figures" / subfolder, section.name)
        inline = inlined(paths[1], section.name)
        inlines |= {section.name: inline} if inline else {}
        images[section.name] = "" if inline else _image(paths)
        files += paths
    files += _write_tables(folder / "tables" / subfolder, page.frames)
    return Drawn(page, images, inlines, files)


def _write_tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write what the figures show, unrounded, as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.csv" for name in frames]
    for path, frame in zip(paths, frames.values(), strict=True):
        frame.to_csv(path, index=False, lineterminator="\n")
    return paths


def _write_html(folder: Path, drawn: Sequence[Drawn]) -> None:
    """Write the page; of several an index, and each page linked with all others."""
    if len(drawn) == 1:
        (folder / PAGE).write_text(_page(drawn[0]), encoding="utf-8")
        return
    cards = [card(part.page, _address(part.page), part.files) for part in drawn]
    title = "Model collapse: the whole study"
    index = _template("index.html.j2").render(title=title, cards=cards, index=PAGE)
    (folder / PAGE).write_text(index, encoding="utf-8")
    for part in drawn:
        (folder / _address(part.page)).write_text(_page(part, cards), encoding="utf-8")


def _address(page: Page) -> str:
    """The file of one page of several."""
    return f"{page.name}.html"


def _page(part: Drawn, cards: Sequence[Card] = ()) -> str:
    """A page with links to the others."""
    return _template("page.html.j2").render(
        title=f"Model collapse: {part.page.title}",
        page=part.page,
        images=part.images,
        inlines=part.inlines,
        cards=cards,
        index=PAGE,
        verdicts=VERDICTS,
    )


def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _image(paths: Sequence[Path]) -> str:
    """A data address of the SVG where that is small, else of the PNG.

    Unlike inline SVG, its ids cannot clash with those of other figures.
    """
    png, svg = paths
    chosen = svg if svg.stat().st_size < LARGE else png
    text = base64.b64encode(chosen.read_bytes()).decode("ascii")
    return f"data:{KINDS[chosen.suffix]};base64,{text}"
