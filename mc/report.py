"""Writes figures, tables and one self-contained HTML page. Knows no MLflow and no Optuna."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mc import findings, plots, reference, statistics
from mc.errors import ParameterError
from mc.metrics import DESCRIPTIONS
from mc.statistics import CONDITION, LINEAGE

CURVES = ("accuracy", "roc_auc", "positive_share")
HINTS = {
    "accuracy": "The bands hold the noise that all rates of a repetition share; whether two rates "
    "differ is read from the paired losses below, not from bands that overlap or do not.",
    "metrics": "Accuracy can fall because reviews are ranked worse, which the area under the ROC "
    "curve shows, or because the share called positive drifts away while the ranking holds.",
    "paired_loss": "Each interval holds for one rate by itself: of 20 rates without any effect, "
    "about one would look different by chance.",
}


@dataclass(frozen=True)
class Section:
    """A figure with what it shows."""

    name: str
    title: str
    sentences: list[str]
    figure: Figure


@dataclass(frozen=True)
class Table:
    """A table as text, ready to be shown."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def write(folder: Path, generations: pd.DataFrame, about: Mapping[str, str]) -> list[Path]:
    """Write ``report.html``, ``figures/`` and ``tables/``.

    Parameters
    ----------
    folder : Path
        Made where it does not exist; files of an earlier report are replaced.
    generations : DataFrame
        See `mc.statistics`.
    about : mapping of str to str
        Facts for the reader, in their order; ``data`` names the corpus in the figures, ``stage``
        chooses the published curves beside which accuracy is drawn.

    Returns
    -------
    list of Path
        All files, the page first.

    Raises
    ------
    DataError
        When the frame cannot be used.
    ParameterError
        When the folder cannot be written.
    """
    rows = statistics.checked(generations)
    sections = _sections(rows, about)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        figures = [
            path
            for section in sections
            for path in plots.save(section.figure, folder / "figures", section.name)
        ]
        tables = _write_tables(folder / "tables", rows)
        page = folder / "report.html"
        page.write_text(_page(rows, about, sections, folder / "figures"), encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"folder={str(folder)!r} cannot be written: {error}") from error
    return [page, *figures, *tables]


def end_table(generations: pd.DataFrame) -> str:
    """The state at the end as lines of text, for a terminal."""
    table = _summary_table(generations)
    cells = [table.heads, *table.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )


def _sections(generations: pd.DataFrame, about: Mapping[str, str]) -> list[Section]:
    data = str(about.get("data", ""))
    study = reference.seed_curves(str(about.get("stage", "")), generations["rate"].unique())
    return [
        Section(
            "accuracy",
            "Accuracy over generations",
            findings.curve_findings(generations, study),
            plots.accuracy_curves(generations, data, study),
        ),
        Section(
            "metrics",
            "Decisions, ranking and class shares",
            findings.metric_findings(generations),
            plots.three_metrics(generations, data),
        ),
        Section(
            "paired_loss",
            "What each rate costs",
            findings.loss_findings(generations),
            plots.paired_loss(generations, data),
        ),
    ]


def _write_tables(folder: Path, generations: pd.DataFrame) -> list[Path]:
    """Write the frames that the figures show, unrounded, as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        "summary": statistics.summary(generations),
        "curve": pd.concat([statistics.curve(generations, metric) for metric in CURVES]),
        "generations": generations,
    }
    paths = [folder / f"{name}.csv" for name in frames]
    for path, frame in zip(paths, frames.values(), strict=True):
        frame.to_csv(path, index=False, lineterminator="\n")
    return paths


def _page(
    generations: pd.DataFrame, about: Mapping[str, str], sections: list[Section], figures: Path
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        title=f"Model collapse: {about['stage']}" if "stage" in about else "Model collapse",
        headlines=findings.headlines(generations),
        cautions=_cautions(generations),
        about=about,
        sections=sections,
        images={section.name: _image(figures / f"{section.name}.svg") for section in sections},
        hints=HINTS,
        ends=_summary_table(generations),
        more=[_metrics_table(generations), _lineage_table(generations)],
        glossary={name: text for name, text in DESCRIPTIONS.items() if name in generations},
    )


def _image(svg: Path) -> str:
    """A data address; unlike inline SVG, its ids cannot clash with those of other figures."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.read_bytes()).decode("ascii")


