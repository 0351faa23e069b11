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
    FEWEST,
    GREY,
    LABELS,
    MARKERS,
    OKABE_ITO,
    Colours,
    along,
    colour_legend,
    draw_band,
    footer,
    label_axes,
    legend,
    new_figure,
    rate_colours,
    reach,
    repetitions_of_few,
    zoom,
)
from mc.statistics import CONDITION, FAMILY
from mc.statistics.frames import SHARES
from mc.types import Look

LINES = ("-", "--", ":", "-.")
WIDE = 20  # times between losses from which an axis is logarithmic above LINEAR points
LINEAR = 1.0
LOST = {  # what the axes of differences from rate 0 say; shares are gained
    "accuracy": "accuracy lost (points)",
    "roc_auc": "area under the ROC curve lost\n(points)",
    "positive_share": "share predicted positive gained\n(points)",
    "largest_share": "share of the class predicted most\ngained (points)",
}
BANDS = (
    "Lines: means; bands: pointwise 95% t intervals, of 3 repetitions and more; dots: the "
    "repetitions where they are fewer."
)
COST_BARS = "Bars: 95% intervals, of 3 repetitions and more."
BARS = (
    "Diamonds: means; bars: 95% intervals, of 3 repetitions and more; dots: repetitions, paired "
    "with rate 0."
)


def metrics_of(generations: pd.DataFrame) -> tuple[str, str, str]:
    """Accuracy, AUC and the metric of class shares: what families are compared by."""
    return "accuracy", "roc_auc", statistics.share_metric(generations)


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
    """Paired loss of each family at each rate, the largest on top: accuracy, AUC, class share."""
    title = "Loss of each family against its rate 0, at the last generation"
    figure, panels = new_figure(1, 3, title)
    names, order = _sorted_families(generations)
    figure.set_size_inches(12.5, 2.4 + 0.55 * len(order))
    colours = rate_colours(generations.loc[generations["rate"] > 0, "rate"])
    for ax, metric in zip(panels, metrics_of(generations), strict=True):
        table = statistics.paired_loss(generations, metric).query("rate > 0")
        ax.axvline(0, color="black", linewidth=1)
        _draw_losses(ax, generations, table, order, colours)
        wide = _spread_axis(ax, table)
        ax.set_xlabel(LOST[metric] + (f",\nlogarithmic beyond {LINEAR:g}" if wide else ""))
        ax.set_ylim(len(order) - 0.5, -0.5)
        labels = [names[key] or "all" for key in order]
        ax.set_yticks(range(len(order)), labels if ax is panels[0] else [""] * len(order))
    panels[0].axvline(100 * margin, color=GREY, linewidth=1, linestyle="--")
    panels[0].set_ylabel("family")
    colour_legend(figure, colours, "collapse rate", [_margin_handle(margin)])
    footer(figure, generations, data, BARS)
    return figure


def _margin_handle(margin: float) -> Line2D:
    return Line2D([], [], color=GREY, linestyle="--", label=f"margin {100 * margin:g}")


def _sorted_families(
    generations: pd.DataFrame,
) -> tuple[dict[tuple[object, ...], str], list[tuple[object, ...]]]:
    """Names of families, and families by their loss at the highest rate, the largest first."""
    losses = statistics.paired_loss(generations)
    ends = losses[losses["rate"] == losses["rate"].max()]
    ends = ends.sort_values("mean", ascending=False, kind="stable")
    order = [tuple(row) for row in ends[CONDITION].itertuples(index=False, name=None)]
    return dict(statistics.condition_names(generations)), order


