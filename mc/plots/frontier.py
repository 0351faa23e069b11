"""The figures of tolerable rates: losses about the frontier, rates by size, the controls."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mc.plots.canvas import GREY, MARKERS, OKABE_ITO, count, new_figure, size_axis

COLUMNS = 3  # panels beside each other
CEILING = 3.0  # margins that a panel about the frontier shows
BLUE = OKABE_ITO[0]
STRATEGIES = {  # colour, marker and words
    "none": (OKABE_ITO[0], "o", "machine labels"),
    "flips": (OKABE_ITO[4], "D", "as many errors, at random"),
    "absent": (OKABE_ITO[2], "s", "human rows only"),
}


def frontier_losses(frontiers: pd.DataFrame, losses: pd.DataFrame, data: str = "") -> Figure:
    """Paired loss against rate about each frontier: dots as large as their repetitions.

    Parameters
    ----------
    frontiers : DataFrame
        A row a place, see `mc.chapters.tolerance`.
    losses : DataFrame
        Of `mc.statistics.searched_losses`.
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
    figure.legend(handles=handles, loc="outside right upper", frameon=False, fontsize=9)
    text = (
        "Dots: mean paired losses, the larger the more repetitions (their numbers beside them); bars: "
        "95% t intervals of a rate by itself. Shaded: interval of the tolerable rate, at "
        f"{100 * frontiers['confidence'].iloc[0]:g}% confidence at all looks."
    )
    _note(figure, losses["n"], data, text)
    return figure


def _draw_frontier(ax: Axes, row: pd.Series, rows: pd.DataFrame) -> None:
    margin, top = 100 * row["margin"], 100 * CEILING * row["margin"]
    ax.axvspan(row["low"], row["high"], color=OKABE_ITO[1], alpha=0.18, linewidth=0)
    ax.axvline(row["rate"], color=OKABE_ITO[1], linewidth=1.6)
    ax.axhline(margin, color=GREY, linewidth=1, linestyle="--")
    rates, means = rows["rate"].to_numpy(), 100 * rows["mean"].to_numpy()
    ax.plot(np.r_[0, rates], 100 * np.r_[0, rows["monotone"]], color=BLUE, linewidth=1.2)
    for rate, mean, low, high, n in zip(
        rates, means, 100 * rows["low"], 100 * rows["high"], rows["n"], strict=True
    ):
        size = 3 + 1.1 * np.sqrt(n)
        ax.errorbar(
            rate, mean, [[mean - low], [high - mean]], color=BLUE, marker="o", markersize=size,
            markeredgecolor="white", linewidth=0.8, alpha=0.85,
        )  # fmt: skip
        if mean <= top:
            ax.annotate(
                f"{n}", (rate, mean), (5, -9), textcoords="offset points", fontsize=7, color=GREY
            )
    floor = min(-0.15 * top, 1.1 * means.min())
    reach = rates[means <= top].max() if (means <= top).any() else rates[0]
    after = rates[rates > max(reach, row["high"] if row["harm_is_shown"] else reach)]
    ax.set_ylim(floor, top)
    ax.set_xlim(0, min(1.03, 1.15 * max(reach, row["high"] if row["harm_is_shown"] else 0)))
    if len(after):
        ax.annotate(
            "beyond: " + ", ".join(
                f"{mean:.1f} at {rate:g}" for rate, mean in zip(rates, means, strict=True) if mean > top
            ),
            (0.02, 0.97), xycoords="axes fraction", va="top", fontsize=7.5, color=GREY,
        )  # fmt: skip
    ax.set_title(row["place"], fontsize=10.5)
    ax.set_xlabel("collapse rate")
    ax.set_ylabel("loss of accuracy (points)")


def rates_by_size(frontiers: pd.DataFrame, data: str = "") -> Figure:
    """Tolerable rate against the size, a line a backend."""
    figure, (ax,) = new_figure(1, 1, "How much may be mixed in, by size")
    backends = list(frontiers["backend"].unique())
    for number, backend in enumerate(backends):
        rows = frontiers[frontiers["backend"] == backend].sort_values("size")
        aside = 1.03 ** (number - (len(backends) - 1) / 2)
        mean, low, high = (rows[name].to_numpy() for name in ("rate", "low", "high"))
        look = {"color": OKABE_ITO[number % 7], "marker": MARKERS[number % 7]}
        bars = [mean - low, high - mean]
        ax.errorbar(aside * rows["size"], mean, bars, capsize=4, label=backend, **look)
    size_axis(ax, frontiers["size"])
    ax.margins(x=0.12)
    ax.set_ylim(-0.02, 1.04)
    ax.set_xlabel("reviews of the last generation")
    ax.set_ylabel("tolerable collapse rate")
    figure.legend(
        title="backend", loc="outside right upper", frameon=False, fontsize=9, alignment="left"
    )
    text = (
        f"Margin: {100 * frontiers['margin'].iloc[0]:g} points. Bars: intervals that hold at all looks "
        f"with {100 * frontiers['confidence'].iloc[0]:g}% confidence. A bar that reaches 1: no rate "
        "was shown to exceed the margin."
    )
    _note(figure, frontiers["repetitions"], data, text)
    return figure


def control_losses(losses: pd.DataFrame, contrasts: pd.DataFrame, data: str = "") -> Figure:
    """Losses of machine labels and of the controls, and what the former lose beyond each.

    Parameters
    ----------
    losses, contrasts : DataFrame
        Of `mc.statistics.control_losses` and `control_contrasts`.
    """
    places = list(losses["place"].unique())
    title = "Is synthetic worse than absent, and structured error than random?"
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
    figure.legend(handles=handles, loc="outside right upper", frameon=False, fontsize=9)
    text = (
        "Above: losses against rate 0. Below: differences within repetitions; above 0, machine labels "
        "are worse than the control. Bars: 95% t intervals of a rate by itself."
    )
    _note(figure, losses["n"], data, text)
    return figure


def _draw_strategies(ax: Axes, rows: pd.DataFrame) -> None:
    present = [name for name in STRATEGIES if name in set(rows["strategy"])]
    for number, strategy in enumerate(present):
        colour, marker, _ = STRATEGIES[strategy]
        line = rows[rows["strategy"] == strategy].sort_values("rate")
        mean, low, high = (100 * line[name].to_numpy() for name in ("mean", "low", "high"))
        at = line["rate"] + 0.008 * (number - (len(present) - 1) / 2)
        bars = [mean - low, high - mean]
        ax.errorbar(at, mean, bars, color=colour, marker=marker, markersize=5, capsize=3)
    ax.set_xlim(0, 1.04)


def _panels(n: int, title: str) -> tuple[Figure, list[Axes]]:
    """Panels in rows of three at most; those that nobody needs are taken away."""
    columns = min(n, COLUMNS)
    figure, panels = new_figure(-(-n // columns), columns, title)
    for ax in panels[n:]:
        ax.remove()
    return figure, panels[:n]


def _note(figure: Figure, counts: "pd.Series[int]", data: str, text: str) -> None:
    """Say below the panels what the figure was made of."""
    made_of = f"Data: {data}; {count(counts)}." if data else f"{count(counts)}."
    wrapped = textwrap.fill(f"{made_of} {text}", width=int(13.5 * figure.get_figwidth()))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8.5, color=GREY)
