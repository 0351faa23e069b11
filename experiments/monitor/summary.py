"""Sentences about a label-free monitor. Knows its tables, and no figures."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mc.report.wording import column_in_points, in_points, listed
from mc.types import Row

SIGNIFICANT = 0.05
GENEROUS = 0.2  # a false-alarm rate to compare with the one that was asked for
ROUNDING = 1e-9  # of stated rates


def headline(detected: pd.DataFrame, false_alarms: float, last: int) -> str:
    """What the alarm is worth at the highest rate, and its price."""
    collapsing = detected[detected["rate"] > 0]
    price = f"{_percent(false_alarms)} false alarms over {last} generations"
    if collapsing.empty:
        return f"Only rate 0 was run, which cannot show what an alarm at {price} detects."
    row = collapsing.loc[collapsing["rate"].idxmax()]
    start = (
        f"Without labels and with at most {price}, the monitor raises an alarm in {row['alarms']} "
        f"of {row['n']} lineages at rate {row['rate']:g} ({_share(row)})"
    )
    at_end = column_in_points(row, "lost_at_end")
    if not row["alarms"]:
        return f"{start}; {at_end} points of accuracy are lost by the end."
    return (
        f"{start}, {_when(row)}; {column_in_points(row, 'lost')} points of accuracy are lost by "
        f"then, {at_end} by the end."
    )


def false_alarm_findings(
    detected: pd.DataFrame, promise: Mapping[str, float], false_alarms: float, calm: int, usual: int
) -> list[str]:
    """What the false-alarm rate rests on, and how it was checked."""
    low, high = _percent(promise["low"]), _percent(promise["high"])
    sentences = [
        f"The threshold comes from {calm} lineages of human labels, the usual means and spreads "
        f"from {usual} others. Averaged over such calibrations it promises "
        f"{_percent(promise['expected'])} false alarms or fewer (asked: {_percent(false_alarms)}); "
        f"the rate of this calibration lies between {low} and {high} (95%)."
    ]
    healthy = detected[detected["rate"] == 0]
    if len(healthy):
        row = healthy.iloc[0]
        sentences.append(
            f"Of {row['n']} further lineages of human labels, {row['alarms']} raised a false alarm "
            f"({_share(row)})."
        )
        if row["share_low"] > promise["high"]:
            sentences.append("That is more than promised: the stated rate does not hold here.")
    return sentences


def operating_findings(curves: pd.DataFrame, false_alarms: float) -> list[str]:
    """What is detected at a more generous false-alarm rate than the one asked for."""
    usable = curves[(curves["rate"] > 0) & (curves["stated"] <= GENEROUS + ROUNDING)]
    if usable.empty or false_alarms >= GENEROUS:
        return []
    rows = usable[usable["stated"] == usable["stated"].max()]
    shares = [f"{_percent(row['mean'])} at rate {row['rate']:g}" for _, row in rows.iterrows()]
    return [
        f"With {_percent(GENEROUS)} false alarms instead, the share of lineages with an alarm is "
        f"{listed(shares)} (of {int(rows['n'].max())} each)."
    ]


def signal_findings(detected: pd.DataFrame, together: str) -> list[str]:
    """Which signal alone detects a collapse first, and which does not."""
    highest = detected["rate"].max()
    if not highest > 0:
        return []
    alone = detected[(detected["rate"] == highest) & (detected["detector"] != together)]
    ordered = alone.sort_values("watched", kind="stable")
    best = ordered.iloc[0]
    if not best["alarms"]:
        return [f"No signal alone raises an alarm at rate {highest:g}."]
    sentences = [
        f"At rate {highest:g}, {_name(best)} alone raises the alarm first of {len(alone)} signals, "
        f"{_when(best)}."
    ]
    rivals = ordered.iloc[1:]
    alike = rivals[rivals["watched_low"] <= best["watched_high"]]
    if len(alike):
        names = listed([_name(row) for _, row in alike.iterrows()])
        sentences.append(
            f"For {names} no difference from it was found in the mean time until the alarm."
        )
    blind = [_name(row) for _, row in ordered.iterrows() if row["share_high"] < 0.5]
    if blind:
        sentences.append(
            f"Alone, {listed(blind)} {'detects' if len(blind) == 1 else 'detect'} fewer than half "
            f"of the lineages at rate {highest:g} (exact 95% intervals)."
        )
    return sentences


def slice_findings(
    losses: pd.DataFrame, excesses: pd.DataFrame, leads: pd.DataFrame, rate: float
) -> list[str]:
    """Which product slice loses most, and whether the gap grows before the average falls."""
    ends = losses[(losses["generation"] == losses["generation"].max()) & (losses["slice"] != "")]
    worst = ends.loc[ends["mean"].idxmax()]
    beyond = excesses[(excesses["rate"] == rate) & (excesses["slice"] == worst["slice"])].iloc[0]
    lost, more = (in_points(row["mean"], row["low"], row["high"]) for row in (worst, beyond))
    first = (
        f"At rate {rate:g}, {worst['slice']} loses most by the last generation: {lost} points, "
        f"{more} more than the average ({_significance(beyond['p'], len(ends))})."
    )
    row = leads[leads["rate"] == rate].iloc[0]
    growth = column_in_points(row, "gap_growth")
    if np.isnan(row["gap_growth_low"]):
        return [first, "One repetition does not show whether the gap between slices grows."]
    if not row["is_grown"]:
        return [
            first,
            f"The gap between the best and the worst slice is not shown to grow ({growth} points).",
        ]
    lead = f"{row['lead']:.1f} generations [{row['lead_low']:.1f}, {row['lead_high']:.1f}]"
    order = f"whether before the average falls is undecided (lead {lead})"
    if row["lead_low"] > 0:
        order = f"before the average falls, by {lead}"
    elif row["lead_high"] < 0:
        order = f"after the average falls (lead {lead}), so it does not warn"
    return [
        first,
        f"The gap between the best and the worst slice grows by {growth} points, {order}.",
    ]


def _significance(p: float, many: int) -> str:
    if np.isnan(p):
        return "one repetition, no test"
    verdict = "shown" if p < SIGNIFICANT else "not shown"
    return f"{verdict}; Holm-adjusted p over {many} slices {p:.2g}"


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


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _name(row: Row) -> str:
    return str(row["detector"]).replace("_", " ")
