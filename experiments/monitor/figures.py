"""Figures of a label-free monitor of lineages."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from mc.report.canvas import (
    GREY,
    OKABE_ITO,
    Colours,
    caption,
    colour_legend,
    draw_band,
    draw_bars,
    new_figure,
    new_grid,
    rate_colours,
)
from mc.types import Look

MAX_STATED = 0.5  # false-alarm rate up to which curves are drawn
LEAST_REACH = 3.0  # standard deviations of the colour scale: noise should look pale
MAX_WRITTEN = 8  # generations of a heat map whose cells have their numbers
WORST, AVERAGE = OKABE_ITO[1], "black"


def operating_curve(
    curves: pd.DataFrame, sounded: pd.DataFrame, false_alarms: float, made_of: str
) -> Figure:
    """Detection against the false-alarm rate, and alarms by generation at the one asked.

    Parameters
    ----------
    curves : DataFrame
        Of `experiments.monitor.curves.operating_curves`, of one detector.
    sounded : DataFrame
        Of `experiments.monitor.curves.alarm_curves`.
    false_alarms : float
        The rate that was asked.
    made_of : str
        Data and counts, for the footer.
    """
    figure, panels = new_figure(1, 2, "How often the alarm sounds, and when")
    figure.set_size_inches(11, 4.8)
    left, right = panels
    colours = rate_colours(curves["rate"])
    shown = curves[curves["stated"] <= MAX_STATED]
    _draw_rates(left, shown, "stated", colours, drawstyle="steps-post")
    left.plot([0, MAX_STATED], [0, MAX_STATED], color=GREY, linestyle="--", linewidth=1)
    left.axvline(false_alarms, color=GREY, linestyle=":", linewidth=1)
    left.set_xlim(0, MAX_STATED)
    left.set_xlabel("stated false-alarm rate (all generations)")
    left.set_ylabel("lineages with an alarm")
    left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_title("operating curve", fontsize=10.5)
    _draw_rates(right, sounded, "generation", colours)
    right.axhline(false_alarms, color=GREY, linestyle=":", linewidth=1)
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_xlabel("generation")
    right.set_title(f"alarms so far, at {100 * false_alarms:.3g}% false alarms", fontsize=10.5)
    for ax in panels:
        ax.set_ylim(-0.03, 1.03)
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    colour_legend(figure, colours, "collapse rate")
    text = (
        "Bands: exact 95% intervals. Dashed: as many alarms as stated. Dotted: the false-alarm "
        "rate that was asked for."
    )
    caption(figure, f"{made_of}. {text}")
    return figure


def alarm_delays(detected: pd.DataFrame, last: int, made_of: str) -> Figure:
    """Generation of the alarm, and accuracy lost by then and by the end, by rate.

    Parameters
    ----------
    detected : DataFrame
        Of `experiments.monitor.curves.detections`, of one detector and rates above 0.
    last : int
        The last generation.
    made_of : str
        For the footer.
    """
    figure, panels = new_figure(1, 2, "How late, and after how much was lost")
    figure.set_size_inches(11, 4.6)
    left, right = panels
    places = np.arange(len(detected))
    never = last + 1
    mid, low, high = (
        np.minimum(detected[f"delay{end}"].to_numpy(), never) for end in ("", "_low", "_high")
    )
    draw_bars(left, places, mid, low, high, fmt="o", color="black")
    left.axhline(never, color=GREY, linewidth=1, linestyle=":")
    left.set_ylim(0, never + 0.6)
    ticks = [tick for tick in range(0, last + 1, max(1, last // 5)) if never - tick > last / 12]
    left.set_yticks([*ticks, never], [*map(str, ticks), "none"])
    left.set_ylabel("generation of the alarm (median)")
    drawn: Sequence[tuple[str, str, float, Look]] = (
        ("lost_at_end", "by the last generation", 0.1, {"color": GREY, "marker": "D", "mfc": "w"}),
        ("lost", "by the alarm (or the end)", -0.1, {"color": WORST, "marker": "o"}),
    )
    for name, label, aside, look in drawn:
        ends = (100 * detected[f"{name}{end}"].to_numpy() for end in ("", "_low", "_high"))
        draw_bars(right, places + aside, *ends, linestyle="none", label=label, **look)
    right.axhline(0, color="black", linewidth=1)
    right.set_ylabel("accuracy lost (points)")
    right.legend(frameon=False, fontsize=9)
    for ax in panels:
        names = [f"{row.rate:g}\n{row.alarms} of {row.n}" for row in detected.itertuples()]
        ax.set_xticks(places, names)
        ax.set_xlim(-0.5, len(places) - 0.5)
        ax.set_xlabel("collapse rate; lineages with an alarm")
    text = (
        "Bars: 95% intervals, left from order statistics; a bar up to none means that half or more "
        "of the lineages may have no alarm. Losses are paired with rate 0 of the same repetition."
    )
    caption(figure, f"{made_of}. {text}")
    return figure


def signal_courses(courses: pd.DataFrame, labels: dict[str, str], made_of: str) -> Figure:
    """Heat maps of signals by generation in healthy standard deviations, a panel a rate.

    Parameters
    ----------
    courses : DataFrame
        Means by rate, generation and metric.
    labels : dict
        Signal to its name, in order.
    made_of : str
        For the footer.
    """
    rates = sorted(courses["rate"].unique())
    figure, panels = new_grid(len(rates), 3, "What the monitor sees, by collapse rate")
    reach = max(LEAST_REACH, float(courses["mean"].abs().max()))
    for place, (ax, rate) in enumerate(zip(panels, rates, strict=True)):
        wide = courses[courses["rate"] == rate].pivot(
            index="metric", columns="generation", values="mean"
        )
        seen = wide.loc[list(labels)].to_numpy()
        drawn = ax.imshow(seen, cmap="RdBu_r", vmin=-reach, vmax=reach, aspect="auto")
        _write_cells(ax, seen, reach)
        ax.grid(visible=False)
        ax.set_title(f"rate {rate:g}", fontsize=10.5)
        names = list(labels.values()) if place % 3 == 0 else [""] * len(labels)
        ax.set_yticks(range(len(labels)), names)
        steps = range(0, len(wide.columns), -(-len(wide.columns) // 6))
        ax.set_xticks(steps, [f"{wide.columns[step]:g}" for step in steps])
        ax.set_xlabel("generation")
    figure.colorbar(drawn, ax=panels, label="healthy standard deviations", shrink=0.8, pad=0.02)
    caption(
        figure,
        f"{made_of}. Means over repetitions, in standard deviations of lineages of human labels.",
    )
    return figure


def _write_cells(ax: Axes, values: NDArray[np.float64], reach: float) -> None:
    """The numbers themselves, where they are few."""
    if values.shape[1] > MAX_WRITTEN:
        return
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if abs(value) > 0.6 * reach else "black"
        text = f"{value:.1f}" if np.isfinite(value) else ""
        ax.text(column, row, text, ha="center", va="center", fontsize=7.5, color=colour)


def slice_losses(losses: pd.DataFrame, worst: str, leads: pd.DataFrame, made_of: str) -> Figure:
    """Loss of each product slice, growth of the gap and loss of the average, and which is first.

    Parameters
    ----------
    losses : DataFrame
        Of `experiments.monitor.slicing.slice_losses`, of one rate.
    worst : str
        The slice that loses most.
    leads : DataFrame
        Of `experiments.monitor.slicing.leads`.
    made_of : str
        For the footer.
    """
    rate = losses["rate"].iloc[0]
    figure, panels = new_figure(1, 3, f"Product slices at collapse rate {rate:g}")
    figure.set_size_inches(13.5, 4.8)
    left, middle, right = panels
    _draw_slices(left, losses, worst)
    for metric, colour, label in (
        ("gap", OKABE_ITO[3], "gap between best and worst slice"),
        ("accuracy", AVERAGE, "average loss"),
    ):
        line = losses[losses["metric"] == metric]
        draw_band(middle, line, "generation", scale=100, color=colour, label=label)
    middle.set_ylabel("growth since rate 0 (points)")
    middle.legend(frameon=False, fontsize=8.5, loc="upper left")
    for ax in (left, middle):
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_xlabel("generation")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _draw_leads(right, leads)
    text = (
        "All against rate 0 of the same repetition. Bands and bars: 95% intervals. Right: hollow "
        "where the gap is not shown to grow; long bars are cut."
    )
    caption(figure, f"{made_of}. {text}")
    return figure


def _draw_slices(ax: Axes, losses: pd.DataFrame, worst: str) -> None:
    ends: dict[str, float] = {}
    for name, line in losses[losses["slice"] != ""].groupby("slice", sort=False):
        if name == worst:
            label = f"{name} (loses most)"
            draw_band(ax, line, "generation", scale=100, color=WORST, label=label)
            continue
        ax.plot(line["generation"], 100 * line["mean"], color="#999999", linewidth=1)
        ends[str(name)] = 100 * float(line["mean"].iloc[-1])
    average = losses[losses["metric"] == "accuracy"]
    draw_band(ax, average, "generation", scale=100, color=AVERAGE, label="average")
    low, high = ax.get_ylim()
    if ends:
        _name_ends(ax, float(losses["generation"].max()), ends, room=0.035 * (high - low))
    ax.set_ylabel("accuracy lost (points)")
    ax.legend(frameon=False, fontsize=8.5, loc="upper left")


def _name_ends(ax: Axes, at: float, ends: Mapping[str, float], room: float) -> None:
    """Names at the ends of lines, moved apart by at least ``room``."""
    ordered = sorted(ends.items(), key=lambda item: item[1])
    steps = room * np.arange(len(ordered))
    free = isotonic_regression(np.array([end for _, end in ordered]) - steps).x + steps
    for (name, _), place in zip(ordered, free, strict=True):
        ax.annotate(
            name,
            (at, place),
            xytext=(3, 0),
            textcoords="offset points",
            fontsize=7,
            color=GREY,
            va="center",
            annotation_clip=False,
        )


def _draw_leads(ax: Axes, leads: pd.DataFrame) -> None:
    places = np.arange(len(leads))
    lead, low, high = (leads[f"lead{end}"].to_numpy() for end in ("", "_low", "_high"))
    for place, row in zip(places, leads.itertuples(), strict=True):
        face = OKABE_ITO[3] if row.is_grown else "white"
        ends = (np.array([value]) for value in (row.lead, row.lead_low, row.lead_high))
        draw_bars(ax, [place], *ends, fmt="o", color=OKABE_ITO[3], markerfacecolor=face)
    shown = leads["is_grown"].to_numpy()
    values = np.concatenate([lead, low[shown], high[shown]])
    reach = max(1.0, float(np.nanmax(np.abs(values[np.isfinite(values)]), initial=0.0)))
    ax.set_ylim(-1.15 * min(reach, 10), 1.15 * min(reach, 10))
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(places, [f"{rate:g}" for rate in leads["rate"]])
    ax.set_xlim(-0.5, len(places) - 0.5)
    ax.set_xlabel("collapse rate")
    ax.set_ylabel("generations by which the gap is\nearlier than the average")


def _draw_rates(
    ax: Axes, rows: pd.DataFrame, x: str, colours: Colours, drawstyle: str = "default"
) -> None:
    for rate, line in rows.groupby("rate"):
        draw_band(ax, line, x, color=colours[rate], drawstyle=drawstyle)
