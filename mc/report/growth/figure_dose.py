"""What 1% of contamination costs, and how much is tolerable, against training size."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mc import statistics
from mc.report.canvas import MARKERS, OKABE_ITO, footer, new_figure, size_axis
from mc.statistics import CONDITION

BANDS = "Bands: pointwise 95% intervals over repetitions (left: t; right: bootstrap)."


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
    _draw(left, generations, doses, ["mean", "low", "high"], 100)
    left.axhline(0, color="black", linewidth=1)
    left.set_ylabel("loss for 1% of contamination (points)")
    _draw(right, generations, tolerable, ["rate", "low", "high"], 1)
    most = tolerable["largest_tested"].max()
    right.axhline(most, color="black", linewidth=0.8, linestyle=":")
    right.annotate(
        "highest rate tested",
        (0.02, most),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        fontsize=8,
    )
    right.set_ylim(0, 1.12 * most)
    right.set_ylabel(f"largest rate with a mean loss within {100 * margin:g} points")
    for ax in (left, right):
        ax.set_xlabel("training set (reviews)")
        size_axis(ax, doses["train_size"])
    if doses[CONDITION].drop_duplicates().shape[0] > 1:
        figure.legend(
            *left.get_legend_handles_labels(), loc="outside right upper", frameon=False, fontsize=9
        )
    footer(figure, generations, data, BANDS)
    return figure


def _draw(
    ax: Axes, generations: pd.DataFrame, table: pd.DataFrame, columns: Sequence[str], scale: float
) -> None:
    """One line with its band for each condition."""
    names, (middle, low, high) = statistics.condition_names(generations), columns
    for number, (keys, line) in enumerate(table.groupby(CONDITION, dropna=False)):
        colour = OKABE_ITO[number % 7]
        marker = MARKERS[number % 7] if len(line) <= 15 else None
        sizes, label = line["train_size"].to_numpy(), names.get(keys, "")
        ax.plot(sizes, scale * line[middle], color=colour, marker=marker, markersize=4, label=label)
        ax.fill_between(
            sizes, scale * line[low], scale * line[high], color=colour, alpha=0.15, linewidth=0
        )
