"""Metrics over generations, one line a rate, one panel a family of conditions."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc import statistics
from mc.report.canvas import (
    FEWEST,
    MAX_RATES,
    Colours,
    along,
    families,
    footer,
    label_axes,
    new_figure,
    new_grid,
    rate_colours,
    rate_legend,
    reach,
    repetitions_of_few,
    zoom,
)
from mc.statistics import CONDITION, FAMILY, SIZES, share_metric

BAND = "Bands: pointwise 95% t intervals of the mean over repetitions."
BAND_OF_MANY = BAND.replace("Bands:", "Bands (lowest and highest rate):")
DOTS = "Lines: means; dots: repetitions, which are too few for bands."


def accuracy_curves(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy against training size, one line a rate, one panel a family of conditions."""
    curves, x = statistics.curve(generations), along(generations)
    colours, panes = rate_colours(curves["rate"]), list(families(curves))
    figure, panels = new_grid(len(panes), 3, "Held-out accuracy by collapse rate")
    drawn = reach(curves, generations)
    for ax, (name, lines) in zip(panels, panes, strict=True):
        _draw(ax, lines, x, colours)
        _draw_dots(ax, lines, generations, x, colours)
        _mark_one_class(ax, lines, generations, x)
        zoom(ax, drawn)
        label_axes(ax, x, "accuracy", curves)
        ax.set_title(name, fontsize=10.5)
    rate_legend(figure, colours, generations)
    footer(figure, generations, data, _band(colours, generations))
    return figure


def three_metrics(generations: pd.DataFrame, data: str = "") -> Figure:
    """Accuracy, AUC and class shares side by side, one row a family of conditions."""
    metrics, x = ("accuracy", "roc_auc", share_metric(generations)), along(generations)
    curves = {metric: statistics.curve(generations, metric) for metric in metrics}
    colours = rate_colours(generations["rate"])
    n_rows = len(list(families(generations)))
    title = "Are the decisions wrong, the ranking, or the class shares?"
    figure, panels = new_figure(n_rows, 3, title)
    for column, (metric, table) in enumerate(curves.items()):
        drawn = reach(table, generations)
        for ax, (name, lines) in zip(panels[column::3], families(table), strict=True):
            _draw(ax, lines, x, colours)
            _draw_dots(ax, lines, generations, x, colours)
            _mark_one_class(ax, lines, generations, x)
            zoom(ax, drawn)
            label_axes(ax, x, metric, table)
            if column == 1 and n_rows > 1:
                ax.set_title(name, fontsize=10.5)
    rate_legend(figure, colours, generations)
    lost = curves["roc_auc"]["n"].lt(curves["accuracy"]["n"]).any()
    survivors = " AUC: of repetitions that still predict more than one class." if lost else ""
    footer(figure, generations, data, _band(colours, generations), survivors)
    return figure


def _draw(ax: Axes, curves: pd.DataFrame, x: str, colours: Colours) -> None:
    """Lines of means with their bands; single generations are joined across initial sizes."""
    few, ends = len(colours) <= MAX_RATES, (min(colours), max(colours))
    shade = 0.16 if len(colours) <= 4 or not few else 0.08
    by = [*FAMILY, *SIZES, "rate"] if curves["generation"].max() > 0 else [*FAMILY, "rate"]
    for keys, line in curves.groupby(by, dropna=False):
        colour = colours[keys[-1]]
        thick = 1.6 if few else 1.0
        dots = "o" if len(line) <= MAX_RATES else None
        over = 2.5 if keys[-1] == 0 else 2.0  # the others are compared with rate 0
        places = line[x].to_numpy()
        ax.plot(
            places,
            line["mean"],
            color=colour,
            linewidth=thick,
            marker=dots,
            markersize=3,
            zorder=over,
        )
        alone = few or keys[-1] in ends  # more bands would hide each other
        if alone and line["n"].min() >= FEWEST:
            ax.fill_between(
                places, line["low"], line["high"], color=colour, alpha=shade, linewidth=0
            )


def _draw_dots(
    ax: Axes, curves: pd.DataFrame, generations: pd.DataFrame, x: str, colours: Colours
) -> None:
    """The repetitions themselves, where they are too few for bands."""
    metric = curves["metric"].iloc[0]
    for rate, rows in repetitions_of_few(curves, generations).groupby("rate"):
        ax.plot(rows[x], rows[metric], ".", color=colours[rate], alpha=0.5, markersize=4)


def _band(colours: Colours, generations: pd.DataFrame) -> str:
    if generations["replicate"].nunique() < FEWEST:
        return DOTS
    return BAND if len(colours) <= MAX_RATES else BAND_OF_MANY


def _mark_one_class(ax: Axes, curves: pd.DataFrame, generations: pd.DataFrame, x: str) -> None:
    """Put a cross where a repetition first predicts one class only."""
    by = [*CONDITION, "rate"]
    first = statistics.one_class(generations).groupby(by, dropna=False)["generation"].min()
    marked = curves.merge(first.reset_index(), on=[*by, "generation"])
    ax.plot(marked[x], marked["mean"], "X", color="#D00000", markeredgecolor="white", zorder=4)
