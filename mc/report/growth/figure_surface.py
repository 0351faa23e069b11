"""Loss over rate and training size as heat maps, with its uncertainty and the margin."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import t

from mc.report.canvas import footer, legend, new_figure, size_axis
from mc.statistics import Surface
from mc.types import Look

MEANING = (
    "Gaussian process through the mean paired losses (dots); bounds of its 95% interval hold point "
    "by point."
)
LEVELS = 14  # bands of colour, about
WIDTH = 11.5  # inches: colour bars and legend take their share
NEAR: Look = {"color": "white", "linestyle": "-"}
SAFE: Look = {"color": "white", "linestyle": "--"}


def loss_surface(generations: pd.DataFrame, surfaces: Sequence[Surface], data: str) -> Figure:
    """Predicted loss on the left, half-width of its interval on the right, a row for each surface.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`; what the surfaces were made of.
    surfaces : sequence of Surface
        One for each family of conditions.
    data : str
        Name of the corpus, for the footer.
    """
    title = "Accuracy lost over collapse rate and training size"
    figure, panels = new_figure(len(surfaces), 2, title)
    figure.set_figwidth(WIDTH)
    for row, surface in enumerate(surfaces):
        left, right = panels[2 * row : 2 * row + 2]
        half = t.ppf((1 + surface.confidence) / 2, surface.n - 1) * surface.grid["sd"]
        _heat(figure, left, surface, surface.grid["loss"], colours="cividis", words="loss (points)")
        words = f"± of its {surface.confidence:.0%} interval (points)"
        _heat(figure, right, surface, half, colours="magma", words=words)
        left.set_title(surface.family, fontsize=10.5)
        right.set_title("uncertainty of the loss", fontsize=10.5)
    margin = f"{100 * surfaces[0].margin:g} points"
    handles = [
        Line2D([], [], label=f"predicted loss\nis {margin}", **NEAR),
        Line2D([], [], label=f"its upper bound\nis {margin}", **SAFE),
        Line2D([], [], marker="o", color="white", markersize=3, linestyle="none", label="observed"),
    ]
    legend(figure, handles, frameon=True, facecolor="#666666", labelcolor="white")
    footer(figure, generations, data, MEANING)
    return figure


def _heat(
    figure: Figure, ax: Axes, surface: Surface, values: pd.Series, *, colours: str, words: str
) -> None:
    """A heat map in percentage points with the frontiers and the observed points."""
    grid = surface.grid.assign(value=100 * values)
    wide = grid.pivot(index="rate", columns="train_size", values="value")
    mesh = ax.contourf(wide.columns, wide.index, wide.to_numpy(), levels=LEVELS, cmap=colours)
    ax.grid(visible=False)
    figure.colorbar(mesh, ax=ax, label=words, pad=0.02)
    most = wide.index.max()
    for name, style in (("rate", NEAR), ("safe_rate", SAFE)):
        line = surface.frontier[name].where(surface.frontier[name] < most, np.nan)
        ax.plot(surface.frontier["train_size"], line, linewidth=1.8, **style)
    seen = surface.observed
    ax.plot(seen["train_size"], seen["rate"], "o", color="white", markersize=2, alpha=0.7)
    ax.set(xlabel="training set (reviews)", ylabel="collapse rate")
    size_axis(ax, wide.columns)
    ax.set_xlim(wide.columns.min(), wide.columns.max())
    ax.set_ylim(0, most)
