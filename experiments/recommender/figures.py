"""Figures of a recommender: metrics by generation, and what exploring gains and costs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mc.report.canvas import (
    GREY,
    MARKERS,
    OKABE_ITO,
    Colours,
    colour_legend,
    draw_band,
    draw_bars,
    new_figure,
    rate_colours,
    source_note,
)
from mc.types import Look

LABELS = {
    "coverage": "items recommended to anyone (%)",
    "gini": "Gini coefficient of recommendations",
    "tail_share": "recommendations of the\nless liked half (%)",
    "list_diversity": "diversity within a list\n(1 − correlation)",
    "homogeneity": "likeness of two users' lists\n(Jaccard index)",
    "hit_rate": "hit rate\n(0 random, 1 best possible)",
    "taste_distance": "distance from true tastes\n(1 − Spearman)",
}
BANDS = "Bands: 95% intervals"
SHARES = ("coverage", "tail_share")  # shown in per cent
MAX_EXPLORING = 0.5  # a larger epsilon costs so much that the other lines would look flat


def bubble(
    lineages: pd.DataFrame,
    best: Mapping[str, float],
    metrics: Sequence[str],
    title: str,
    data: str = "",
) -> Figure:
    """Change of the ranker's own lists since generation 0: a panel a regime, a line an epsilon.

    Parameters
    ----------
    lineages : DataFrame
        A row for each lineage and generation.
    best : mapping
        Metric to its value for the best possible lists; drawn where there is one.
    metrics : sequence of str
        A row of panels each.
    title, data : str
        Above, and of the corpus for the footer.
    """
    regimes = sorted(lineages["regime"].unique())
    figure, panels = new_figure(len(metrics), len(regimes), f"{title}, since generation 0")
    colours = rate_colours(lineages["epsilon"])
    for row, metric in enumerate(metrics):
        axes = panels[row * len(regimes) : (row + 1) * len(regimes)]
        scale = 100 if metric in SHARES else 1
        first = scale * lineages.loc[lineages["generation"] == 0, metric].mean()
        for ax, regime in zip(axes, regimes, strict=True):
            _draw_changes(ax, lineages[lineages["regime"] == regime], metric, colours)
            ax.axhline(0, color=GREY, linewidth=0.8)
            if metric in best:
                ax.axhline(scale * best[metric] - first, color="black", linestyle="--", linewidth=1)
            if row == 0:
                ax.set_title(regime, fontsize=10.5)
            ax.set_xlabel("generation" if row == len(metrics) - 1 else "")
        _share_y(axes)
        axes[0].set_ylabel(f"change: {LABELS[metric]}")
    dashed = [Line2D([], [], color="black", linestyle="--", label="best\npossible lists")]
    colour_legend(figure, colours, "epsilon", dashed if set(best) & set(metrics) else [])
    counts = lineages.groupby(["regime", "epsilon"])["replicate"].nunique()
    source_note(figure, counts, data, "Lists of the ranker itself. Thick: means; thin: repetitions")
    return figure


def _draw_changes(ax: Axes, rows: pd.DataFrame, metric: str, colours: Colours) -> None:
    """Each repetition since its own generation 0, and their mean."""
    wide = rows.pivot(index=["epsilon", "replicate"], columns="generation", values=metric)
    changes = wide.sub(wide[0], axis=0) * (100 if metric in SHARES else 1)
    for (epsilon, _), line in changes.iterrows():
        ax.plot(line.index, line, color=colours[epsilon], linewidth=0.6, alpha=0.4)
    for epsilon, line in changes.groupby("epsilon").mean().iterrows():
        ax.plot(line.index, line, "o-", color=colours[epsilon], linewidth=1.8, markersize=3)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def exchange_rates(gains: pd.DataFrame, prices: pd.DataFrame, data: str = "") -> Figure:
    """What each epsilon has gained and cost by the last generation, against the smallest."""
    figure, panels = new_figure(1, 3, "What exploration gains in variety and costs in clicks")
    figure.set_size_inches(12, 4.6)
    last = gains["generation"].max()
    drawn = (
        (gains, "coverage", "items recommended, gained (points)"),
        (gains, "hit_rate", "hit rate of the ranker's own lists,\ngained (points)"),
        (prices, "total_clicks", "clicks of all generations, gained (%)"),
    )
    for ax, (table, metric, label) in zip(panels, drawn, strict=True):
        rows = table[(table["metric"] == metric) & (table["generation"] == last)]
        _draw_bars(ax, rows)
        ax.set_ylabel(label)
    panels[0].legend(frameon=False, fontsize=9, title="regime", alignment="left")
    text = f"At generation {last}, paired within repetitions"
    source_note(figure, gains["n"], data, text, "Bars: 95% intervals")
    return figure


def click_returns(prices: pd.DataFrame, data: str = "") -> Figure:
    """Clicks of each generation and of all so far, against those of the smallest epsilon."""
    shown = prices[prices["epsilon"] <= MAX_EXPLORING]
    shown = prices if shown.empty else shown
    regimes = list(shown["regime"].unique())
    figure, panels = new_figure(2, len(regimes), "What exploration costs now and returns later")
    colours = rate_colours(prices["epsilon"])
    labels = {
        "clicks": "clicks of a generation,\ngained (%)",
        "total_clicks": "clicks so far,\ngained (%)",
    }
    for row, (metric, label) in enumerate(labels.items()):
        axes = panels[row * len(regimes) : (row + 1) * len(regimes)]
        for ax, regime in zip(axes, regimes, strict=True):
            rows = shown[(shown["metric"] == metric) & (shown["regime"] == regime)]
            _draw_lines(ax, rows, colours, 100)
            ax.axhline(0, color="black", linewidth=1)
            ax.set_title(regime if row == 0 else "", fontsize=10.5)
            ax.set_xlabel("generation" if row else "")
        _share_y(axes)
        axes[0].set_ylabel(label)
    colour_legend(figure, {value: colours[value] for value in shown["epsilon"].unique()}, "epsilon")
    left_out = len(prices["epsilon"].unique()) - len(shown["epsilon"].unique())
    beyond = f" Epsilons above {MAX_EXPLORING:g} are left out." if left_out else ""
    text = f"Gains over the smallest epsilon, paired within repetitions.{beyond}"
    source_note(figure, prices["n"], data, text, BANDS)
    return figure


def _draw_lines(ax: Axes, rows: pd.DataFrame, colours: Colours, scale: float) -> None:
    for epsilon, line in rows.groupby("epsilon"):
        look: Look = {"color": colours[epsilon], "marker": "o", "markersize": 3}
        draw_band(ax, line, "generation", scale=scale, **look)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_bars(ax: Axes, rows: pd.DataFrame) -> None:
    """Epsilons at even distances, since they are seldom evenly spaced; regimes side by side."""
    epsilons, regimes = sorted(rows["epsilon"].unique()), list(rows["regime"].unique())
    for number, regime in enumerate(regimes):
        line = rows[rows["regime"] == regime].sort_values("epsilon")
        aside = 0.16 * (number - (len(regimes) - 1) / 2)
        at = [epsilons.index(epsilon) + aside for epsilon in line["epsilon"]]
        mean, low, high = (100 * line[name].to_numpy() for name in ("mean", "low", "high"))
        look = {"color": OKABE_ITO[number % 7], "marker": MARKERS[number % 7], "label": regime}
        draw_bars(ax, np.array(at), mean, low, high, linestyle="none", **look)
    ax.axhline(0, color="black", linewidth=1)
    ax.set_xticks(range(len(epsilons)), [f"{epsilon:g}" for epsilon in epsilons])
    ax.set_xlim(-0.5, len(epsilons) - 0.5)
    ax.set_xlabel("epsilon (share of random items)")


def _share_y(axes: Sequence[Axes]) -> None:
    """One scale for the panels of a row, so that regimes can be compared."""
    bounds = [ax.get_ylim() for ax in axes]
    for ax in axes:
        ax.set_ylim(min(low for low, _ in bounds), max(high for _, high in bounds))
