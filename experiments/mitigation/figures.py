"""What helps against collapse: paired gains, curves by generation, accuracy against labels."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from experiments.mitigation.analysis import DROPPED, HUMAN, NONE
from mc.report.canvas import (
    GREY,
    LABELS,
    MARKERS,
    MIN_SPAN,
    OKABE_ITO,
    draw_band,
    legend,
    new_figure,
    source_note,
)
from mc.statistics import Interval
from mc.statistics.frames import SHARES
from mc.types import Look, Row

LOOKS = {  # colour and marker of a verdict, told apart without colours too
    "helps": ("#009E73", "o"),
    "harms": ("#D55E00", "X"),
    "undecided": ("#777777", "D"),
}
PALE = "#bbbbbb"
BARS = "Bars: 95% intervals"
METRICS = ("accuracy", "roc_auc", *SHARES)  # of a figure those that there are


def rescue_gains(table: pd.DataFrame, loss: Interval, data: str = "") -> Figure:
    """Gains over doing nothing, the largest on top, with their costs.

    Parameters
    ----------
    table : DataFrame
        Of `experiments.mitigation.analysis.rescue_table`.
    loss : Interval
        What is lost where nothing is done.
    data : str
        Name of the corpus, for the footer.
    """
    rows = table[~table["strategy"].isin([HUMAN, NONE])].reset_index(drop=True)
    figure, (left, right) = new_figure(1, 2, "What each strategy gains over doing nothing")
    figure.set_size_inches(10.5, 2.2 + 0.36 * len(rows))
    for ax, name, label in (
        (left, "gain", "accuracy gained (points)"),
        (right, "auc_gain", "area under the ROC curve gained (points)"),
    ):
        _draw_gains(ax, rows, name)
        ax.set_xlabel(label)
    left.axvline(100 * loss.mean, color=GREY, linestyle="--", linewidth=1)
    left.set_yticks(range(len(rows)), [_priced(row) for row in rows.itertuples()])
    right.set_yticks(range(len(rows)), [])
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=verdict)
        for verdict, (colour, marker) in LOOKS.items()
        if verdict in set(rows["verdict"])
    ]
    handles.append(Line2D([], [], color=GREY, linestyle="--", label="all that\nwas lost"))
    legend(figure, handles)
    text = (
        "Last generation, paired within repetitions. Colours: verdicts on accuracy. Numbers: human "
        "labels spent (v: verified labels)"
    )
    source_note(figure, table["n"], data, text, BARS)
    return figure


def rescue_curves(curves: pd.DataFrame, shown: Sequence[str], data: str = "") -> Figure:
    """Accuracy, AUC and class share by generation of some strategies."""
    metrics = [each for each in METRICS if each in set(curves["metric"])]
    figure, panels = new_figure(1, len(metrics), "Generation by generation")
    figure.set_size_inches(12.5, 4.6)
    looks = _looks(shown)
    for ax, metric in zip(panels, metrics, strict=True):
        for strategy in shown:
            line = curves[(curves["metric"] == metric) & (curves["strategy"] == strategy)]
            draw_band(ax, line, "generation", markersize=4, **looks[strategy])
        ax.set(xlabel="generation", ylabel=LABELS[metric])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        _zoom(ax, metric, curves[(curves["metric"] == metric) & curves["strategy"].isin(shown)])
    handles = [Line2D([], [], label=textwrap.fill(name, 24), **looks[name]) for name in shown]
    legend(figure, handles)
    source_note(figure, curves["n"], data, "Means over repetitions", "Bands: 95% intervals")
    return figure


def rescue_front(
    choices: pd.DataFrame, front: pd.DataFrame, again: pd.DataFrame, data: str = ""
) -> Figure:
    """Accuracy gained against human labels spent; the front also on new replicates.

    Parameters
    ----------
    choices : DataFrame
        strategy, gain, spent, on_front: a row for each candidate.
    front : DataFrame
        Of `analysis.rescue_table`, on new replicates, in the order of its numbers.
    again : DataFrame
        The same with the references, such as `DROPPED`.
    """
    figure, (ax,) = new_figure(1, 1, "Accuracy against human labels spent")
    figure.set_size_inches(9, 5.4)
    others = choices[~choices["on_front"]]
    ax.plot(
        others["spent"],
        100 * others["gain"],
        "o",
        color=PALE,
        markersize=4,
        label="not on the front",
    )
    chosen = choices[choices["on_front"]].sort_values(["spent", "gain"])
    ax.step(chosen["spent"], 100 * chosen["gain"], where="post", color=PALE, linewidth=1, zorder=1)
    ax.plot(
        chosen["spent"],
        100 * chosen["gain"],
        "o",
        color="white",
        markeredgecolor=OKABE_ITO[0],
        label="on the front,\nwhere it was chosen",
    )
    for number, row in enumerate(front.itertuples(), start=1):
        gain, ends = 100 * row.gain, [100 * row.gain_low, 100 * row.gain_high]
        ax.plot([row.spent] * 2, ends, color=OKABE_ITO[1], linewidth=1.4)
        ax.plot(row.spent, gain, OKABE_ITO[1], marker="D", markersize=6, linestyle="none")
        ax.annotate(
            str(number), (row.spent, gain), xytext=(7, 4), textcoords="offset points", fontsize=9
        )
    if len(front):
        ax.plot([], [], color=OKABE_ITO[1], marker="D", label="the same on\nnew repetitions")
    ax.axhline(0, color="black", linewidth=1)
    dropped = again.loc[again["strategy"] == DROPPED, "gain"]
    if len(dropped):
        label = "machine-labelled reviews\nleft out (new reps.)"
        ax.axhline(100 * dropped.iloc[0], label=label, color=GREY, linestyle=":", linewidth=1.2)
    _show_worth_seeing(ax, choices, front)
    ax.set(xlabel="human labels spent", ylabel="accuracy gained over doing nothing (points)")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    how = ("Numbers: rows of the table", BARS) if len(front) else ("Only doing nothing is chosen",)
    source_note(figure, again["n"], data, *how)
    return figure


def _draw_gains(ax: Axes, rows: pd.DataFrame, name: str) -> None:
    ax.axvline(0, color="black", linewidth=1)
    for place, row in rows.iterrows():
        colour, marker = LOOKS[row["verdict"]]
        ends = [100 * row[f"{name}_low"], 100 * row[f"{name}_high"]]
        ax.plot(ends, [place] * 2, color=colour, linewidth=1.6)
        ax.plot(100 * row[name], place, color=colour, marker=marker, linestyle="none")
    ax.set_ylim(len(rows) - 0.4, -0.6)
    _zoom_gains(ax, rows, name)


def _zoom_gains(ax: Axes, rows: pd.DataFrame, name: str) -> None:
    """Show all means, and cut intervals that are much longer than the means are apart."""
    means = 100 * rows[name]
    reach = max(means.max() - means.min(), means.abs().max(), 1.0)
    low, high = (100 * rows[f"{name}_{end}"] for end in ("low", "high"))
    bottom = max(min(low.min(), means.min(), 0), min(means.min(), 0) - 0.5 * reach)
    top = min(max(high.max(), means.max(), 0), max(means.max(), 0) + 0.5 * reach)
    bottom, top = np.nan_to_num([bottom, top], nan=0.0)
    bottom, top = min(bottom, means.min(), 0), max(top, means.max(), 0)
    room = 0.06 * max(top - bottom, 0.1)
    ax.set_xlim(bottom - room, top + room)


def _show_worth_seeing(ax: Axes, choices: pd.DataFrame, front: pd.DataFrame) -> None:
    """Show the front down to somewhat below 0; a note counts the dots below."""
    highs = [100 * front["gain_high"].max(), 100 * choices["gain"].max(), 0.5]
    top = float(np.nanmax(highs))
    lows = [100 * front["gain_low"].min(), 100 * choices["gain"].min(), 0.0]
    bottom = max(float(np.nanmin(lows)), -0.5 * top)
    hidden = int((100 * choices["gain"] < bottom).sum())
    ax.set_ylim(bottom - 0.06 * (top - bottom), top + 0.08 * (top - bottom))
    if hidden:
        ax.annotate(
            f"{hidden} below", (0.98, 0.02), xycoords="axes fraction", color=GREY, ha="right"
        )


def _zoom(ax: Axes, metric: str, rows: pd.DataFrame) -> None:
    """Fit the axis to the means, and to bands that are not much wider."""
    low, high = rows["mean"].min(), rows["mean"].max()
    reach = max(high - low, MIN_SPAN[metric])
    room = (reach - (high - low)) / 2  # so that noise looks small
    bottom = max(np.nanmin([rows["low"].min(), low - room]), low - room - 0.4 * reach)
    top = min(np.nanmax([rows["high"].max(), high + room]), high + room + 0.4 * reach)
    bottom, top = min(bottom, low - room), max(top, high + room)
    ax.set_ylim(max(bottom - 0.04 * reach, -0.02), min(top + 0.04 * reach, 1.02))


def _looks(shown: Sequence[str]) -> Mapping[str, Look]:
    """Human labels black and dashed, doing nothing grey, the others by the palette."""
    looks: dict[str, Look] = {
        HUMAN: {"color": "black", "linestyle": "--"},
        NONE: {"color": "#777777", "marker": "X"},
    }
    others = [name for name in shown if name not in looks]
    for place, name in enumerate(others):
        looks[name] = {"color": OKABE_ITO[place % 6], "marker": MARKERS[place % 7]}
    return looks


def _priced(row: Row) -> str:
    """A strategy with what it costs."""
    text = "\n".join(textwrap.wrap(row.strategy.replace("+", " + "), 34))
    prices = [f"{row.spent:,.0f}"] if row.spent > 0 else []
    prices += [f"{row.verified_labels:,.0f} v"] if row.verified_labels else []
    return f"{text} ({', '.join(prices)})" if prices else text
