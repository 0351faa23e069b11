"""Accuracy lost against rate 0 along the growth: a panel a growth, each rate named at its end."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc import statistics
from mc.report.canvas import (
    FEWEST,
    Colours,
    draw_level,
    footer,
    label_ends,
    name_series,
    new_grid,
    rate_colours,
    size_axis,
    spread_choice,
)
from mc.statistics import CONDITION

MAX_NAMED = 5  # rates with a name at the end of their line; more would overlap
BANDS = "Lines: mean paired losses; bands, for two rates only: 95% intervals at each size."


def is_course(generations: pd.DataFrame) -> bool:
    """Whether lineages grow through three sizes at least, so that there is a course to draw."""
    return statistics.growing(generations) and generations["generation"].max() > 1


def losses_by_size(generations: pd.DataFrame) -> pd.DataFrame:
    """Mean paired loss at each generation, with its interval.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, train_size, mean, low, high (percentage points) and n; rates
        above 0 that have a rate 0 to be paired with.
    """
    parts = []
    for generation in sorted(generations["generation"].unique()):
        table = statistics.paired_loss(generations, "accuracy", int(generation))
        at = generations[generations["generation"] == generation]
        sizes = at.groupby(CONDITION, dropna=False)["train_size"].max().reset_index()
        parts.append(table[table["rate"] > 0].merge(sizes, on=CONDITION))
    losses = pd.concat(parts, ignore_index=True)
    return losses.assign(**(100 * losses[["mean", "low", "high"]]))


def loss_by_size(
    generations: pd.DataFrame,
    losses: pd.DataFrame,
    margin: float,
    data: str = "",
) -> Figure:
    """Accuracy lost against training size, on one scale for all growths.

    Parameters
    ----------
    losses : DataFrame
        Of `losses_by_size`, made from the generations; with rows.
    margin : float
        Largest loss that does not matter, as a share.
    data : str
        Name of the corpus, for the footer.
    """
    panes = list(losses.groupby(CONDITION, dropna=False))
    names = statistics.condition_names(generations)
    figure, panels = new_grid(len(panes), 3, "Accuracy lost to the model's own labels, by size")
    colours = rate_colours([0.0, *losses["rate"]])
    banded = spread_choice(losses["rate"].unique(), 3)[1:]  # the middle and the highest
    low, high = _reach(losses, banded, margin)
    for ax, (keys, lines) in zip(panels, panes, strict=True):
        ax.set_ylim(low, high)
        ax.axhline(0, color="black", linewidth=1)
        draw_level(ax, 100 * margin, f"margin {100 * margin:g}", ":", end="left")
        _draw(ax, lines, colours, banded)
        ax.set_xlabel("training set (reviews)")
        ax.set_ylabel("loss (percentage points)")
        size_axis(ax, lines["train_size"])
        ax.set_title(names.get(keys, ""), fontsize=10.5)
    name_series(figure, {rate: colours[rate] for rate in losses["rate"].unique()})
    footer(figure, generations, data, BANDS)
    return figure


def _reach(losses: pd.DataFrame, banded: list[float], margin: float) -> tuple[float, float]:
    """The limits of y: of all lines, of the bands that are drawn, and of twice the margin."""
    drawn = losses[losses["rate"].isin(banded) & (losses["n"] >= FEWEST)]
    low, high = min(losses["mean"].min(), 0.0), max(losses["mean"].max(), 200 * margin)
    low, high = np.nanmin([low, *drawn["low"]]), np.nanmax([high, *drawn["high"]])
    space = 0.04 * (high - low)
    return float(low - space), float(high + space)


def _draw(ax: Axes, losses: pd.DataFrame, colours: Colours, banded: list[float]) -> None:
    """A line a rate, bands for some, and names at the ends of a few."""
    for rate, line in losses.groupby("rate"):
        ax.plot(line["train_size"], line["mean"], color=colours[rate], linewidth=1.6)
        if rate in banded and line["n"].min() >= FEWEST:
            bounds = line["low"], line["high"]
            ax.fill_between(
                line["train_size"], *bounds, color=colours[rate], alpha=0.15, linewidth=0
            )
    last = losses[losses["train_size"] == losses["train_size"].max()].set_index("rate")["mean"]
    named = spread_choice(last.index, MAX_NAMED)
    ends = {f"rate {rate:g}": (float(last[rate]), colours[rate]) for rate in named}
    label_ends(ax, float(losses["train_size"].max()), ends)
