"""Backends, regimes and labellings compared: what they lose, where, at what cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import StrMethodFormatter

from mc import statistics
from mc.report.canvas import (
    GREY,
    LABELS,
    MARKERS,
    OKABE_ITO,
    along,
    draw_band,
    draw_bars,
    draw_level,
    footer,
    label_axes,
    legend,
    new_figure,
    zoom,
)
from mc.statistics import CONDITION, FAMILY
from mc.types import Look

LINES = ("-", "--", ":", "-.")
WIDE = 20  # times between losses from which an axis is logarithmic above LINEAR points
LINEAR = 1.0
BARS = "Bars: 95% intervals of the mean over repetitions, paired with rate 0."


@dataclass(frozen=True)
class Looks:
    """How families of conditions look: a colour for one column, a line style for the others."""

    first: str
    colours: Mapping[object, str]
    others: Sequence[str]
    lines: Mapping[tuple[object, ...], tuple[str, str]]  # values of the others: line, marker

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Looks":
        """Colours stand for the column of most values."""
        counts = table[FAMILY].nunique()
        first = counts.sort_values(ascending=False, kind="stable").index[0]
        others = [name for name in FAMILY if name != first and counts[name] > 1]
        values = sorted(table[first].unique())
        colours = {value: OKABE_ITO[place % 7] for place, value in enumerate(values)}
        keys = sorted({tuple(row) for row in table[others].itertuples(index=False)}) or [()]
        lines = {key: (LINES[place % 4], MARKERS[place % 7]) for place, key in enumerate(keys)}
        return cls(first, colours, others, lines)

    def style(self, family: Mapping[str, object], *, hollow: bool = True) -> Look:
        """Colour, line and marker of a family."""
        line, marker = self.lines[tuple(family[name] for name in self.others)]
        colour = self.colours[family[self.first]]
        filled = line == LINES[0] or not hollow
        return {
            "color": colour,
            "linestyle": line,
            "marker": marker,
            "markerfacecolor": colour if filled else "white",
        }

    def legend(self, figure: Figure) -> None:
        """What colours and lines mean."""
        handles = [
            Line2D([], [], color=colour, linewidth=2.5, label=str(value))
            for value, colour in self.colours.items()
        ]
        for key, (line, marker) in self.lines.items():
            look: Look = {"color": GREY, "linestyle": line, "marker": marker}
            look["markerfacecolor"] = GREY if line == LINES[0] else "white"
            handles += [Line2D([], [], label=", ".join(map(str, key)), **look)] if key else []
        legend(figure, handles)


def compared_losses(generations: pd.DataFrame, margin: float, data: str = "") -> Figure:
    """Loss of each family at each rate: accuracy, AUC, and the share predicted positive."""
    title = "Loss of each family against its rate 0, at the last generation"
    figure, panels = new_figure(1, 3, title)
    tables = {
        metric: statistics.paired_loss(generations, metric).query("rate > 0")
        for metric in ("accuracy", "roc_auc", "positive_share")
    }
    words = ("accuracy lost (points)", "area under the ROC curve lost (points)",
             "share predicted positive gained (points)")  # fmt: skip
    looks = Looks.of(generations)
    for ax, (metric, table), label in zip(panels, tables.items(), words, strict=True):
        ax.axhline(0, color="black", linewidth=1)
        _draw_losses(ax, table, looks, sign=-1 if metric == "positive_share" else 1)
        wide = metric != "positive_share" and _spread_axis(ax, table)
        ax.set_xlabel("collapse rate")
        ax.set_ylabel(label + (f",\nlogarithmic beyond {LINEAR:g}" if wide else ""))
    draw_level(panels[0], 100 * margin, f"margin {100 * margin:g}")
    looks.legend(figure)
    footer(figure, generations, data, BARS)
    return figure


def _draw_losses(ax: Axes, table: pd.DataFrame, looks: Looks, sign: int) -> None:
    """One line a family, side by side at each rate."""
    groups = list(table.groupby(CONDITION, dropna=False))
    reach = table["rate"].max() / 60
    for number, (keys, line) in enumerate(groups):
        shift = reach * (number - (len(groups) - 1) / 2)
        ends = ("mean", "low", "high") if sign > 0 else ("mean", "high", "low")
        draw_bars(
            ax,
            line["rate"] + shift,
            *(sign * 100 * line[name] for name in ends),
            linewidth=1,
            markersize=5,
            capsize=2.5,
            **looks.style(dict(zip(CONDITION, keys, strict=True))),
        )


def _spread_axis(ax: Axes, table: pd.DataFrame) -> bool:
    """Make the axis logarithmic away from 0 where losses differ much; return whether they do."""
    top = 100 * table.loc[table["rate"] == table["rate"].max(), "mean"].abs()
    if len(top) < 2 or top.max() < LINEAR * 5 or top.max() < WIDE * max(top.min(), 0.05):
        return False
    ax.set_yscale("symlog", linthresh=LINEAR)
    low, high = ax.get_ylim()
    ticks = [sign * tick for sign in (-1, 1) for tick in (0.5, 1, 2, 5, 10, 20, 50)]
    ticks = [0.0, *(tick for tick in ticks if low <= tick <= high)]
    ax.set_yticks(sorted(ticks), [f"{tick:g}" for tick in sorted(ticks)])
    ax.set_yticks([], minor=True)
    return True


def compared_curves(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy, AUC and share predicted positive along each family, at the highest rate."""
    rate, x, looks = generations["rate"].max(), along(generations), Looks.of(generations)
    figure, panels = new_figure(1, 3, f"Along the lineage, at collapse rate {rate:g}")
    for ax, metric in zip(panels, ("accuracy", "roc_auc", "positive_share"), strict=True):
        table = statistics.curve(generations, metric)
        table = table[table["rate"] == rate]
        for keys, line in table.groupby(CONDITION, dropna=False):
            style = looks.style(dict(zip(CONDITION, keys, strict=True)))
            if len(line) > 15:
                style["marker"] = None
            draw_band(ax, line, x, alpha=0.1, linewidth=1.4, markersize=3.5, **style)
        zoom(ax, table)
        label_axes(ax, x, metric, table)
    looks.legend(figure)
    footer(figure, generations, data, "Bands: pointwise 95% t intervals of the mean.")
    return figure


