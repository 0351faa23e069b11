"""Generators that learn from each other: what they lose, their tail, their classifiers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from mc.report.canvas import (
    FEWEST,
    GREY,
    Colours,
    colour_legend,
    draw_band,
    new_figure,
    rate_colours,
    source_note,
)
from mc.types import Look

LOST = {
    "perplexity": "perplexity of human text\n(log scale)",
    "kept": "words known, relative\nto generation 0",
    "relative_distance": "mean distance of two texts,\nrelative to human ones",
}
RIGHT_AND_SURE = {
    "accuracy": "accuracy on held-out\nhuman reviews",
    "overconfidence": "confidence minus accuracy",
}
STANDARD = {
    "mauve": "MAUVE\n(1: as human text)",
    "text_recall": "recall\nof human text",
    "vendi": "Vendi score\n(different texts)",
    "self_bleu": "self-BLEU\n(1: all the same)",
}
MIN_SPAN = {"perplexity": 0.0, "kept": 0.1, "relative_distance": 0.02, "accuracy": 0.02}
MIN_SPAN |= {"mauve": 0.1, "text_recall": 0.1, "vendi": 2.0, "self_bleu": 0.02}
BANDS = f"Bands: pointwise 95% t intervals, of {FEWEST} repetitions or more"
LEGEND = "share written by the\ngeneration before"


def writing_curves(curves: pd.DataFrame, alarm: float, about: str = "") -> Figure:
    """Perplexity, vocabulary and diversity by generation; a panel a regime, a line a rate.

    Parameters
    ----------
    curves : DataFrame
        Columns regime, rate, generation, metric, mean, low, high and n.
    alarm : float
        Relative distance below which texts count as collapsed.
    about : str
        What the data are, for the footer.
    """
    title = "What a generator loses that learns from the one before it"
    figure, panels = _rows(_with_log_mean(_drawable(curves)), LOST, title)
    for ax in panels["perplexity"]:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
    for ax in panels["relative_distance"]:
        if ax.get_ylim()[0] < alarm:
            ax.axhline(alarm, color=GREY, linewidth=1, linestyle=":", zorder=1)
    colour_legend(figure, rate_colours(curves["rate"]), LEGEND)
    means = "Means over repetitions, of perplexity geometric ones"
    text = f"{means}. Dotted: alarm, where it is within the panel"
    source_note(figure, curves["n"], about, text, BANDS)
    return figure


def classifier_curves(curves: pd.DataFrame, about: str = "") -> Figure:
    """Accuracy, and confidence minus accuracy, by generation."""
    title = "The classifier that learns from the same texts"
    figure, panels = _rows(_drawable(curves), RIGHT_AND_SURE, title)
    for ax in panels["overconfidence"]:
        ax.axhline(0, color=GREY, linewidth=1, zorder=1)
        ax.margins(y=0.1)
    colour_legend(figure, rate_colours(curves["rate"]), LEGEND)
    source_note(figure, curves["n"], about, "Means over repetitions", BANDS)
    return figure


def standard_curves(curves: pd.DataFrame, about: str = "") -> Figure:
    """A few of the measures of `mc.text.measures.standard`, by generation."""
    figure, _ = _rows(_drawable(curves), STANDARD, "Standard measures of written texts")
    colour_legend(figure, rate_colours(curves["rate"]), LEGEND)
    source_note(figure, curves["n"], about, "Means over repetitions", BANDS)
    return figure


def tail_maps(tail: pd.DataFrame, about: str = "") -> Figure:
    """Share of human text that a generator cannot write, by generation and frequency of words.

    Parameters
    ----------
    tail : DataFrame
        Columns regime, rate, decile, generation, mean and n.
    about : str
        What the data are, for the footer.
    """
    regimes, rates = list(tail["regime"].unique()), sorted(tail["rate"].unique())
    title = "The tail: words that the generator has not read and cannot write"
    figure, panels = new_figure(len(rates), len(regimes), title)
    figure.set_size_inches(1.9 + 3.1 * len(regimes), 1.3 + 2.3 * len(rates))
    images = []
    for place, ax in enumerate(panels):
        rate, regime = rates[place // len(regimes)], regimes[place % len(regimes)]
        rows = tail[(tail["rate"] == rate) & (tail["regime"] == regime)]
        table = rows.pivot_table(index="decile", columns="generation", values="mean")
        images.append(_draw_map(ax, table))
        ax.set_title(f"{regime}, rate {rate:g}", fontsize=10.5)
        if place % len(regimes) == 0:
            ax.set_ylabel("tenth of the vocabulary\n(1: most frequent)")
        if place // len(regimes) == len(rates) - 1:
            ax.set_xlabel("generation")
    bar = figure.colorbar(images[-1], ax=panels, shrink=0.6, pad=0.02)
    bar.set_label("lost share of the tenth's occurrences in human text")
    source_note(figure, tail["n"], about, "Means over repetitions")
    return figure


def early_signs(signs: pd.DataFrame, last: int, about: str = "") -> Figure:
    """The generation of each measure's first alarm; a panel a regime, a colour a rate.

    Parameters
    ----------
    signs : DataFrame
        Of `experiments.text_collapse.early_signs.ranking`, with the regime.
    last : int
        The last generation; alarms that sound in fewer than half of the lineages lie beyond it.
    """
    regimes = list(signs["regime"].unique())
    means = signs.groupby("measure")["mean_delay"].mean().sort_values(ascending=False)
    heights = {name: place for place, name in enumerate(means.index)}
    figure, panels = new_figure(1, len(regimes), "Which measure moves first")
    figure.set_size_inches(3.2 + 3.6 * len(regimes), 1.8 + 0.24 * len(heights))
    colours = rate_colours([0.0, *signs["rate"]])
    rates = sorted(signs["rate"].unique())
    for ax, regime in zip(panels, regimes, strict=True):
        for place, rate in enumerate(rates):
            rows = signs[(signs["regime"] == regime) & (signs["rate"] == rate)]
            shift = 0.22 * (place - (len(rates) - 1) / 2)
            y = rows["measure"].map(heights) - shift
            x, low, high = (
                rows[name].clip(upper=last + 1) for name in ("delay", "delay_low", "delay_high")
            )
            ax.hlines(y, low, high, color=colours[rate], linewidth=1.4)
            ax.plot(x, y, "o", color=colours[rate], markersize=4.5, zorder=3)
        ax.set_yticks(list(heights.values()), [name.replace("_", " ") for name in heights])
        for label, name in zip(ax.get_yticklabels(), heights, strict=True):
            label.set_fontweight("bold" if name in ("accuracy", "perplexity") else "normal")
        ax.set_title(regime, fontsize=10.5)
        ax.set_xlim(0.6, last + 1.4)
        steps = [
            step for step in MaxNLocator(integer=True).tick_values(1, last) if 1 <= step < last
        ]
        ax.set_xticks([*steps, last + 1], [*(f"{step:g}" for step in steps), "none"])
        ax.set_xlabel("generation of the first alarm")
        ax.tick_params(labelleft=ax is panels[0])
    shown = {rate: colours[rate] for rate in rates}
    colour_legend(figure, shown, LEGEND)
    stated = 100 * signs["false_alarms"].iloc[0]
    text = (
        "Medians over lineages with 95% intervals (order statistics); none: no alarm in half of "
        f"them. Each measure's alarm alone is false in at most {stated:g}% of lineages"
    )
    source_note(figure, signs["n"], about, text)
    return figure


def _drawable(curves: pd.DataFrame) -> pd.DataFrame:
    """Curves without the intervals of so few repetitions that these say little."""
    few = curves["n"] < FEWEST
    return curves.assign(low=curves["low"].mask(few), high=curves["high"].mask(few))


def _with_log_mean(curves: pd.DataFrame) -> pd.DataFrame:
    """Perplexity with mean and interval of its logarithm, as its axis is logarithmic."""
    others = curves[curves["metric"] != "perplexity"]
    logs = curves[curves["metric"] == "log_perplexity"]
    ends = {name: np.exp(logs[name]) for name in ("mean", "low", "high")}
    return pd.concat([others, logs.assign(metric="perplexity", **ends)])


def _rows(
    curves: pd.DataFrame, metrics: dict[str, str], title: str
) -> tuple[Figure, dict[str, list[Axes]]]:
    """A row of panels for each metric, a column for each regime; axes of y are common to a row."""
    regimes = list(curves["regime"].unique())
    figure, panels = new_figure(len(metrics), len(regimes), title)
    figure.set_size_inches(2.6 + 3.2 * len(regimes), 1.2 + 2.4 * len(metrics))
    colours, by_metric = rate_colours(curves["rate"]), {}
    for row, (metric, label) in enumerate(metrics.items()):
        axes = panels[row * len(regimes) : (row + 1) * len(regimes)]
        rows = curves[curves["metric"] == metric]
        for ax, regime in zip(axes, regimes, strict=True):
            _draw_lines(ax, rows[rows["regime"] == regime], colours)
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
            if row == 0:
                ax.set_title(regime, fontsize=10.5)
            if row == len(metrics) - 1:
                ax.set_xlabel("generation")
        _common_y(axes, rows, metric)
        axes[0].set_ylabel(label)
        by_metric[metric] = axes
    return figure, by_metric


def _draw_lines(ax: Axes, rows: pd.DataFrame, colours: Colours) -> None:
    for rate, line in rows.groupby("rate"):
        look: Look = {"color": colours[rate], "marker": "o", "markersize": 3}
        draw_band(ax, line, "generation", zorder=2.5 if rate == 0 else 2.0, **look)


def _common_y(axes: Sequence[Axes], rows: pd.DataFrame, metric: str) -> None:
    """One range for all regimes, wide enough that noise looks small."""
    values = rows[["mean", "low", "high"]].to_numpy()
    values = values[np.isfinite(values)]
    low, high = values.min(), values.max()
    room = 0.06 * max(high - low, MIN_SPAN.get(metric, 0.0))
    middle, half = (low + high) / 2, max(high - low, MIN_SPAN.get(metric, 0.0)) / 2 + room
    bounds = (0.9 * low, 1.1 * high) if metric == "perplexity" else (middle - half, middle + half)
    for ax in axes:
        ax.set_ylim(*bounds)
    for ax in axes[1:]:
        ax.tick_params(labelleft=False)


def _draw_map(ax: Axes, table: pd.DataFrame) -> ScalarMappable:
    """Deciles downwards, generations to the right."""
    steps = table.columns.to_numpy()
    edges = (steps[0] - 0.5, steps[-1] + 0.5, len(table) + 0.5, 0.5)
    image = ax.imshow(table, vmin=0, vmax=1, cmap="cividis", aspect="auto", extent=edges)
    ax.grid(visible=False)
    ax.set_yticks([1, 5, 10])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return image
