"""The figures of tolerable rates: losses about the frontier, rates by size, the controls."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from mc.report.canvas import (
    GREY,
    MARKERS,
    OKABE_ITO,
    draw_bars,
    legend,
    new_figure,
    size_axis,
    source_note,
)

COLUMNS = 3  # panels in a row
BARS = "Bars: 95% intervals, one rate at a time"
NEAR = 0.05  # of a panel's width; of dots nearer than this only the largest has a number
CEILING = 3.0  # margins that a panel about the frontier shows
BLUE = OKABE_ITO[0]
STRATEGIES = {  # colour, marker and words
    "none": (OKABE_ITO[0], "o", "machine labels"),
    "noise_control": (OKABE_ITO[4], "D", "as many errors, at random"),
    "drop_synthetic": (OKABE_ITO[2], "s", "human rows only"),
}


def frontier_losses(frontiers: pd.DataFrame, losses: pd.DataFrame, data: str = "") -> Figure:
    """Paired loss against rate near each frontier; dots are larger for more repetitions.

    Parameters
    ----------
    frontiers : DataFrame
        A row a place, see `experiments.tolerance.page`.
    losses : DataFrame
        Of `experiments.tolerance.controls.searched_losses`.
    data : str
        Of the corpus, for the footer.
    """
    title = "Where the loss reaches the margin"
    figure, panels = _panels(len(frontiers), title)
    for ax, (_, row) in zip(panels, frontiers.iterrows(), strict=True):
        _draw_frontier(ax, row, losses[losses["place"] == row["place"]].sort_values("rate"))
    handles = [
        Line2D([], [], color=BLUE, marker="o", linestyle="none", label="a rate's mean\nloss"),
        Line2D([], [], color=BLUE, label="monotone fit"),
        Line2D([], [], color=GREY, linestyle="--", label="margin"),
        Line2D([], [], color=OKABE_ITO[1], label="tolerable rate"),
        Patch(color=OKABE_ITO[1], alpha=0.18, label="its interval"),
    ]
    legend(figure, handles)
    text = (
        "Dots: mean paired losses, larger for more repetitions (see the numbers). Shaded: "
        f"{100 * frontiers['confidence'].iloc[0]:g}% interval at all looks"
    )
    source_note(figure, losses["n"], data, text, BARS)
    return figure


def _draw_frontier(ax: Axes, row: pd.Series, rows: pd.DataFrame) -> None:
    """One search: the margin, its interval, and the rates that it saw."""
    top, rates = 100 * CEILING * row["margin"], rows["rate"].to_numpy()
    mean, low, high = (100 * rows[name].to_numpy() for name in ("mean", "low", "high"))
    ax.axvspan(row["low"], row["high"], color=OKABE_ITO[1], alpha=0.18, linewidth=0)
    ax.axvline(row["rate"], color=OKABE_ITO[1], linewidth=1.6)
    ax.axhline(100 * row["margin"], color=GREY, linewidth=1, linestyle="--")
    ax.plot(np.r_[0, rates], 100 * np.r_[0, rows["monotone"]], color=BLUE, linewidth=1.2)
    draw_bars(ax, rates, mean, low, high, fmt="none", color=BLUE, linewidth=0.9, capsize=0)
    area = 12 + 5 * rows["n"].to_numpy()
    ax.scatter(rates, mean, area, color=BLUE, edgecolors="white", linewidths=0.8, zorder=3)
    counts, reach = rows["n"].to_numpy(), _reach(row, rates[mean <= top])
    for rate, at, n in zip(rates, mean, counts, strict=True):
        rivals = counts[np.abs(rates - rate) < NEAR * reach]
        if at <= top and n == rivals.max() and (n > rivals.min() or len(rivals) == 1):
            ax.annotate(
                f"{n}", (rate, at), (6, -10), textcoords="offset points", fontsize=7.5, color=GREY
            )
    ax.set_ylim(min(-0.15 * top, 1.1 * mean.min()), top)
    ax.set_xlim(0, reach)
    _say_beyond(ax, rates[mean > top], mean[mean > top])
    ax.set_title(row["place"], fontsize=10.5)
    ax.set_xlabel("collapse rate")
    ax.set_ylabel("loss of accuracy (points)")


def _reach(row: pd.Series, shown: NDArray[np.float64]) -> float:
    """Largest rate of a panel: the interval and all dots that are not too high for it."""
    wanted = [row["rate"], *shown, *([row["high"]] if row["harm_is_shown"] else [])]
    return float(min(1.04, 1.25 * max(wanted)))


def _say_beyond(ax: Axes, rates: NDArray[np.float64], losses: NDArray[np.float64]) -> None:
    """Name the losses that are too large for a panel."""
    if len(rates):
        high = [f"{loss:.1f} at {rate:g}" for rate, loss in zip(rates, losses, strict=True)]
        text = "above: " + textwrap.fill(", ".join(high), 40)
        box = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.5}
        at = ax.text(0.02, 0.97, text, transform=ax.transAxes, fontsize=7.5, color=GREY, va="top")
        at.set_bbox(box)


def rates_by_size(frontiers: pd.DataFrame, data: str = "") -> Figure:
    """Tolerable rate against the size, a line a backend."""
    figure, (ax,) = new_figure(1, 1, "How much may be mixed in, by size")
    backends = list(frontiers["backend"].unique())
    for number, backend in enumerate(backends):
        rows = frontiers[frontiers["backend"] == backend].sort_values("size")
        aside = 1.03 ** (number - (len(backends) - 1) / 2)
        mean, low, high = (rows[name].to_numpy() for name in ("rate", "low", "high"))
        colour, marker = OKABE_ITO[number % 7], MARKERS[number % 7]
        look = {"label": backend, "color": colour, "marker": marker}
        draw_bars(ax, aside * rows["size"], mean, low, high, **look)
    size_axis(ax, frontiers["size"])
    ax.margins(x=0.12)
    ax.set_ylim(-0.02, 1.04)
    ax.set_xlabel("reviews of the last generation")
    ax.set_ylabel("tolerable collapse rate")
    figure.legend(
        title="backend", loc="outside right upper", frameon=False, fontsize=9, alignment="left"
    )
    text = (
        f"Margin: {100 * frontiers['margin'].iloc[0]:g} points. Bars: "
        f"{100 * frontiers['confidence'].iloc[0]:g}% intervals at all looks; one that reaches 1 "
        "means that no rate was shown to exceed the margin"
    )
    source_note(figure, frontiers["repetitions"], data, text)
    return figure


def control_losses(losses: pd.DataFrame, contrasts: pd.DataFrame, data: str = "") -> Figure:
    """Losses of machine labels and of the controls, and what the former lose beyond each.

    Parameters
    ----------
    losses, contrasts : DataFrame
        Of `experiments.tolerance.controls.control_losses` and `control_contrasts`.
    """
    places = list(losses["place"].unique())
    title = "Machine labels and their controls"
    columns = min(len(places), COLUMNS)
    figure, panels = new_figure(2 * -(-len(places) // columns), columns, title)
    for number, place in enumerate(places):
        block, column = divmod(number, columns)
        upper = panels[2 * block * columns + column]
        lower = panels[(2 * block + 1) * columns + column]
        for ax, table in ((upper, losses), (lower, contrasts)):
            _draw_strategies(ax, table[table["place"] == place])
            ax.set_xlabel("collapse rate")
        upper.set_title(place, fontsize=10.5)
        lower.axhline(0, color="black", linewidth=1)
        if column == 0:
            upper.set_ylabel("loss of accuracy (points)")
            lower.set_ylabel("machine labels lose\nbeyond the control (points)")
    for ax in panels:
        if not ax.has_data():
            ax.remove()
    handles = [
        Line2D([], [], color=colour, marker=marker, label=textwrap.fill(words, 16))
        for colour, marker, words in STRATEGIES.values()
    ]
    legend(figure, handles)
    text = "Above: losses against rate 0. Below: differences within repetitions"
    source_note(figure, losses["n"], data, text, BARS)
    return figure


def _draw_strategies(ax: Axes, rows: pd.DataFrame) -> None:
    present = [name for name in STRATEGIES if name in set(rows["strategy"])]
    for number, strategy in enumerate(present):
        colour, marker, _ = STRATEGIES[strategy]
        line = rows[rows["strategy"] == strategy].sort_values("rate")
        mean, low, high = (100 * line[name].to_numpy() for name in ("mean", "low", "high"))
        at = line["rate"] + 0.008 * (number - (len(present) - 1) / 2)
        draw_bars(ax, at, mean, low, high, color=colour, marker=marker, markersize=5)
    ax.set_xlim(0, 1.04)


def _panels(n: int, title: str) -> tuple[Figure, list[Axes]]:
    """Panels in rows of at most `COLUMNS`."""
    columns = min(n, COLUMNS)
    figure, panels = new_figure(-(-n // columns), columns, title)
    for ax in panels[n:]:
        ax.remove()
    return figure, panels[:n]
