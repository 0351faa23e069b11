"""Accuracy over growth from several starts, each start with a colour and its name at the end."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from mc.report.canvas import Colours, families, footer, label_axes, label_ends, new_grid, shades

MEANING = "Thick: means; thin: repetitions. Black: human labels all the way."


def accuracy_by_start(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy against training size: a colour a start, a panel a family of conditions.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`; of one rate above 0, and of rate 0.
    data : str
        Name of the corpus, for the footer.
    """
    panes = list(families(generations))
    figure, panels = new_grid(len(panes), 2, "Held-out accuracy by human reviews at the start")
    colours = shades(generations["initial_size"])
    for ax, (name, rows) in zip(panels, panes, strict=True):
        _draw(ax, rows, colours)
        label_axes(ax, "train_size", "accuracy", generations)
        ax.set_ylim(max(0.0, generations["accuracy"].min() - 0.02), None)
        _label(ax, rows, colours)
        ax.set_title(name, fontsize=10.5)
    footer(figure, generations, data, MEANING)
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, colours: Colours) -> None:
    """Human labels from the smallest start behind, then each start under the machine's labels."""
    human = rows[(rows["rate"] == 0) & (rows["initial_size"] == rows["initial_size"].min())]
    _lines(ax, human, "black")
    for start, line in rows[rows["rate"] > 0].groupby("initial_size"):
        _lines(ax, line, colours[start])


def _lines(ax: Axes, rows: pd.DataFrame, colour: ColorType) -> None:
    for _, line in rows.groupby(["rate", "replicate"]):
        ax.plot(line["train_size"], line["accuracy"], color=colour, linewidth=0.6, alpha=0.35)
    means = rows.groupby("train_size")["accuracy"].mean()
    ax.plot(means.index, means, "o-", color=colour, linewidth=1.8, markersize=3)


def _label(ax: Axes, rows: pd.DataFrame, colours: Colours) -> None:
    """The start of each line at its end."""
    last = rows[rows["generation"] == rows.groupby(["initial_size"])["generation"].transform("max")]
    ends = last[last["rate"] > 0].groupby("initial_size")["accuracy"].mean()
    names = {f"from {start:,.0f}": (end, colours[start]) for start, end in ends.items()}
    label_ends(ax, float(rows["train_size"].max()), names)
