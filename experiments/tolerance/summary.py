"""Sentences about tolerable rates. Knows the tables of `tolerance.page`, and no figures."""

import numpy as np
import pandas as pd

from mc.report.wording import in_points, listed, points
from mc.types import Row

MOST = 10_000  # repetitions; more are out of reach
TOO_WIDE = 0.7  # width of an interval that answers nothing
CONTROLS = {  # strategy to its name, and what is said where machine labels lose more, or less
    "drop_synthetic": (
        "the same human reviews alone",
        "machine labels are worse than none",
        "machine labels are better than none",
    ),
    "noise_control": (
        "as many wrong labels on random reviews",
        "machine errors do more harm than random ones",
        "machine errors do less harm than random ones",
    ),
}


def answer(row: Row) -> str:
    """The tolerable rate in a few words: ``0.21 [0.16, 0.26]``, ``at least 1``, ``below 0.05``."""
    if row["low"] >= 1:
        return "at least 1"
    if _is_unknown(row):
        return f"not known [{row['low']:.2f}, {row['high']:.2f}]"
    if row["low"] > 0:
        return f"{row['rate']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
    return f"below {row['high']:.2f}"


def _is_unknown(row: Row) -> bool:
    """Whether an interval is too wide to be an answer."""
    is_open = not row["low"] and not row["harm_is_shown"]
    return bool(is_open or row["high"] - row["low"] > TOO_WIDE)


def headline(row: Row) -> str:
    """How much may be mixed in at one place, or why that is unknown."""
    margin, sure = points(row["margin"]), f"{100 * row['confidence']:g}%"
    cost = f"({row['lineages']} lineages, {row['fits']:,} fits)"
    if row["low"] >= 1:
        return (
            f"{row['place']}: all new labels may come from the machine; the loss stays within "
            f"{margin} points at every rate, with {sure} confidence {cost}."
        )
    if _is_unknown(row):
        return (
            f"{row['place']}: after {row['lineages']} lineages the tolerable rate is only known to "
            f"lie in [{row['low']:.2f}, {row['high']:.2f}], with {sure} confidence. {_missing(row)}"
        )
    if not row["low"]:
        least = f"a rate of {row['high']:.3g} already loses more than {margin} points"
        less = "" if row["is_done"] else f" {_missing(row)}"
        return (
            f"{row['place']}: less than {row['high']:.2f} of the new labels may come from the "
            f"machine; {least}, with {sure} confidence {cost}.{less}"
        )
    share = 1 - row["initial_size"] / row["size"]
    bounds = "" if row["harm_is_shown"] else " (no rate was shown to exceed it)"
    open_end = "" if row["is_done"] else f" {_missing(row)}"
    return (
        f"{row['place']}: the machine may label up to {row['rate']:.2f} [{row['low']:.2f}, "
        f"{row['high']:.2f}] of the new reviews, {100 * share * row['rate']:.0f}% of all reviews, "
        f"before the loss exceeds {margin} points{bounds}, with {sure} confidence {cost}.{open_end}"
    )


def rate_range(row: Row) -> str:
    """The interval of the tolerable rate: ``rate 0.05 to 0.14``."""
    return f"rate {row['low']:.2f} to {row['high']:.2f}"


def _missing(row: Row) -> str:
    """What an interval of the requested width would take."""
    if row["missing"] > MOST:
        return (
            f"An interval of width {row['width']:g} is out of reach: near the tolerable rate the "
            "loss hardly changes with the rate."
        )
    return (
        f"An interval of width {row['width']:g} needs an estimated {row['missing']:,} repetitions "
        f"more than the budget of {row['budget']} lineages allowed."
    )


def cost_findings(frontiers: pd.DataFrame) -> list[str]:
    """What the search took, compared with a grid."""
    known = frontiers[(frontiers["grid_repetitions"] > 0) & (frontiers["grid_repetitions"] <= MOST)]
    if known.empty:
        return []
    spent, grid = known["fits"].sum(), known["grid_fits"].sum()
    searches = f"The searches at {len(known)} places" if len(known) > 1 else "The search"
    return [
        f"{searches} took {spent:,} fits. Grids with intervals as narrow would take an estimated "
        f"{grid:,}, {grid / spent:.1f} times as many, if they knew in advance how many repetitions "
        "they need. The estimate uses the losses and spreads that the search saw."
    ]


