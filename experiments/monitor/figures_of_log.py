"""Figures of a user's log under the monitor."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.monitor.watching import LogWatch
from mc.report.canvas import GREY, OKABE_ITO, caption, new_figure
from mc.types import Look

ALARM = "#D55E00"
COLOURS = tuple(colour for colour in OKABE_ITO if colour != ALARM)
MARKED = 4  # charts that get a colour
HIGHEST = 4.0  # thresholds; higher parts of a chart are cut


def log_signals(
    windows: pd.DataFrame, labels: Mapping[str, str], references: int, alarm: float, made_of: str
) -> Figure:
    """Each signal by window, with the reference's range and the first alarm of all together.

    Parameters
    ----------
    windows : DataFrame
        Columns place and those of ``labels``.
    labels : mapping
        Column to the title of its panel.
    references : int
        Reference windows.
    alarm : float
        Place of the alarm; NaN for none.
    made_of : str
        For the footer.
    """
    columns = min(4, len(labels))
    rows = -(-len(labels) // columns)
    figure, panels = new_figure(rows, columns, "What the log shows, window by window")
    figure.set_size_inches(1.0 + 3.1 * columns, 1.5 + 2.5 * rows)
    for ax in panels[len(labels) :]:
        ax.remove()
    for ax, (name, title) in zip(panels, labels.items(), strict=False):
        values = windows[name].to_numpy(float)
        ax.plot(windows["place"], values, color="black", linewidth=1.2, marker="o", markersize=2.5)
        first = values[:references]
        mean, spread = np.nanmean(first), np.nanstd(first, ddof=1)
        ax.axhspan(mean - 2 * spread, mean + 2 * spread, color="#e6e6e6", zorder=0)
        ax.set_title(title, fontsize=10)
        _mark(ax, references, alarm)
    text = "Grey: within two standard deviations of the reference windows, left of the dotted line."
    caption(figure, f"{made_of}. {text}{_alarm_words(alarm)}")
    return figure


def log_charts(watch: LogWatch, words: Mapping[str, str], references: int, made_of: str) -> Figure:
    """All charts of the watched windows, in units of their common threshold."""
    figure, (ax,) = new_figure(1, 1, "The charts that raise the alarm")
    figure.set_size_inches(9.5, 4.8)
    heights = watch.charts / watch.threshold  # (T, S)
    places = references + np.arange(len(heights))
    order = np.argsort(-heights.max(0), kind="stable")
    for rank, at in enumerate(order):
        look: Look = (
            {"color": COLOURS[rank], "linewidth": 1.8, "label": words[watch.signals[at]]}
            if rank < MARKED
            else {"color": "#bbbbbb", "linewidth": 0.8, "zorder": 1}
        )
        ax.plot(places, heights[:, at], **look)
    ax.axhline(1, color="black", linestyle="--", linewidth=1)
    ax.set_ylim(0, min(HIGHEST, 1.05 * max(1.1, float(heights.max()))))
    ax.set_ylabel("height of the chart\n(1: alarm)")
    _mark(ax, references, references + watch.alarm)
    ax.set_xlim(-0.5, references + len(heights) - 0.5)
    others = len(order) - MARKED
    handles, _ = ax.get_legend_handles_labels()
    if others > 0:
        handles.append(Line2D([], [], color="#bbbbbb", label=f"{others} more"))
    ax.legend(handles=handles, frameon=False, fontsize=9, loc="upper left")
    text = "Dashed: the threshold of all charts together. Watched from the dotted line on."
    text += " Lines that leave the panel keep rising." if heights.max() > HIGHEST else ""
    caption(figure, f"{made_of}. {text}{_alarm_words(watch.alarm)}")
    return figure


def log_slices(
    z: pd.DataFrame, names: Sequence[str], first: str, references: int, made_of: str
) -> Figure:
    """One signal of each slice, in standard deviations of its reference windows.

    Parameters
    ----------
    z : DataFrame
        Columns place, signal (panel), slice and value.
    names : sequence of str
        Slices in order.
    first : str
        The slice that is marked; empty: none.
    references : int
        Reference windows.
    made_of : str
        For the footer.
    """
    signals = list(z["signal"].unique())
    figure, panels = new_figure(1, len(signals), "Product slices")
    figure.set_size_inches(1.5 + 4.2 * len(signals), 4.4)
    for ax, signal in zip(panels, signals, strict=True):
        others = [name for name in names if name != first]
        for name in names:
            line = z[(z["signal"] == signal) & (z["slice"] == name)]
            look: Look = (
                {"color": ALARM, "linewidth": 2, "zorder": 3}
                if name == first
                else {"color": COLOURS[others.index(name) % len(COLOURS)], "linewidth": 0.8}
            )
            ax.plot(line["place"], line["value"], label=name, **look)
        ax.axhspan(-2, 2, color="#eeeeee", zorder=0)
        ax.set_title(signal.replace("_", " "), fontsize=10)
        _mark(ax, references, np.nan)
    panels[-1].legend(frameon=False, fontsize=8, loc="upper left")
    panels[0].set_ylabel("standard deviations\nof the reference windows")
    marked = f"Orange: {first}, whose chart raises the first alarm. " if first else ""
    caption(figure, f"{made_of}. One line per slice. {marked}Watched from the dotted line on.")
    return figure


def _mark(ax: Axes, references: int, alarm: float) -> None:
    ax.axvline(references - 0.5, color=GREY, linestyle=":", linewidth=1)
    if np.isfinite(alarm):
        ax.axvline(alarm, color=ALARM, linewidth=1.5, zorder=1)
    ax.set_xlabel("window")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def _alarm_words(alarm: float) -> str:
    return " Orange line: the alarm." if np.isfinite(alarm) else " No alarm."
