"""Figures made from a frame of generations. Knows matplotlib, and no files but those of `save`.

Rates keep one colour in all figures: black for rate 0, then viridis in order. No pyplot, so that
figures can be drawn in any thread and need no display.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from mc import reference, statistics
from mc.statistics import CONDITION, FAMILY, SIZES

Colours = Mapping[float, Any]

LABELS = {
    "accuracy": "held-out accuracy",
    "roc_auc": "area under the ROC curve",
    "positive_share": "share predicted positive",
    "train_size": "training set (reviews)",
    "generation": "generation",
}
LEAST_SPAN = {"accuracy": 0.02, "roc_auc": 0.01, "positive_share": 0.1}  # noise should look small
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osD^vPX"
GREY = "#555555"
MOST_RATES = 12  # that a legend shows
LOG_FROM = 20  # times between the smallest and the largest training set
BAND = "Bands: pointwise 95% t intervals of the mean over repetitions."
BAND_OF_MANY = BAND.replace("Bands:", "Bands (lowest and highest rate):")


def accuracy_curves(
    generations: pd.DataFrame, data: str = "", study: pd.DataFrame | None = None
) -> Figure:
    """Accuracy against training size, one line a rate, one panel a family of conditions.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    data : str
        Name of the corpus, for the footer.
    study : DataFrame, optional
        Published curves from `mc.reference.seed_curves`; they get a panel of their own, with this
        frame's means beside them, since they lie on another scale.
    """
    curves, x = statistics.curve(generations), _x(generations)
    colours, families = _colours(curves["rate"]), list(_families(curves))
    beside = study is not None and not study.empty and x == "train_size"
    n_panels = len(families) + beside
    columns = min(n_panels, 3)
    figure, panels = _figure(-(-n_panels // columns), columns, "Held-out accuracy by collapse rate")
    own = panels[: len(families)]
    for ax, (name, lines) in zip(own, families, strict=True):
        _draw(ax, lines, x, colours)
        _mark_one_class(ax, lines, generations, x)
        _zoom(ax, curves)
        ax.set_title(name, fontsize=10.5)
    if beside and study is not None:
        _draw_study(panels[len(families)], curves, study, colours)
        if len(families) == 1:
            own[0].set_title(f"{families[0][0]} (enlarged)", fontsize=10.5)
    for ax in panels[:n_panels]:
        _label(ax, x, "accuracy", curves)
    for ax in panels[n_panels:]:
        ax.remove()
    extra = _study_handles(study) if beside and study is not None else []
    _legend(figure, colours, generations, extra)
    source = f" Dashed: published means, {reference.SOURCE}." if beside else ""
    _footer(figure, generations, data, _band(colours), source)
    return figure


def three_metrics(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy, AUC and share predicted positive side by side, one row a family of conditions."""
    metrics, x = ("accuracy", "roc_auc", "positive_share"), _x(generations)
    curves = {metric: statistics.curve(generations, metric) for metric in metrics}
    colours = _colours(generations["rate"])
    n_rows = len(list(_families(generations)))
    title = "Are the decisions wrong, the ranking, or the class shares?"
    figure, panels = _figure(n_rows, 3, title)
    for column, (metric, table) in enumerate(curves.items()):
        for ax, (name, lines) in zip(panels[column::3], _families(table), strict=True):
            _draw(ax, lines, x, colours)
            _mark_one_class(ax, lines, generations, x)
            _zoom(ax, table)
            _label(ax, x, metric, table)
            if column == 1 and n_rows > 1:
                ax.set_title(name, fontsize=10.5)
    _legend(figure, colours, generations)
    lost = curves["roc_auc"]["n"].lt(curves["accuracy"]["n"]).any()
    survivors = " AUC: of repetitions that still predict both classes." if lost else ""
    _footer(figure, generations, data, _band(colours), survivors)
    return figure