def reversal_findings(reversals: pd.DataFrame) -> list[str]:
    """Where a higher rate loses less, against the assumption of the interval."""
    sentences = []
    for place, rows in reversals.groupby("place", sort=False):
        pairs = [f"{row['lower']:g} than at {row['higher']:g}" for _, row in rows.iterrows()]
        sentences.append(
            f"{place}: the loss is larger at {listed(pairs)}, beyond chance. The interval assumes "
            "that the loss never falls as the rate rises."
        )
    return sentences


def check_findings(controls: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """The loss at the estimate itself, in repetitions that the search did not use."""
    rows = _at_estimates(controls, frontiers)
    if rows.empty:
        return []
    losses = [
        f"{row['place']} {in_points(row['mean'], row['low'], row['high'])}"
        + (" (differs from the margin)" if row["is_off"] else "")
        for _, row in rows.iterrows()
    ]
    return [
        f"Loss at the tolerable rate itself, in {rows['n'].min()} or more repetitions that the "
        f"search did not use, in points: {listed(losses)}."
    ]


def off_the_margin(controls: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Places where the loss at the estimate is shown to differ from the margin."""
    rows = _at_estimates(controls, frontiers)
    return list(rows.loc[rows["is_off"], "place"])


def _at_estimates(controls: pd.DataFrame, frontiers: pd.DataFrame) -> pd.DataFrame:
    """Losses of machine labels at each place's tolerable rate, where it lies between 0 and 1."""
    known = frontiers[(frontiers["low"] > 0) & frontiers["harm_is_shown"]]
    known = known.assign(rate=known["rate"].round(3))[["place", "rate", "margin"]]
    rows = known.merge(controls[controls["strategy"] == "none"], on=["place", "rate"])
    return rows.assign(is_off=(rows["margin"] < rows["low"]) | (rows["margin"] > rows["high"]))


def control_findings(contrasts: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Whether machine labels are worse than no labels, and than as many random errors.

    At the tolerable rate, where a control was run there, and at the highest rate.
    """
    rates = frontiers.set_index("place")["rate"].round(3)
    sentences = []
    for strategy, (control, *verdicts) in CONTROLS.items():
        rows = contrasts[contrasts["strategy"] == strategy]
        for place, of_place in rows.groupby("place", sort=False):
            table = of_place.set_index("rate")
            wanted = dict.fromkeys([rates[place], table.index.max()])
            parts = [
                f"{in_points(row['mean'], row['low'], row['high'])} points more at rate {rate:.2g} "
                f"({_judged(row, *verdicts)})"
                for rate, row in ((rate, table.loc[rate]) for rate in wanted if rate in table.index)
            ]
            sentences.append(
                f"{place}: compared with {control}, machine labels lose {listed(parts)}."
            )
    return sentences


def _judged(row: Row, worse: str, better: str) -> str:
    if np.isnan(row["low"]) or row["low"] <= 0 <= row["high"]:
        return "no difference is shown"
    return worse if row["mean"] > 0 else better


def missing_words(repetitions: int) -> str:
    """How many repetitions are missing, for a table."""
    if not repetitions:
        return "0"
    return f"more than {MOST:,}" if repetitions > MOST else f"about {repetitions:,}"


def size_findings(frontiers: pd.DataFrame) -> list[str]:
    """Whether more reviews tolerate more, as far as intervals show."""
    sentences = []
    for backend, rows in frontiers.groupby("backend", sort=False):
        ordered = rows.sort_values("size")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        if first["size"] < last["size"]:
            sizes = f"from {first['size']:,} to {last['size']:,} reviews"
            sentences.append(f"{backend}, {sizes}: {_compared(first, last)}.")
    return sentences


def _compared(first: Row, last: Row) -> str:
    if last["low"] > first["high"]:
        return "the tolerable rate rises"
    if last["high"] < first["low"]:
        return "the tolerable rate falls"
    return "the intervals overlap, so no difference is shown"
