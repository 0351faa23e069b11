"""Figures of a label-free monitor of lineages."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter
from scipy.optimize import isotonic_regression

from mc.report.canvas import GREY, OKABE_ITO, Colours, new_figure, rate_colours

BANDS = "Bands: 95% intervals."
MAX_STATED = 0.5  # a false-alarm rate beyond which nobody would listen
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
    _draw_lines(left, shown, "stated", colours, drawstyle="steps-post")
    left.plot([0, MAX_STATED], [0, MAX_STATED], color=GREY, linestyle="--", linewidth=1)
    left.axvline(false_alarms, color=GREY, linestyle=":", linewidth=1)
    left.set_xlim(0, MAX_STATED)
    left.set_xlabel("stated false-alarm rate (all generations)")
    left.set_ylabel("lineages with an alarm")
    left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_title("operating curve", fontsize=10.5)
    _draw_lines(right, sounded, "generation", colours)
    right.axhline(false_alarms, color=GREY, linestyle=":", linewidth=1)
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_xlabel("generation")
    right.set_title(f"alarms so far, at {100 * false_alarms:.3g}% false alarms", fontsize=10.5)
    for ax in panels:
        ax.set_ylim(-0.03, 1.03)
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    _rates(figure, colours)
    text = (
        "Bands: exact 95% intervals. Black: rate 0, lineages that calibrate nothing. Dashed: as "
        "many alarms as stated. Dotted: the false-alarm rate that was asked."
    )
    _note(figure, made_of, text)
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
    sizes = np.nan_to_num(np.array([mid - low, high - mid]))
    left.errorbar(places, mid, sizes, fmt="o", color="black", capsize=3, label="median")
    left.axhline(never, color=GREY, linewidth=1, linestyle=":")
    left.set_ylim(0, never + 0.6)
    ticks = [tick for tick in range(0, last + 1, max(1, last // 5)) if never - tick > last / 12]
    left.set_yticks([*ticks, never], [*map(str, ticks), "none"])
    left.set_ylabel("generation of the alarm (median)")
    drawn: Sequence[tuple[str, str, float, dict[str, Any]]] = (
        ("lost_at_end", "by the last generation", 0.1, {"color": GREY, "marker": "D", "mfc": "w"}),
        ("lost", "by the alarm, or the end where none", -0.1, {"color": WORST, "marker": "o"}),
    )
    for name, label, aside, look in drawn:
        mean, low, high = (
            100 * detected[f"{name}{end}"].to_numpy() for end in ("", "_low", "_high")
        )
        bars = np.nan_to_num(np.array([mean - low, high - mean]))
        right.errorbar(places + aside, mean, bars, linestyle="none", capsize=3, label=label, **look)
    right.axhline(0, color="black", linewidth=1)
    right.set_ylabel("accuracy lost (points)")
    right.legend(frameon=False, fontsize=9)
    for ax in panels:
        names = [f"{row.rate:g}\n{row.alarms} of {row.n}" for row in detected.itertuples()]
        ax.set_xticks(places, names)
        ax.set_xlim(-0.5, len(places) - 0.5)
        ax.set_xlabel("collapse rate; lineages with an alarm")
    text = (
        "Bars: 95% intervals (left from order statistics; up to 'none': half or more of the "
        "lineages may have no alarm). Losses are paired with rate 0 of the same repetition."
    )
    _note(figure, made_of, text)
    return figure


def signal_courses(courses: pd.DataFrame, labels: dict[str, str], made_of: str) -> Figure:
    """Each signal in healthy standard deviations, by generation and rate.

    Parameters
    ----------
    courses : DataFrame
        Means by rate, generation and metric with bounds.
    labels : dict
        Signal to the title of its panel, in order.
    made_of : str
        For the footer.
    """
    columns = min(4, len(labels))
    rows = -(-len(labels) // columns)
    figure, panels = new_figure(rows, columns, "What the monitor sees")
    figure.set_size_inches(2.4 + 2.7 * columns, 1.5 + 2.6 * rows)
    colours = rate_colours(courses["rate"])
    for ax in panels[len(labels) :]:
        ax.remove()
    for place, (name, title) in enumerate(labels.items()):
        ax = panels[place]
        _draw_lines(ax, courses[courses["metric"] == name], "generation", colours)
        ax.axhspan(-1, 1, color="#eeeeee", zorder=0)
        ax.set_title(title, fontsize=10)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        if place + columns >= len(labels):
            ax.set_xlabel("generation")
        if place % columns == 0:
            ax.set_ylabel("healthy standard\ndeviations")
    _rates(figure, colours)
    _note(figure, made_of, f"Grey: within one standard deviation of healthy lineages. {BANDS}")
    return figure


def slice_losses(losses: pd.DataFrame, worst: str, leads: pd.DataFrame, made_of: str) -> Figure:
    """Loss of each product slice, the growth of the gap beside the average, and which is first.

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
        _band(middle, losses[losses["metric"] == metric], "generation", colour, label)
    middle.set_ylabel("growth since rate 0 (points)")
    middle.legend(frameon=False, fontsize=8.5, loc="upper left")
    for ax in (left, middle):
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_xlabel("generation")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _draw_leads(right, leads)
    text = (
        "All against rate 0 of the same repetition. Bands and bars: 95% intervals. Right: "
        "hollow where the growth of the gap itself is not shown; bars are cut at the panel."
    )
    _note(figure, made_of, text)
    return figure


