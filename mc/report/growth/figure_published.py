"""Our curves and the original study's on one scale, both with their intervals."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mc import statistics
from mc.report.canvas import (
    GREY,
    MAX_CURVES,
    Colours,
    count,
    draw_band,
    draw_level,
    footer,
    legend,
    new_figure,
    rate_colours,
    shades,
    size_axis,
    spread_choice,
)
from mc.report.seed_study import published
from mc.statistics import CONDITION
from mc.types import Look

OURS: Look = {"linestyle": "-", "marker": "o"}
THEIRS: Look = {"linestyle": "--", "marker": "s", "markerfacecolor": "white"}
MEANING = "Bands and bars: 95% t intervals of the means, ours and the published."


def compared_curves(
    generations: pd.DataFrame,
    compared: pd.DataFrame,
    study: pd.DataFrame,
    data: str = "",
    settings: str = "",
) -> Figure:
    """Curves over training size on the left; accuracies at the end, by rate or start, on the right.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`; of one family of conditions.
    compared : DataFrame
        Of `mc.statistics.published.against_published`, made from them; with rows.
    study : DataFrame
        Published points of `mc.report.seed_study.published.seed_curves`.
    data, settings : str
        Name of the corpus, and parameters of the backend, for the footer.
    """
    x = "rate" if compared["rate"].nunique() > 1 or len(compared) == 1 else "initial_size"
    colours = rate_colours(compared["rate"]) if x == "rate" else shades(compared["initial_size"])
    several = len(compared) > 1
    figure, panels = new_figure(1, 1 + several, "Comparison with the original study")
    _draw_curves(panels[0], generations, compared, study, colours=colours, x=x)
    if several:
        _draw_ends(panels[1], compared, x)
    for ax in panels:
        _label(ax, compared)
    _legend(figure, colours, x, generations, study)
    backend = ", ".join(sorted(generations["backend"].unique()))
    source = f" Ours: {backend}" + (f" ({settings})" if settings else "")
    source += f". Published: {published.CLASSIFIER}, {count(study['repetitions'])}, means and "
    source += f"standard errors of {published.SOURCE}, other reviews."
    footer(figure, generations, data, MEANING, source)
    return figure


def _draw_curves(
    ax: Axes,
    generations: pd.DataFrame,
    compared: pd.DataFrame,
    study: pd.DataFrame,
    *,
    colours: Colours,
    x: str,
) -> None:
    """Some of the curves, ours and the published, with their bands."""
    chosen = spread_choice(compared[x], MAX_CURVES)
    ours = statistics.curve(generations).assign(rate=lambda table: table["rate"].round(6))
    ours = ours.merge(compared[[*CONDITION, "rate"]].round({"rate": 6}), on=[*CONDITION, "rate"])
    ours["curve"] = ours[x]
    for table, style in ((ours, OURS), (_matching(compared, study, x), THEIRS)):
        for key, line in table[table["curve"].isin(chosen)].groupby("curve"):
            few = style if len(line) <= 15 else {"linestyle": style["linestyle"]}
            few = few | {"linewidth": 1.3, "markersize": 3.5}
            draw_band(ax, line, "train_size", color=colours[key], alpha=0.1, **few)
    ax.set_xlabel("training set (reviews)")
    size_axis(ax, pd.concat([ours["train_size"], study["size"]]))


def _matching(compared: pd.DataFrame, study: pd.DataFrame, x: str) -> pd.DataFrame:
    """Published curves that match ours, with the number that gives their colour."""
    theirs = statistics.published_curves(study)
    on = ["initial_size", "rate"]
    kept = compared[on].round({"rate": 6}).drop_duplicates()
    theirs = theirs.merge(kept, on=on)
    return theirs.assign(curve=theirs[x])


def _draw_ends(ax: Axes, compared: pd.DataFrame, x: str) -> None:
    """Accuracy at the last common size, ours and theirs."""
    rows = compared.sort_values(x)
    gap = 0.008 * np.ptp(rows[x]) if x == "rate" else 0.0  # keeps bars from hiding each other
    look: Look = {"color": GREY, "markersize": 4.5, "linewidth": 1.3, "capsize": 2.5}
    for name, style, shift in (("accuracy", OURS, -gap), ("published", THEIRS, gap)):
        error = (rows[f"{name}_high"] - rows[name]).fillna(0)
        ax.errorbar(rows[x] + shift, rows[name], error, **look | style)
    where = sorted({f"{size:,.0f}" for size in compared["train_size"]}, key=len)
    ax.set_title(f"at {where[-1]} reviews", fontsize=10.5)
    ax.set_xlabel("collapse rate")
    if x == "initial_size":
        ax.set_xlabel("human reviews at the start")
        size_axis(ax, compared[x])


def _label(ax: Axes, compared: pd.DataFrame) -> None:
    ax.set_ylabel("held-out accuracy")
    if compared["rate"].max() > 0:
        draw_level(ax, 0.5, "guessing, for balanced classes", ":", end="left")
    low, high = ax.get_ylim()
    ax.set_ylim(max(low, -0.02), min(high, 1.02))  # intervals of few repetitions reach beyond


def _legend(
    figure: Figure, colours: Colours, x: str, generations: pd.DataFrame, study: pd.DataFrame
) -> None:
    """Who made the curves, and what their colours mean."""
    counts = generations.groupby([*CONDITION, "rate"], dropna=False)["replicate"].nunique()
    handles = [
        Line2D([], [], color=GREY, markersize=4, label=f"ours ({count(counts)})", **OURS),
        Line2D([], [], color=GREY, markersize=4, label=_theirs(study), **THEIRS),
        Line2D([], [], linestyle="none", label=f"\n{'rate' if x == 'rate' else 'start'}:"),
        *_colour_handles(colours),
    ]
    legend(figure, handles)


def _theirs(study: pd.DataFrame) -> str:
    return f"original study\n({published.CLASSIFIER},\n{count(study['repetitions'])})"


def _colour_handles(colours: Colours) -> Iterator[Artist]:
    for value in spread_choice(colours, MAX_CURVES):
        yield Line2D([], [], color=colours[value], linewidth=2.5, label=f"{value:,g}")