def _draw_losses(
    ax: Axes,
    generations: pd.DataFrame,
    table: pd.DataFrame,
    order: Sequence[tuple[object, ...]],
    colours: Colours,
) -> None:
    """Means with bars where repetitions suffice; the repetitions themselves as dots."""
    metric = table["metric"].iloc[0]
    sign = -100 if metric in SHARES else 100
    pairs = statistics.paired_differences(generations, metric)
    rates = sorted(colours)
    for keys, rows in table.groupby([*CONDITION, "rate"], dropna=False):
        row, rate = rows.iloc[0], keys[-1]
        place = order.index(keys[:-1]) + 0.22 * (rates.index(rate) - (len(rates) - 1) / 2)
        dots = pairs.merge(rows[[*CONDITION, "rate"]], on=[*CONDITION, "rate"])["loss"]
        ax.plot(sign * dots, [place] * len(dots), ".", color=colours[rate], alpha=0.4, markersize=5)
        ax.plot(sign * row["mean"], place, "D", color=colours[rate], markersize=5)
        if row["n"] >= FEWEST:
            ends = np.clip([sign * row["low"], sign * row["high"]], -100, 100)
            ax.plot(ends, [place, place], color=colours[rate], linewidth=1.6)


def _spread_axis(ax: Axes, table: pd.DataFrame) -> bool:
    """Make the axis logarithmic away from 0 where losses differ much; return whether they do."""
    top = 100 * table.loc[table["rate"] == table["rate"].max(), "mean"].abs()
    if len(top) < 2 or top.max() < LINEAR * 5 or top.max() < WIDE * max(top.min(), 0.05):
        return False
    ax.set_xscale("symlog", linthresh=LINEAR)
    low, high = ax.get_xlim()
    ticks: list[float] = [sign * tick for sign in (-1, 1) for tick in (1, 3, 10, 30, 100)]
    ticks = [0.0, *(tick for tick in ticks if low <= tick <= high)]
    ax.set_xticks(sorted(ticks), [f"{tick:g}" for tick in sorted(ticks)])
    ax.set_xticks([], minor=True)
    return True


def compared_curves(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy, AUC and class share along each family, at the highest rate."""
    rate, x, looks = generations["rate"].max(), along(generations), Looks.of(generations)
    figure, panels = new_figure(1, 3, f"Along the lineage, at collapse rate {rate:g}")
    for ax, metric in zip(panels, metrics_of(generations), strict=True):
        table = statistics.curve(generations, metric)
        table = table[table["rate"] == rate]
        dots = repetitions_of_few(table, generations)
        for keys, line in table.groupby(CONDITION, dropna=False):
            style = looks.style(dict(zip(CONDITION, keys, strict=True)))
            if len(line) > 15:
                style["marker"] = None
            look: Look = {"linewidth": 1.4, "markersize": 3.5} | style
            if line["n"].min() >= FEWEST:
                draw_band(ax, line, x, alpha=0.1, **look)
                continue
            ax.plot(line[x], line["mean"], **look)
            rows = dots.merge(line[CONDITION].drop_duplicates(), on=CONDITION)
            ax.plot(rows[x], rows[metric], ".", color=look["color"], alpha=0.5, markersize=4)
        zoom(ax, reach(table, generations))
        label_axes(ax, x, metric, table)
    looks.legend(figure)
    footer(figure, generations, data, BANDS)
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
            look: Look = {"markersize": 7} | style | {"markerfacecolor": face}
            if row["n"] < FEWEST:
                ax.plot(row["mean"], row["accuracy"], **look)
                continue
            ax.errorbar(
                row["mean"],
                row["accuracy"],
                [[_length(row["accuracy"], row[f"accuracy_{end}"])] for end in ("low", "high")],
                [[_length(row["mean"], row[end])] for end in ("low", "high")],
                capsize=2.5,
                **look,
            )
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.set_xlabel("seconds of training and scoring of a lineage (one thread, logarithmic)")
    ax.set_ylabel(LABELS["accuracy"])
    looks.legend(figure)
    meaning = f"Filled: rate {rates[0]:g}; hollow: rate {rates[1]:g}. {COST_BARS}"
    footer(figure, generations, data, meaning)
    return figure


def _length(mean: float, bound: float) -> float:
    """Length of an error bar; 0 where there is no interval."""
    return 0.0 if np.isnan(bound) else abs(bound - mean)
