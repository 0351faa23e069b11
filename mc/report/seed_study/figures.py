"""All claims at a glance, and what total collapse looks like by growth."""

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mc.report.canvas import (
    GREY,
    MARKERS,
    OKABE_ITO,
    count,
    draw_bars,
    draw_level,
    footnote,
    legend,
    log_ticks,
    new_figure,
    size_axis,
)
from mc.report.seed_study import published
from mc.report.seed_study.claims import ORIGINAL
from mc.report.seed_study.rules import NEAR_CHANCE, times
from mc.types import Look

VERDICTS = {  # colour and marker; the markers alone suffice
    "supported": ("#009E73", "o"),
    "contradicted": ("#D55E00", "X"),
    "undecided": ("#777777", "D"),
}
WIDTH = 9.5  # inches
LABELS = {"points": "percentage points of accuracy", "accuracy": "held-out accuracy"}
LINES = {"points": "line: 0; dashed: margin", "accuracy": "line: guessing; dashed: near chance"}
LINE: Look = {"linewidth": 1.3, "markersize": 4.5, "capsize": 2.5}
OWN: Look = {"color": GREY, "linestyle": "--", "marker": "s", "fillstyle": "none"}


def claim_board(claims: pd.DataFrame, margin: float) -> Figure:
    """One panel a claim, since their scales differ; one row in it a family of conditions.

    Parameters
    ----------
    claims : DataFrame
        Columns as the fields of `claims.Claim`, of our lineages and the original's own figures;
        those that are not tested are left out, and there must be others.
    margin : float
        Largest loss of accuracy that does not matter, as a share.
    """
    tested = claims[claims["verdict"].isin(VERDICTS)]
    names = [name for name in dict.fromkeys(claims["name"]) if name in set(tested["name"])]
    groups = [(name, tested[tested["name"] == name]) for name in names]
    figure, panels = new_figure(len(groups), 1, "The claims of the original study")
    heights = [1.6 + len(rows) for _, rows in groups]
    if (grid := panels[0].get_gridspec()) is not None:
        grid.set_height_ratios(heights)
    figure.set_size_inches(WIDTH, 1.1 + 0.42 * sum(heights))
    for ax, (name, rows) in zip(panels, groups, strict=True):
        ax.set_title(name, fontsize=10.5, loc="left")
        _draw(ax, rows, margin)
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=7, label=verdict)
        for verdict, (colour, marker) in VERDICTS.items()
    ]
    legend(figure, handles)
    corpora = "; ".join(dict.fromkeys(tested["data"]))
    text = "Bars: 95% intervals; open markers: the original's own figures by the same rule."
    footnote(figure, corpora, count(tested["repetitions"]), text=text)
    return figure


def growth_figure(growth: pd.DataFrame, asked: float, data: str = "") -> Figure:
    """Accuracy at rate 1 by growth, a line a start, and the fall from each at the least growth.

    Parameters
    ----------
    growth : DataFrame
        Of `claims.growth_table`.
    asked : float
        Growth from which on the original's own figures are near chance.
    data : str
        Name of the corpus, for the footer.
    """
    figure, (left, right) = new_figure(1, 2, "Total collapse by growth")
    ours = [who for who in dict.fromkeys(growth["who"]) if who != ORIGINAL]
    looks = {ORIGINAL: OWN} | {
        who: {"color": colour, "marker": marker}
        for who, colour, marker in zip(ours, cycle(OKABE_ITO), cycle(MARKERS), strict=False)
    }
    handles = []
    for who, look in looks.items():
        rows = growth[growth["who"] == who]
        for _, line in rows.groupby("start"):
            _draw_start(left, line, look)
        least = rows[rows["growth"] == rows.loc[rows["growth"] > 1, "growth"].min()]
        fall, low, high = (100 * least[name] for name in ("fall", "fall_low", "fall_high"))
        draw_bars(right, least["start"], fall, low, high, **LINE, **look)
        handles.append(Line2D([], [], label=_label(who, least), **look))
    draw_level(left, 0.5, "guessing", ":", end="left")
    draw_level(left, NEAR_CHANCE, "near chance", end="left")
    left.axvline(asked, color=GREY, linewidth=1, linestyle="--", zorder=1)
    left.set_xscale("log")
    log_ticks(left.xaxis, growth["growth"])
    left.set(xlabel="growth: size over size at the start", ylabel="held-out accuracy")
    right.set(xlabel="human reviews at the start", ylabel="fall (percentage points)")
    size_axis(right, growth["start"])
    legend(figure, handles)
    text = (
        "Left: a line a start, its end marked. Right: accuracy of human labels less that at rate "
        f"1, at the same size. Bars: 95% intervals; vertical line: {times(asked)} growth. "
        f"Original: {published.CLASSIFIER}, {published.SOURCE}, other reviews."
    )
    footnote(figure, data, count(growth["repetitions"]), text=text)
    return figure


def _draw_start(ax: Axes, line: pd.DataFrame, look: Look) -> None:
    """The accuracy from one start, with an interval at its end."""
    plain = {name: look[name] for name in ("color", "linestyle") if name in look}
    ax.plot(line["growth"], line["accuracy"], **plain, linewidth=0.9, alpha=0.6)
    end = line.sort_values("growth").iloc[-1:]
    mean, low, high = (end[name] for name in ("accuracy", "accuracy_low", "accuracy_high"))
    draw_bars(ax, end["growth"], mean, low, high, **LINE, **look)


def _draw(ax: Axes, rows: pd.DataFrame, margin: float) -> None:
    """Numbers of one claim with their intervals, from top to bottom."""
    for place, row in enumerate(rows.itertuples(index=False)):
        colour, marker = VERDICTS[row.verdict]
        fill = "none" if row.data == ORIGINAL else "full"
        ax.plot([row.low, row.high], [place, place], color=colour, linewidth=1.8)
        ax.plot(row.number, place, marker, color=colour, markersize=7, fillstyle=fill)
    unit = rows["unit"].iloc[0]
    levels = {"points": (0.0, 100 * margin), "accuracy": (0.5, NEAR_CHANCE)}[unit]
    for value, style in zip(levels, ("-", "--"), strict=False):
        ax.axvline(value, color=GREY, linewidth=1.2, linestyle=style, zorder=1)
    labels = rows["family"].where(rows["data"] != ORIGINAL, f"{ORIGINAL}, {published.CLASSIFIER}")
    ax.set_yticks(range(len(rows)), [words.replace(", ", "\n", 1) for words in labels])
    ax.tick_params(axis="y", labelsize=8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(f"{LABELS[unit]} ({LINES[unit]})", fontsize=9)
    ax.margins(x=0.1)


def _label(who: str, least: pd.DataFrame) -> str:
    name = "the original's\nown figures" if who == ORIGINAL else who.replace(", ", "\n", 1)
    return name if least.empty else f"{name}\n(right: {times(least['growth'].iloc[0])})"
