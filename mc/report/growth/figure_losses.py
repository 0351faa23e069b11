"""Accuracy lost against rate 0 and the verdict on it, condition by condition."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mc import statistics
from mc.report.canvas import (
    GREY,
    OKABE_ITO,
    VERDICTS,
    draw_bars,
    draw_level,
    footer,
    legend,
    new_figure,
    size_axis,
)
from mc.statistics import CONDITION, FAMILY

BARS = "Bars: 95% intervals of the mean, for all rates together; dots: repetitions."


def paired_loss(
    generations: pd.DataFrame, verdicts: pd.DataFrame, margin: float, data: str = ""
) -> Figure:
    """Accuracy lost against rate 0 at the last generation, in percentage points.

    One series a condition; where there is one rate and several initial sizes, one a family of
    conditions against the initial size.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    verdicts : DataFrame
        Of `equivalence.verdicts`, made from them with this margin; with rows.
    margin : float
        Largest loss that does not matter, as a share.
    data : str
        Name of the corpus, for the footer.
    """
    pairs = statistics.paired_differences(generations).query("rate > 0")
    figure, (ax,) = new_figure(1, 1, "Accuracy lost against rate 0, at the last generation")
    ax.axhline(0, color="black", linewidth=1)
    ax.set_ylabel("loss (percentage points)")
    sizes = verdicts["rate"].nunique() == 1 and verdicts["initial_size"].nunique() > 1
    x = "initial_size" if sizes else "rate"
    handles = _draw_losses(ax, verdicts, pairs, x, statistics.condition_names(generations))
    _label_losses(ax, verdicts, x)
    draw_level(ax, 100 * margin, f"margin {100 * margin:g}")
    legend(figure, [*handles, *_verdict_handles(verdicts, shaded=not handles)])
    footer(figure, generations, data, BARS)
    return figure


def _draw_losses(
    ax: Axes,
    losses: pd.DataFrame,
    pairs: pd.DataFrame,
    x: str,
    names: Mapping[tuple[object, ...], str],
) -> list[Line2D]:
    """Means with bars and the repetitions behind them, series by series; returns their legend."""
    by = CONDITION if x == "rate" else FAMILY
    groups = list(losses.groupby(by, dropna=False))
    reach = losses["rate"].max() / 150 if x == "rate" else 0.0  # keeps bars from hiding each other
    handles = []
    for number, (keys, series) in enumerate(groups):
        colour = OKABE_ITO[number % 7]
        shift = reach * (number - (len(groups) - 1) / 2)
        ax.plot(series[x] + shift, 100 * series["mean"], color=colour, linewidth=1, zorder=2)
        for verdict, part in series.groupby("verdict"):
            shade, shape = VERDICTS[str(verdict)]
            draw_bars(
                ax,
                part[x] + shift,
                *(100 * part[name] for name in ("mean", "low", "high")),
                color=shade if len(groups) == 1 else colour,
                marker=shape,
                markersize=7,
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
