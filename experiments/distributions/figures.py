"""Chains of models: metrics by generation with theory, and the classes of one chain."""

import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.distributions.analysis import system
from mc.report.canvas import (
    GREY,
    MARKERS,
    OKABE_ITO,
    draw_band,
    footnote,
    generation_axis,
    legend,
    new_figure,
    spread_choice,
)
from mc.types import Look

REGIMES = {"replace": 1, "accumulate": 0, "subsample": 2}  # places in the palette
MAX_RATES, MAX_METRICS = 3, 2
LOG_FROM = 30  # times between the least and the greatest mean
GOLD = "#E69F00"
MEANING = (
    "Lines: means; bands: 95% t intervals over repetitions; dashed: theory; dotted: the truth."
)


def chain_figure(curves: pd.DataFrame, data: str, chains: str) -> Figure:
    """The main metrics by generation: a row each, a column a rate, a line a regime.

    Parameters
    ----------
    curves : DataFrame
        Of `experiments.distributions.analysis.chain_curves`: one system and size.
    data, chains : str
        For the footer: the data; repetitions and chains.
    """
    plugin = system(curves["system"].iloc[0])
    metrics = list(plugin.metrics)[:MAX_METRICS]
    rates = spread_choice(curves["rate"], MAX_RATES)
    title = f"{plugin.title}: {curves['size'].iloc[0]:,} new rows a generation"
    figure, panels = new_figure(len(metrics), len(rates), title)
    for place, ax in enumerate(panels):
        metric, rate = metrics[place // len(rates)], rates[place % len(rates)]
        rows = curves[(curves["metric"] == metric) & (curves["rate"] == rate)]
        _draw(ax, rows, plugin.perfect[metric])
        if place % len(rates) == 0:
            ax.set_ylabel(textwrap.fill(plugin.metrics[metric], 34))
        if place < len(rates):
            ax.set_title(f"rate {rate:g}{_words(rate)}", fontsize=10.5)
    for start, metric in enumerate(metrics):
        _share_range(
            panels[start * len(rates) :][: len(rates)], curves, metric, plugin.perfect[metric]
        )
    _legend(figure, curves)
    footnote(figure, data, chains, text=f"{plugin.about} {MEANING}")
    return figure


def class_figure(shares_of: pd.DataFrame, data: str, chains: str) -> Figure:
    """The share of each class through the generations of one chain, a panel a regime.

    Parameters
    ----------
    shares_of : DataFrame
        Rows of one replicate, size and rate, with a column ``share/<class>`` for each class.
    data, chains : str
        For the footer: the data; repetitions and chains.
    """
    portraits = system(shares_of["system"].iloc[0]).portraits
    shares = [name for name in portraits if name in shares_of]
    regimes = [name for name in REGIMES if name in set(shares_of["regime"])]
    title = f"Shares of the classes in one chain at rate {shares_of['rate'].iloc[0]:g}"
    figure, panels = new_figure(1, len(regimes), title)
    figure.set_figheight(5.2)
    paler = mpl.colormaps["viridis"](np.linspace(0.0, 0.95, len(shares) - 1))
    colours = [GOLD, *(mpl.colors.to_hex(colour) for colour in paler)]
    for ax, regime in zip(panels, regimes, strict=True):
        rows = shares_of[shares_of["regime"] == regime].sort_values("generation")
        stacks = rows[shares].to_numpy().T
        ax.stackplot(rows["generation"], stacks, colors=colours, edgecolor="white", linewidth=0.4)
        gone = int((stacks[:, -1] == 0).sum())
        ax.set_title(f"{regime}: {gone} of {len(shares)} classes lost", fontsize=10.5)
        ax.set(ylim=(0, 1), xlim=(0, rows["generation"].max()))
        generation_axis(ax)
    panels[0].set_ylabel("share of the model's rows")
    names = [portraits[name] for name in shares]
    handles = [Patch(color=colour, label=name) for colour, name in zip(colours, names, strict=True)]
    legend(figure, handles[::-1], title="most frequent below")
    text = "Drawn is the first chain of the first repetition."
    footnote(figure, data, chains, text=text)
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, truth: float) -> None:
    ax.axhline(truth, color=GREY, linewidth=1, linestyle=":", zorder=1)
    for regime, line in rows.sort_values("generation").groupby("regime"):
        colour = OKABE_ITO[REGIMES.get(str(regime), 3)]
        x, every = line["generation"], max(len(line) // 6, 1)
        marker = MARKERS[REGIMES.get(str(regime), 3)]
        look: Look = {"color": colour, "marker": marker, "markevery": every, "markersize": 4.5}
        draw_band(ax, line, "generation", alpha=0.25, **look)
        ax.plot(x, line["theory"], color="black", linestyle="--", linewidth=1.1, zorder=3)
    generation_axis(ax)


def _share_range(panels: list[Axes], curves: pd.DataFrame, metric: str, truth: float) -> None:
    """One range of y for all rates, logarithmic where errors differ much."""
    means = curves.loc[curves["metric"] == metric, "mean"]
    for ax in panels:
        if truth == 0 and means.min() > 0 and means.max() > LOG_FROM * means.min():
            ax.set_yscale("log")
    low = min(ax.get_ylim()[0] for ax in panels)
    high = max(ax.get_ylim()[1] for ax in panels)
    for ax in panels:
        ax.set_ylim(low, high)


def _words(rate: float) -> str:
    return {0.0: " (the truth's rows only)", 1.0: " (machine-made only)"}.get(rate, "")


def _legend(figure: Figure, curves: pd.DataFrame) -> None:
    regimes = [name for name in REGIMES if name in set(curves["regime"])]
    handles = [
        Line2D([], [], color=OKABE_ITO[REGIMES[name]], marker=MARKERS[REGIMES[name]], label=name)
        for name in regimes
    ]
    if curves["theory"].notna().any():
        handles.append(Line2D([], [], color="black", linestyle="--", label="theory"))
    handles.append(Line2D([], [], color=GREY, linestyle=":", label="the truth"))
    legend(figure, handles)