def _cautions(generations: pd.DataFrame) -> list[str]:
    """What a reader should know before believing the numbers."""
    found, stopped = [], statistics.unfinished(generations)
    if stopped:
        found.append(
            f"{stopped} of {generations.groupby(LINEAGE, dropna=False).ngroups} lineages stopped "
            "before their last generation and are left out where the end is compared."
        )
    if generations["replicate"].nunique() == 1:
        found.append("1 repetition: no interval, so differences may be chance.")
    rates = set(generations["rate"])
    if 0 not in rates:
        found.append("Rate 0 is not among the lineages, so no loss can be paired.")
    return found


def _summary_table(generations: pd.DataFrame) -> Table:
    """The short table: state at the end and loss of each condition and rate."""
    names, table = statistics.condition_names(generations), statistics.summary(generations)
    named = any(names.values())
    heads = ["rate", "accuracy", "AUC", "positive", "loss (points)", "repetitions", "one class"]
    rows = [
        [
            *([names.get(tuple(row[CONDITION]), "")] if named else []),
            f"{row.rate:g}",
            _interval(row.accuracy, row.accuracy_low, row.accuracy_high, 4),
            _number(row.roc_auc, 4),
            _number(row.positive_share, 3),
            "0" if row.rate == 0 else _points(row.loss, row.loss_low, row.loss_high),
            str(row.repetitions),
            str(row.one_class),
        ]
        for _, row in table.iterrows()
    ]
    return Table("At the last generation", [*(["condition"] if named else []), *heads], rows)


def _metrics_table(generations: pd.DataFrame) -> Table:
    table = statistics.end_means(generations, list(DESCRIPTIONS))
    names = statistics.condition_names(generations)
    metrics = [name for name in DESCRIPTIONS if name in table]
    rows = [
        [names.get(tuple(row[CONDITION]), ""), f"{row.rate:g}", *_cells(row[metrics])]
        for _, row in table.iterrows()
    ]
    title = "All metrics at the last generation, means over repetitions"
    return _without_empty(Table(title, ["condition", "rate", *metrics], rows))


def _lineage_table(generations: pd.DataFrame) -> Table:
    table = statistics.at_generation(generations)
    names = statistics.condition_names(generations)
    shown = ["accuracy", "roc_auc", "positive_share", "synthetic_share", "label_error"]
    metrics = [name for name in shown if name in table]
    rows = [
        [
            names.get(tuple(row[CONDITION]), ""),
            f"{row.rate:g}",
            str(row.replicate),
            *_cells(row[metrics]),
        ]
        for _, row in table.iterrows()
    ]
    title = "Each lineage at its last generation"
    return _without_empty(Table(title, ["condition", "rate", "replicate", *metrics], rows))


def _without_empty(table: Table) -> Table:
    """Drop the first column where a lone condition has no name."""
    if any(row[0] for row in table.rows):
        return table
    return Table(table.title, table.heads[1:], [row[1:] for row in table.rows])


def _cells(values: Iterable[float]) -> list[str]:
    return [f"{value:,.0f}" if abs(value) >= 100 else _number(value, 4) for value in values]


def _number(value: float, digits: int) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def _interval(mean: float, low: float, high: float, digits: int) -> str:
    if np.isnan(low):
        return _number(mean, digits)
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _points(mean: float, low: float, high: float) -> str:
    """A loss of shares in percentage points."""
    return _interval(100 * mean, 100 * low, 100 * high, 2).replace("-0.00", "0.00")
