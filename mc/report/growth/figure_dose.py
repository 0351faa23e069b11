"""What 1% of contamination costs, and how much is tolerable, against training size."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc import statistics
from mc.report.canvas import (
    MARKERS,
    OKABE_ITO,
    draw_band,
    draw_level,
    footer,
    legend,
    new_figure,
    size_axis,
)
from mc.statistics import CONDITION
from mc.types import Look

BANDS = "Bands: pointwise 95% intervals over repetitions."


def tolerance(
    generations: pd.DataFrame,
    doses: pd.DataFrame,
    tolerable: pd.DataFrame,
    margin: float,
    data: str,
) -> Figure:
    """Loss for 1% of contamination on the left, largest tolerable rate on the right.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    doses, tolerable : DataFrame
        Of `dose.dose_response` and `tolerance.tolerable_rates`, made from them.
    margin : float
        That of the tolerable rates, as a share.
    data : str
        Name of the corpus, for the footer.
    """
    figure, (left, right) = new_figure(
        1, 2, "What a little contamination costs, and how much is tolerable"
    )
    _draw(left, generations, doses.assign(**(100 * doses[["mean", "low", "high"]])))
    left.axhline(0, color="black", linewidth=1)
    left.set_ylabel("loss for 1% of contamination (points)")
    _draw(right, generations, tolerable.rename(columns={"rate": "mean"}))
    most = tolerable["largest_tested"].max()
    draw_level(right, most, "highest rate tested", ":")
    right.set_ylim(0, 1.12 * most)
    right.set_ylabel(f"largest rate with a mean loss within {100 * margin:g} points")
    for ax in (left, right):
        ax.set_xlabel("training set (reviews)")
        size_axis(ax, doses["train_size"])
    if doses[CONDITION].drop_duplicates().shape[0] > 1:
        legend(figure, left.get_legend_handles_labels()[0])
    footer(figure, generations, data, BANDS)
    return figure


def _draw(ax: Axes, generations: pd.DataFrame, table: pd.DataFrame) -> None:
    """One line with its band for each condition."""
    names = statistics.condition_names(generations)
    for number, (keys, line) in enumerate(table.groupby(CONDITION, dropna=False)):
        style: Look = {
            "color": OKABE_ITO[number % 7],
            "label": names.get(keys, ""),
            "markersize": 4,
        }
        style["marker"] = MARKERS[number % 7] if len(line) <= 15 else None
        draw_band(ax, line, "train_size", **style)