def paired_loss(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy lost against rate 0 at the last generation, in percentage points.

    One series a condition; where there is one rate and several initial sizes, one a family of
    conditions against the initial size.
    """
    pairs = statistics.paired_differences(generations).query("rate > 0")
    losses = statistics.paired_loss(generations).query("rate > 0")
    figure, (ax,) = _figure(1, 1, "Accuracy lost against rate 0, at the last generation")
    ax.axhline(0, color="black", linewidth=1)
    ax.set_ylabel("loss (percentage points)")
    if losses.empty:
        text = "no paired loss: the generations lack rate 0, or rates above it"
        ax.text(0.5, 0.6, text, ha="center", transform=ax.transAxes)
        ax.set(yticks=[], xticks=[])
        _footer(figure, generations, data, "")
        return figure
    sizes = losses["rate"].nunique() == 1 and losses["initial_size"].nunique() > 1
    x = "initial_size" if sizes else "rate"
    _draw_losses(ax, losses, pairs, x, statistics.condition_names(generations))
    _label_losses(ax, losses, x)
    _footer(figure, generations, data, "Bars: 95% t intervals of the mean; dots: repetitions.")
    return figure


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG (150 dpi) and SVG; the same figure gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    figure.savefig(png, dpi=150, metadata={"Software": None})
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]


def _figure(n_rows: int, n_columns: int, title: str) -> tuple[Figure, list[Axes]]:
    """Figure with a title on top and its panels, row by row, on common axes of x."""
    size = (max(7.5, 1.7 + 3.6 * n_columns), 1.3 + 3.2 * n_rows)
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel().tolist()
    for ax in panels:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#dddddd", linewidth=0.6)
        ax.set_axisbelow(True)
    return figure, panels


def _x(generations: pd.DataFrame) -> str:
    """What goes along: training size, or the generation where some regime keeps the size."""
    return "train_size" if statistics.growing(generations) else "generation"


def _colours(rates: Iterable[float]) -> Colours:
    """One colour a rate: black without contamination, else viridis short of its pale end."""
    above = sorted({rate for rate in rates if rate > 0})
    places = [0.4] if len(above) == 1 else np.linspace(0.05, 0.88, len(above))
    shades = [tuple(shade) for shade in mpl.colormaps["viridis"](places).tolist()]
    human = {0.0: "black"} if 0 in set(rates) else {}
    return human | dict(zip(above, shades, strict=True))


def _families(table: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    for keys, rows in table.groupby(FAMILY, dropna=False):
        yield ", ".join(map(str, keys)), rows


def _draw(ax: Axes, curves: pd.DataFrame, x: str, colours: Colours, *, band: bool = True) -> None:
    """Lines of means with their bands; single generations are joined across initial sizes."""
    few, ends = len(colours) <= MOST_RATES, (min(colours), max(colours))
    shade = 0.16 if len(colours) <= 4 or not few else 0.08
    by = [*FAMILY, *SIZES, "rate"] if curves["generation"].max() > 0 else [*FAMILY, "rate"]
    for keys, line in curves.groupby(by, dropna=False):
        colour = colours[keys[-1]]
        thick = 1.6 if few else 1.0
        dots = "o" if len(line) <= MOST_RATES else None
        over = 2.5 if keys[-1] == 0 else 2.0  # rate 0 is what the others are held against
        at = line[x].to_numpy()
        ax.plot(
            at, line["mean"], color=colour, linewidth=thick, marker=dots, markersize=3, zorder=over
        )
        if band and (few or keys[-1] in ends):  # more bands than that hide each other
            ax.fill_between(at, line["low"], line["high"], color=colour, alpha=shade, linewidth=0)


def _band(colours: Colours) -> str:
    return BAND if len(colours) <= MOST_RATES else BAND_OF_MANY


def _mark_one_class(ax: Axes, curves: pd.DataFrame, generations: pd.DataFrame, x: str) -> None:
    """Put a cross where a repetition first predicts one class only."""
    by = [*CONDITION, "rate"]
    first = statistics.one_class(generations).groupby(by, dropna=False)["generation"].min()
    marked = curves.merge(first.reset_index(), on=[*by, "generation"])
    ax.plot(marked[x], marked["mean"], "X", color="#D00000", markeredgecolor="white", zorder=4)


def _zoom(ax: Axes, table: pd.DataFrame) -> None:
    """Fit the y axis to means and bands within [0, 1], but never so close that noise looks big."""
    values = table[["mean", "low", "high"]].to_numpy()
    values = values[np.isfinite(values)]
    if not len(values):
        return
    low, high = max(values.min(), 0.0), min(values.max(), 1.0)
    least = LEAST_SPAN[table["metric"].iloc[0]]
    middle, half = (low + high) / 2, max(high - low, least) / 2
    ax.set_ylim(max(middle - 1.06 * half, -0.02), min(middle + 1.06 * half, 1.02))


def _draw_study(ax: Axes, curves: pd.DataFrame, study: pd.DataFrame, colours: Colours) -> None:
    """The published curves and our means on one scale."""
    _draw(ax, curves, "train_size", colours, band=False)
    lone = study.groupby(["rate", "initial_size"]).size().max() == 1  # joined across sizes
    for keys, line in study.groupby(["rate"] if lone else ["rate", "initial_size"]):
        ax.plot(line["size"], line["accuracy_mean"], "--", color=colours[keys[0]], linewidth=1.2)
    both = np.concatenate([curves["mean"], study["accuracy_mean"]])
    low, high = np.nanmin(both), np.nanmax(both)
    ax.set_ylim(min(low, 0.5) - 0.05, min(high + 0.04, 1.02))
    ax.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.annotate(
        "guessing, for balanced classes",
        (0.02, 0.5),
        xycoords=("axes fraction", "data"),
        xytext=(0, -11),
        textcoords="offset points",
        fontsize=8,
        color=GREY,
    )
    ax.set_title("beside the original study", fontsize=10.5)


def _study_handles(study: pd.DataFrame) -> list[Line2D]:
    words = f"original study\n({reference.CLASSIFIER},\n{_count(study['repetitions'])})"
    return [Line2D([], [], color=GREY, linestyle="--", label=words)]


def _label(ax: Axes, x: str, metric: str, table: pd.DataFrame) -> None:
    ax.set_xlabel(LABELS[x])
    ax.set_ylabel(LABELS[metric])
    if x == "train_size":
        _size_axis(ax, table[x])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _size_axis(ax: Axes, sizes: Iterable[float]) -> None:
    """Thousands with commas; logarithmic when sizes differ much."""
    smallest, largest = min(sizes), max(sizes)
    if largest >= LOG_FROM * smallest > 0:
        ax.set_xscale("log")
        decades = np.log10(largest / smallest)
        ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0) if decades < 2 else (1.0,)))
        ax.xaxis.set_minor_formatter(NullFormatter())
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _legend(
    figure: Figure, colours: Colours, generations: pd.DataFrame, extra: Sequence[Line2D] = ()
) -> None:
    """Rates from top to bottom; of many the lowest, and every k-th counted from the highest."""
    rates = sorted(colours)
    step = -(-len(rates) // MOST_RATES)
    shown = sorted({rates[0], *rates[::-1][::step]})
    handles = [Line2D([], [], color=colours[r], linewidth=2.5, label=f"{r:g}") for r in shown]
    if not statistics.one_class(generations).empty:
        words = "a repetition\npredicts one class"
        handles.append(Line2D([], [], color="#D00000", marker="X", linestyle="none", label=words))
    title = "collapse rate" if step == 1 else f"collapse rate\n(1 in {step} shown)"
    figure.legend(
        handles=[*handles, *extra],
        title=title,
        loc="outside right upper",
        frameon=False,
        fontsize=9,
        alignment="left",
    )


def _footer(
    figure: Figure, generations: pd.DataFrame, data: str, meaning: str, source: str = ""
) -> None:
    """Say below the panels what the figure was made of and what its bands or bars mean."""
    made_of = [f"Data: {data}"] if data else []
    made_of += [f"{name}: {', '.join(sorted(generations[name].unique()))}" for name in FAMILY]
    repetitions = statistics.at_generation(generations).groupby([*CONDITION, "rate"], dropna=False)
    counts = repetitions.size()
    if counts.max() == 1:
        meaning = "1 repetition: no interval."
    elif meaning:
        made_of.append(_count(counts))
    text = "; ".join(made_of) + f". {meaning}{source}"
    wrapped = textwrap.fill(text, width=int(13.5 * figure.get_figwidth()))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8.5, color=GREY)


def _count(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    many = f"{low}" if low == high else f"{low} to {high}"
    return f"{many} repetition{'s' if high > 1 else ''}"


def _draw_losses(
    ax: Axes,
    losses: pd.DataFrame,
    pairs: pd.DataFrame,
    x: str,
    names: Mapping[tuple[Any, ...], str],
) -> None:
    """Means with bars and the repetitions behind them, series by series, side by side."""
    by = CONDITION if x == "rate" else FAMILY
    groups = list(losses.groupby(by, dropna=False))
    reach = losses["rate"].max() / 150 if x == "rate" else 0.0  # keeps bars from hiding each other
    for number, (keys, series) in enumerate(groups):
        colour, marker = OKABE_ITO[number % 7], MARKERS[number % 7]
        shift = reach * (number - (len(groups) - 1) / 2)
        ax.errorbar(
            series[x] + shift,
            100 * series["mean"],
            100 * (series["high"] - series["mean"]),
            color=colour,
            marker=marker,
            markersize=5,
            linewidth=1,
            elinewidth=1.6,
            capsize=3,
            label=names.get(keys) or ", ".join(map(str, keys[:3])),
        )
        dots = pairs.merge(series[[*CONDITION, "rate"]], on=[*CONDITION, "rate"])
        beside = dots[x] + shift + 1.5 * reach
        ax.plot(beside, 100 * dots["loss"], ".", color=colour, alpha=0.4, markersize=4)
    if len(groups) > 1:
        ax.legend(frameon=False, fontsize=9)


def _label_losses(ax: Axes, losses: pd.DataFrame, x: str) -> None:
    if x == "initial_size":
        ax.set_xlabel(f"human reviews at the start (collapse rate {losses['rate'].iloc[0]:g})")
        _size_axis(ax, losses[x])
        return
    ax.set_xlabel("collapse rate (share of each increment labelled by the model)")
    margin = 0.04 * losses["rate"].max()
    ax.set_xlim(-margin, losses["rate"].max() + margin)
