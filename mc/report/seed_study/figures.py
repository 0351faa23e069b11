"""All claims at a glance: each number with its interval and the verdict on it."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mc.report.canvas import GREY, count, footnote, legend, new_figure

VERDICTS = {  # colour and marker; the markers alone suffice
    "supported": ("#009E73", "o"),
    "contradicted": ("#D55E00", "X"),
    "undecided": ("#777777", "D"),
}
WIDTH = 9.5  # inches
LABELS = {"points": "percentage points of accuracy", "accuracy": "held-out accuracy"}
LINES = {"points": "line: 0; dashed: margin", "accuracy": "line: guessing"}


def claim_board(claims: pd.DataFrame, margin: float) -> Figure:
    """One panel a claim, since their scales differ; one row in it a family of conditions.

    Parameters
    ----------
    claims : DataFrame
        Columns as the fields of `claims.Claim`; those that are not tested are left out, and
        there must be others.
    margin : float
        Largest loss of accuracy that does not matter, as a share.
    """
    tested = claims[claims["verdict"].isin(VERDICTS)]
    groups = list(tested.groupby("name", sort=False))
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
    footnote(figure, corpora, count(tested["repetitions"]), text="Bars: 95% t intervals.")
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, margin: float) -> None:
    """Numbers of one claim with their intervals, from top to bottom."""
    for place, row in enumerate(rows.itertuples(index=False)):
        colour, marker = VERDICTS[row.verdict]
        ax.plot([row.low, row.high], [place, place], color=colour, linewidth=1.8)
        ax.plot(row.number, place, marker, color=colour, markersize=7)
    unit = rows["unit"].iloc[0]
    ends = {"points": (0.0, 100 * margin), "accuracy": (0.5,)}[unit]
    for value, style in zip(ends, ("-", "--"), strict=False):
        ax.axvline(value, color=GREY, linewidth=1.2, linestyle=style, zorder=1)
    ax.set_yticks(range(len(rows)), [words.replace(", ", "\n", 1) for words in rows["family"]])
    ax.tick_params(axis="y", labelsize=8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(f"{LABELS[unit]} ({LINES[unit]})", fontsize=9)
    ax.margins(x=0.1)
