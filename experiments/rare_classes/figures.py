"""Figures of rare classes: shares through the generations, recall by frequency, what is saved."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mc.lineage.recipe import NOTHING
from mc.report.canvas import (
    FEWEST,
    OKABE_ITO,
    caption,
    draw_bars,
    generation_axis,
    label_ends,
    log_ticks,
    new_figure,
)
from mc.types import Row

BARS = "Bars: 95% t intervals over repetitions, class by class."
MAX_NAMED = 12  # classes whose names stand at the ends of their bands
ORDER = ("argmax", "sample", "prior")


def shares(
    generations: pd.DataFrame, classes: pd.DataFrame, regimes: Sequence[str], data: str
) -> Figure:
    """Predicted class shares by generation, stacked, one panel a labelling, a row a regime."""
    plain = generations[generations["strategy"] == NOTHING]
    labellings, highest = _labellings(plain), plain["rate"].max()
    panels_of = [("human labels", "", 0.0)]
    panels_of += [(f"{each}, rate {highest:g}", each, highest) for each in labellings]
    figure, panels = new_figure(
        len(regimes), len(panels_of), "Which classes are still predicted? Shares by generation"
    )
    colours = colormaps["viridis"](np.linspace(0.02, 0.95, len(classes)))
    for place, ax in enumerate(panels):
        regime = regimes[place // len(panels_of)]
        title, labelling, rate = panels_of[place % len(panels_of)]
        chosen = plain.query("regime == @regime and rate == @rate")
        if rate:
            chosen = chosen[chosen["labelling"] == labelling]
        _stack(ax, chosen, classes, colours)
        ax.set_title(title if len(regimes) == 1 else f"{title}, {regime}", fontsize=10.5)
        generation_axis(ax)
        if place % len(panels_of) == len(panels_of) - 1:
            _name_bands(ax, chosen, classes, colours)
    for ax in panels[:: len(panels_of)]:
        ax.set_ylabel("share of held-out rows")
    n = plain["replicate"].nunique()
    caption(
        figure,
        f"Data: {data}; means of {n} repetitions. The most frequent class is at the top; in "
        "brackets the share of each among human labels.",
    )
    return figure


def _stack(ax: Axes, rows: pd.DataFrame, classes: pd.DataFrame, colours: np.ndarray) -> None:
    keys = [f"share/{key}" for key in classes["key"]][::-1]  # the rarest at the bottom
    means = rows.groupby("generation")[keys].mean()
    ax.stackplot(means.index, means.to_numpy().T, colors=colours[::-1], linewidth=0)
    ax.set_ylim(0, 1)
    ax.set_xlim(means.index.min(), means.index.max())
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0))
    ax.grid(visible=False)


def _name_bands(ax: Axes, rows: pd.DataFrame, classes: pd.DataFrame, colours: np.ndarray) -> None:
    """Names of the classes at the ends of their bands; of many the most frequent and the rarest."""
    means = rows.groupby("generation")[[f"share/{key}" for key in classes["key"]]].mean()
    last, step = means.iloc[-1].to_numpy(), int(means.index[-1])
    middles = 1 - (np.cumsum(last) - last / 2)
    shown = range(len(classes)) if len(classes) <= MAX_NAMED else [0, 1, 2, *range(-3, 0)]
    ends = {
        f"{classes['name'].iloc[i]} ({classes['share'].iloc[i]:.1%})": (middles[i], colours[i])
        for i in shown
    }
    label_ends(ax, step, ends)


def recall(by_class: pd.DataFrame, regimes: Sequence[str], data: str) -> Figure:
    """Recall of each class at the end against its human share, one panel a regime."""
    plain = by_class[by_class["strategy"] == NOTHING]
    highest = plain["rate"].max()
    figure, panels = new_figure(1, len(regimes), "Recall of each class by how frequent it is")
    for ax, regime in zip(panels, regimes, strict=True):
        rows = plain[plain["regime"] == regime]
        series = {"human labels": rows[rows["rate"] == 0]}
        at_rate = rows[rows["rate"] == highest]
        series |= {each: at_rate[at_rate["labelling"] == each] for each in _labellings(at_rate)}
        ends = {}
        for (name, line), colour in zip(series.items(), ["black", *OKABE_ITO], strict=False):
            ends[name] = _line(ax, line.sort_values("share"), colour)
        ax.set_xscale("log")
        log_ticks(ax.xaxis, plain["share"])
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.set_xlabel("share of the class among human labels")
        ax.set_ylim(-0.03, 1.03)
        ax.set_title(f"{regime}, rate {highest:g}", fontsize=10.5)
        label_ends(ax, float(plain["share"].max()), ends)
    panels[0].set_ylabel("recall at the last generation")
    meaning = BARS if plain["n"].max() >= FEWEST else "Too few repetitions for intervals."
    caption(figure, f"Data: {data}; {plain['n'].max():.0f} repetitions. {meaning}")
    return figure


def _line(ax: Axes, rows: pd.DataFrame, colour: str) -> tuple[float, str]:
    """Means by class with their intervals; returns where the line ends."""
    x, mean = rows["share"], rows["recall"]
    if rows["n"].max() >= FEWEST:
        low, high = rows["recall_low"].clip(0, 1), rows["recall_high"].clip(0, 1)
        draw_bars(ax, x, mean, low, high, color=colour, linewidth=1.6, marker="o", markersize=4)
    else:
        ax.plot(x, mean, color=colour, linewidth=1.6, marker="o", markersize=4)
    return float(mean.iloc[-1]), colour


def saved(losses: pd.DataFrame, data: str) -> Figure:
    """Recall that the rarest tenth loses at the highest rate: labellings and strategies."""
    rows = options(losses)
    figure, panels = new_figure(1, 2, "What keeps the rare classes?")
    figure.set_size_inches(11.5, 2.2 + 0.42 * len(rows))
    metrics = {
        "rare_recall": "recall of the rarest tenth lost (points)",
        "accuracy": "accuracy lost (points)",
    }
    for ax, (metric, label) in zip(panels, metrics.items(), strict=True):
        ax.axvline(0, color="black", linewidth=1)
        for place, row in enumerate(rows.itertuples()):
            _dot(ax, row, metric, place)
        ax.set_xlabel(label)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        names = rows["option"] if ax is panels[0] else [""] * len(rows)
        ax.set_yticks(range(len(rows)), names)
    regime, rate = rows["regime"].iloc[0], rows["rate"].iloc[0]
    caption(
        figure,
        f"Data: {data}; {rows['n'].max():.0f} repetitions; {regime}, rate {rate:g}. Losses against "
        "human labels of the same repetition; bars: 95% t intervals, option by option. "
        "In brackets: human labels that the option takes beyond those of doing nothing.",
    )
    return figure


def _dot(ax: Axes, row: Row, metric: str, place: int) -> None:
    colour = OKABE_ITO[0] if row.strategy == NOTHING else OKABE_ITO[1]
    mean, low, high = (100 * getattr(row, metric + end) for end in ("", "_low", "_high"))
    ax.plot(mean, place, "o", color=colour, markersize=6)
    if row.n >= FEWEST:
        ax.plot([max(low, -100), min(high, 100)], [place, place], color=colour, linewidth=1.8)


def options(losses: pd.DataFrame) -> pd.DataFrame:
    """Labellings and strategies at the highest rate, under the regime that strategies ran with.

    Returns
    -------
    DataFrame
        Rows of `analysis.losses` and option, a name with the human labels that it takes; the
        smallest loss of rare recall first.
    """
    tried = losses[losses["strategy"] != NOTHING]
    regime = tried["regime"].iloc[0] if len(tried) else losses["regime"].iloc[0]
    rows = losses[(losses["regime"] == regime) & (losses["rate"] == losses["rate"].max())]
    spent = rows["human_labels"] - rows["human_labels"].min()
    names = np.where(
        rows["strategy"] == NOTHING, "labelling " + rows["labelling"], rows["strategy"]
    )
    texts = [f"{name} ({n:,.0f})" for name, n in zip(names, spent, strict=True)]
    return rows.assign(option=texts).sort_values("rare_recall", kind="stable", ignore_index=True)


def _labellings(rows: pd.DataFrame) -> list[str]:
    """Labellings above rate 0, in their usual order."""
    present = set(rows.loc[rows["rate"] > 0, "labelling"])
    return [name for name in ORDER if name in present] + sorted(present - set(ORDER))