def _draw_slices(ax: Axes, losses: pd.DataFrame, worst: str) -> None:
    ends: dict[str, float] = {}
    for name, line in losses[losses["slice"] != ""].groupby("slice", sort=False):
        if name == worst:
            _band(ax, line, "generation", WORST, f"{name} (loses most)")
            continue
        ax.plot(line["generation"], 100 * line["mean"], color="#999999", linewidth=1)
        ends[str(name)] = 100 * float(line["mean"].iloc[-1])
    _band(ax, losses[losses["metric"] == "accuracy"], "generation", AVERAGE, "average")
    low, high = ax.get_ylim()
    if ends:
        _name_ends(ax, float(losses["generation"].max()), ends, room=0.035 * (high - low))
    ax.set_ylabel("accuracy lost (points)")
    ax.legend(frameon=False, fontsize=8.5, loc="upper left")


def _name_ends(ax: Axes, at: float, ends: Mapping[str, float], room: float) -> None:
    """Names beside the ends of lines: so far apart at least, else as near to them as can be."""
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
        ends = np.nan_to_num([[row.lead - row.lead_low], [row.lead_high - row.lead]])
        ax.errorbar([place], [row.lead], np.maximum(ends, 0), fmt="o", color=OKABE_ITO[3],
                    markerfacecolor=face, capsize=3)  # fmt: skip
    shown = leads["is_grown"].to_numpy()
    values = np.concatenate([lead, low[shown], high[shown]])
    reach = max(1.0, float(np.nanmax(np.abs(values[np.isfinite(values)]), initial=0.0)))
    ax.set_ylim(-1.15 * min(reach, 10), 1.15 * min(reach, 10))
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(places, [f"{rate:g}" for rate in leads["rate"]])
    ax.set_xlim(-0.5, len(places) - 0.5)
    ax.set_xlabel("collapse rate")
    ax.set_ylabel("generations by which the gap is earlier\nthan the average (below 0: later)")


def _draw_lines(
    ax: Axes, rows: pd.DataFrame, x: str, colours: Colours, drawstyle: str = "default"
) -> None:
    step: Any = "post" if drawstyle == "steps-post" else None
    for rate, line in rows.groupby("rate"):
        at = line[x].to_numpy()
        ax.plot(at, line["mean"], color=colours[rate], linewidth=1.8, drawstyle=drawstyle)
        ax.fill_between(
            at, line["low"], line["high"], color=colours[rate], alpha=0.13, linewidth=0, step=step
        )


def _band(ax: Axes, line: pd.DataFrame, x: str, colour: str, label: str) -> None:
    at = line[x].to_numpy()
    ax.plot(at, 100 * line["mean"], color=colour, linewidth=2, label=label)
    ax.fill_between(
        at, 100 * line["low"], 100 * line["high"], color=colour, alpha=0.15, linewidth=0
    )


def _rates(figure: Figure, colours: Colours, extra: Sequence[Line2D] = ()) -> None:
    handles = [
        Line2D([], [], color=colours[rate], linewidth=2.5, label=f"{rate:g}")
        for rate in sorted(colours)
    ]
    figure.legend(
        handles=[*handles, *extra],
        title="collapse rate",
        loc="outside right upper",
        frameon=False,
        fontsize=9,
        alignment="left",
    )


def _note(figure: Figure, made_of: str, text: str) -> None:
    """Say below the panels what the figure was made of."""
    wrapped = textwrap.fill(f"{made_of}. {text}", width=int(13.5 * figure.get_figwidth()))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8.5, color=GREY)