def costs(generations: pd.DataFrame, table: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy at the end, at rate 0 and at the highest, against seconds of a lineage.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    table : DataFrame
        Of `mc.statistics.comparison.costs`, made from them.
    data : str
        Name of the corpus, for the footer.
    """
    figure, (ax,) = new_figure(1, 1, "Accuracy at the end, and the time that a lineage takes")
    ends, looks = statistics.summary(generations), Looks.of(generations)
    rates = [generations["rate"].min(), generations["rate"].max()]
    shown = ends[ends["rate"].isin(rates)].merge(table, on=CONDITION)
    for keys, rows in shown.groupby(CONDITION, dropna=False):
        style = looks.style(dict(zip(CONDITION, keys, strict=True)), hollow=False)
        style |= {"linestyle": "none"}
        ax.plot(rows["mean"], rows["accuracy"], color=style["color"], linewidth=1, alpha=0.6)
        for _, row in rows.iterrows():
            face = style["color"] if row["rate"] == rates[0] else "white"
            ax.errorbar(
                row["mean"],
                row["accuracy"],
                [[_length(row["accuracy"], row[f"accuracy_{end}"])] for end in ("low", "high")],
                [[_length(row["mean"], row[end])] for end in ("low", "high")],
                capsize=2.5,
                markersize=7,
                **style | {"markerfacecolor": face},
            )
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.set_xlabel("seconds of training and scoring of a lineage (one thread, logarithmic)")
    ax.set_ylabel(LABELS["accuracy"])
    looks.legend(figure)
    meaning = f"Filled: rate {rates[0]:g}; hollow: rate {rates[1]:g}. Bars: 95% intervals."
    footer(figure, generations, data, meaning)
    return figure


def _length(mean: float, bound: float) -> float:
    """Length of an error bar; 0 where there is no interval."""
    return 0.0 if np.isnan(bound) else abs(bound - mean)
