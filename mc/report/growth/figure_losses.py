"""Accuracy lost against rate 0 and the verdict on it, condition by condition."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mc import statistics
from mc.report.canvas import (
    GREY,
    MARKERS,
    OKABE_ITO,
    VERDICTS,
    draw_margin,
    footer,
    new_figure,
    size_axis,
)
from mc.statistics import CONDITION, DEFAULT_MARGIN, FAMILY

BARS = "Bars: 95% t intervals of the mean; dots: repetitions."
JUDGED = (
    " Verdicts hold for all rates of a condition together (Holm), so a bar on one side of the "
    "margin may still be undecided."
)


def paired_loss(
    generations: pd.DataFrame,
    data: str = "",
    verdicts: pd.DataFrame | None = None,
    margin: float = DEFAULT_MARGIN,
) -> Figure:
    """Accuracy lost against rate 0 at the last generation, in percentage points.

    One series a condition; where there is one rate and several initial sizes, one a family of
    conditions against the initial size.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    data : str
        Name of the corpus, for the footer.
    verdicts : DataFrame, optional
        Of `equivalence.verdicts`: each mean then has the marker of its verdict, and the margin is
        drawn.
    margin : float
        Largest loss that does not matter, as a share.
    """
    pairs = statistics.paired_differences(generations).query("rate > 0")
    losses = statistics.paired_loss(generations).query("rate > 0")
    figure, (ax,) = new_figure(1, 1, "Accuracy lost against rate 0, at the last generation")
    ax.axhline(0, color="black", linewidth=1)
    ax.set_ylabel("loss (percentage points)")
    if losses.empty:
        text = "no paired loss: the generations lack rate 0, or rates above it"
        ax.text(0.5, 0.6, text, ha="center", transform=ax.transAxes)
        ax.set(yticks=[], xticks=[])
        footer(figure, generations, data, "")
        return figure
    by = [*CONDITION, "rate"]
    losses["verdict"] = ""
    if verdicts is not None:
        losses = losses.drop(columns="verdict").merge(verdicts[[*by, "verdict"]], on=by)
    sizes = losses["rate"].nunique() == 1 and losses["initial_size"].nunique() > 1
    x = "initial_size" if sizes else "rate"
    handles = _draw_losses(ax, losses, pairs, x, statistics.condition_names(generations))
    _label_losses(ax, losses, x)
    if verdicts is not None:
        draw_margin(ax, 100 * margin)
        handles += _verdict_handles(losses, shaded=len(handles) == 0)
    if handles:
        figure.legend(handles=handles, loc="outside right upper", frameon=False, fontsize=9)
    footer(figure, generations, data, BARS, JUDGED if verdicts is not None else "")
    return figure


def _draw_losses(
    ax: Axes,
    losses: pd.DataFrame,
    pairs: pd.DataFrame,
    x: str,
    names: Mapping[tuple[Any, ...], str],
) -> list[Line2D]:
    """Means with bars and the repetitions behind them, series by series; returns their legend."""
    by = CONDITION if x == "rate" else FAMILY
    groups = list(losses.groupby(by, dropna=False))
    reach = losses["rate"].max() / 150 if x == "rate" else 0.0  # keeps bars from hiding each other
    handles = []
    for number, (keys, series) in enumerate(groups):
        colour, marker = OKABE_ITO[number % 7], MARKERS[number % 7]
        shift = reach * (number - (len(groups) - 1) / 2)
        ax.plot(series[x] + shift, 100 * series["mean"], color=colour, linewidth=1, zorder=2)
        for verdict, part in series.groupby("verdict"):
            shade, shape = VERDICTS.get(str(verdict), (colour, marker))
            ax.errorbar(
                part[x] + shift,
                100 * part["mean"],
                100 * (part["high"] - part["mean"]),
                color=shade if len(groups) == 1 else colour,
                marker=shape,
                markersize=7 if verdict else 5,
                linestyle="none",
                elinewidth=1.6,
                capsize=3,
                zorder=3,
            )
        dots = pairs.merge(series[[*CONDITION, "rate"]], on=[*CONDITION, "rate"])
        places = dots[x] + shift + 1.5 * reach
        ax.plot(places, 100 * dots["loss"], ".", color=colour, alpha=0.4, markersize=4)
        label = names.get(keys) or ", ".join(map(str, keys[:3]))
        handles.append(Line2D([], [], color=colour, linewidth=2, label=label))
    return handles if len(groups) > 1 else []


def _verdict_handles(losses: pd.DataFrame, *, shaded: bool) -> list[Line2D]:
    """Markers of the verdicts that occur; coloured unless colours stand for conditions."""
    return [
        Line2D(
            [],
            [],
            color=colour if shaded else GREY,
            marker=shape,
            markersize=7,
            linestyle="none",
            label=verdict,
        )
        for verdict, (colour, shape) in VERDICTS.items()
        if (losses["verdict"] == verdict).any()
    ]


def _label_losses(ax: Axes, losses: pd.DataFrame, x: str) -> None:
    if x == "initial_size":
        ax.set_xlabel(f"human reviews at the start (collapse rate {losses['rate'].iloc[0]:g})")
        size_axis(ax, losses[x])
        return
    ax.set_xlabel("collapse rate (share of each increment labelled by the model)")
    margin = 0.04 * losses["rate"].max()
    ax.set_xlim(-margin, losses["rate"].max() + margin)
