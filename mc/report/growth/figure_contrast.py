"""Accuracy that each backend loses on real reviews, by rate: stored figures."""

import pandas as pd
from matplotlib.figure import Figure

from mc.report.canvas import (
    FEWEST,
    MARKERS,
    OKABE_ITO,
    caption,
    draw_bars,
    draw_level,
    label_ends,
    new_figure,
)
from mc.report.growth.backend_contrast import LEVEL, highest, origin

APART = 0.008  # between the bars of backends, on the axis of rates


def backend_losses(table: pd.DataFrame) -> Figure:
    """Loss against the rate, a line a backend, with its name at its end.

    Parameters
    ----------
    table : DataFrame
        See `mc.report.growth.backend_contrast.contrast`.
    """
    title = "Accuracy lost by three backends on real reviews (stored figures)"
    figure, (ax,) = new_figure(1, 1, title)
    ax.axhline(0, color="black", linewidth=1)
    order, ends = list(highest(table)["backend"]), {}
    for place, backend in enumerate(order):
        rows = table[table["backend"] == backend].sort_values("rate")
        colour, shift = OKABE_ITO[place], APART * (place - (len(order) - 1) / 2)
        known = rows["repetitions"] >= FEWEST
        draw_bars(
            ax,
            rows["rate"] + shift,
            100 * rows["loss"],
            100 * rows["loss_low"].where(known),
            100 * rows["loss_high"].where(known),
            color=colour,
            marker=MARKERS[place],
            markersize=6,
            linewidth=1.6,
            elinewidth=1.2,
        )
        ends[backend] = (100 * rows["loss"].iloc[-1], colour)
    draw_level(ax, 100 * LEVEL, f"{100 * LEVEL:g} points", ":", end="left")
    ax.set_xlabel("collapse rate")
    ax.set_ylabel("loss (percentage points)")
    rates = sorted(table["rate"].unique())
    ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
    edge = rates[-1] + 3 * APART  # names stand outside of the panel, clear of bars and levels
    ax.set_xlim(-3 * APART, edge)
    label_ends(ax, edge, ends)
    bars = "Bars: 95% intervals, for all rates of a backend together."
    many = table["repetitions"].min() >= FEWEST
    caption(figure, f"Stored figures: {origin(table)}. {bars if many else ''}".strip())
    return figure
