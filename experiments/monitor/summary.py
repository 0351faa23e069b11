"""Sentences about a label-free monitor. Knows the tables of `mc.statistics`, and no figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mc.report.wording import in_points, listed

Row = Any  # of a table
ENOUGH = 0.05  # a p value


def headline(detected: pd.DataFrame, false_alarms: float, last: int) -> str:
    """What the alarm is worth at the highest rate, and its price."""
    own = detected[detected["rate"] > 0]
    price = f"{_percent(false_alarms)} false alarms over {last} generations"
    if own.empty:
        return f"Only rate 0 was bred, so that nothing is known of an alarm at {price}."
    row = own.loc[own["rate"].idxmax()]
    told = (
        f"Without labels and with at most {price}, the monitor sounds in {row['alarms']} of "
        f"{row['n']} lineages at rate {row['rate']:g} ({_share(row)})"
    )
    if not row["alarms"]:
        return f"{told}, by when {_lost(row, 'lost_at_end')} points of accuracy are lost."
    when = _when(row)
    return (
        f"{told}, {when}; {_lost(row, 'lost')} points of accuracy are lost by then, "
        f"{_lost(row, 'lost_at_end')} by the end."
    )


def rate_findings(detected: pd.DataFrame) -> list[str]:
    """One sentence on each lower rate."""
    own = detected[detected["rate"] > 0].sort_values("rate", ascending=False)
    return [
        f"At rate {row['rate']:g} it sounds in {row['alarms']} of {row['n']} lineages "
        f"({_share(row)}){', ' + _when(row) if row['alarms'] else ''}; "
        f"{_lost(row, 'lost')} points are lost by the alarm, or the end where there is none, and "
        f"{_lost(row, 'lost_at_end')} by the end."
        for _, row in own.iloc[1:].iterrows()
    ]


def false_alarm_findings(
    detected: pd.DataFrame, promise: Mapping[str, float], false_alarms: float, calm: int, usual: int
) -> list[str]:
    """What the false-alarm rate rests on, and how it was checked."""
    told = [
        f"The threshold comes from {calm} lineages of human labels, what is usual from {usual} "
        f"others. It promises {_percent(promise['expected'])} false alarms or fewer on average "
        f"over such calibrations (asked: {_percent(false_alarms)}); this one's own rate lies "
        f"between {_percent(promise['low'])} and {_percent(promise['high'])} (95%).",
    ]
    healthy = detected[detected["rate"] == 0]
    if len(healthy):
        row = healthy.iloc[0]
        told.append(
            f"Of {row['n']} further lineages of human labels, {row['alarms']} raised a false alarm "
            f"({_share(row)})."
        )
        if row["share_low"] > promise["high"]:
            told.append("That is more than this calibration promises: treat its alarms with care.")
    return told


def operating_findings(curves: pd.DataFrame, false_alarms: float) -> list[str]:
    """The lowest rate that is mostly seen, at the rate asked and at one more generous."""
    told = []
    for stated in sorted({false_alarms, 0.2}):
        usable = curves[(curves["rate"] > 0) & (curves["stated"] <= stated + 1e-9)]
        if usable.empty:
            continue
        at = usable[usable["stated"] == usable["stated"].max()]
        shares = [f"{_percent(row['mean'])} at rate {row['rate']:g}" for _, row in at.iterrows()]
        told.append(
            f"At a stated false-alarm rate of {_percent(stated)}, lineages with an alarm are "
            f"{listed(shares)} (of {int(at['n'].max())} each)."
        )
    return told


def signal_findings(detected: pd.DataFrame, together: str) -> list[str]:
    """Which signal sees a collapse first, and which sees nothing."""
    rates = sorted(detected.loc[detected["rate"] > 0, "rate"])
    if not rates:
        return []
    alone = detected[(detected["rate"] == rates[-1]) & (detected["detector"] != together)]
    ordered = alone.sort_values("watched", kind="stable")
    best, calm = ordered.iloc[0], detected[detected["rate"] == 0].set_index("detector")
    if not best["alarms"]:
        return [f"No signal alone sounds in any of {best['n']} lineages at rate {rates[-1]:g}."]
    told = [
        f"Alone, {_name(best)} sees rate {rates[-1]:g} first of {len(alone)} signals: in "
        f"{best['alarms']} of {best['n']} lineages, {_when(best)}; its false alarms: "
        f"{calm.loc[best['detector'], 'alarms']} of {calm.loc[best['detector'], 'n']} lineages of "
        "human labels."
    ]
    rivals = ordered.iloc[1:]
    alike = rivals[rivals["watched_low"] <= best["watched_high"]]
    if len(alike):
        names = listed([_name(row) for _, row in alike.iterrows()])
        told.append(
            f"By their mean times until the alarm, {names} cannot be told from it with these "
            "repetitions."
        )
    blind = [_name(row) for _, row in ordered.iterrows() if row["share_high"] < 0.5]
    if blind:
        told.append(
            f"{listed(blind)}, alone, {'sounds' if len(blind) == 1 else 'sound'} in fewer than "
            f"half of the lineages at rate {rates[-1]:g} (exact 95% intervals)."
        )
    return told


def slice_findings(
    losses: pd.DataFrame, excesses: pd.DataFrame, leads: pd.DataFrame, rate: float
) -> list[str]:
    """Which product slice is hit most, and whether the gap grows before the average falls."""
    ends = losses[(losses["generation"] == losses["generation"].max()) & (losses["slice"] != "")]
    worst = ends.loc[ends["mean"].idxmax()]
    beyond = excesses[(excesses["rate"] == rate) & (excesses["slice"] == worst["slice"])].iloc[0]
    told = [
        f"At rate {rate:g}, {worst['slice']} loses most by the last generation: "
        f"{in_points(worst['mean'], worst['low'], worst['high'])} points, "
        f"{in_points(beyond['mean'], beyond['low'], beyond['high'])} more than the average "
        f"({_significance(beyond['p'], len(ends))})."
    ]
    row = leads[leads["rate"] == rate].iloc[0]
    growth = in_points(row["gap_growth"], row["gap_growth_low"], row["gap_growth_high"])
    if np.isnan(row["gap_growth_low"]):
        return [*told, "One repetition does not tell whether the gap between slices grows."]
    if not row["is_grown"]:
        return [
            *told,
            f"That the gap between the best and the worst slice grows is not shown ({growth} "
            "points), so whether it grows before the average falls stays open.",
        ]
    lead = f"{row['lead']:.1f} generations [{row['lead_low']:.1f}, {row['lead_high']:.1f}]"
    told.append(f"The gap between the best and the worst slice grows by {growth} points.")
    if row["lead_low"] > 0:
        told.append(f"It grows before the average falls, by {lead}.")
    elif row["lead_high"] < 0:
        told.append(f"It does not warn: it grows after the average falls (lead {lead}).")
    else:
        told.append(
            f"Whether it grows before the average falls is undecided: the lead is {lead}, in which "
            "0 is included."
        )
    return told


def _significance(p: float, many: int) -> str:
    if np.isnan(p):
        return "one repetition, no test"
    verdict = "shown" if p < ENOUGH else "not shown"
    return f"{verdict}; Holm's p over {many} slices {p:.2g}"


def _when(row: Row) -> str:
    """Median generation of the alarm."""
    if np.isinf(row["delay"]):
        return "in fewer than half by the last generation"
    if np.isnan(row["delay_low"]):
        return f"at generation {row['delay']:g} (median)"
    high = "none" if np.isinf(row["delay_high"]) else f"{row['delay_high']:g}"
    return f"at generation {row['delay']:g} [{row['delay_low']:g}, {high}] (median)"


def _share(row: Row) -> str:
    return f"{_percent(row['share'])} [{100 * row['share_low']:.0f}, {100 * row['share_high']:.0f}]"


def _lost(row: Row, name: str) -> str:
    return in_points(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _name(row: Row) -> str:
    return str(row["detector"]).replace("_", " ")
