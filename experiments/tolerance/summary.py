"""Sentences about tolerable rates. Knows the tables of `tolerance.page`, and no figures."""

from typing import Any

import numpy as np
import pandas as pd

from mc.report.wording import in_points, listed, points

MOST = 10_000  # repetitions that are worth naming
TOO_WIDE = 0.7  # of an interval of rates
Row = Any  # of the table of frontiers


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
    """How much may be mixed in at one place, or why nobody knows."""
    margin, sure = points(row["margin"]), f"{100 * row['confidence']:g}%"
    cost = f"({row['lineages']} lineages, {row['fits']:,} fits)"
    if row["low"] >= 1:
        return (
            f"{row['place']}: all new labels may come from the machine; at no rate does the loss "
            f"exceed {margin} points, with {sure} confidence {cost}."
        )
    if _is_unknown(row):
        return (
            f"{row['place']}: not known closer than [{row['low']:.2f}, {row['high']:.2f}] after "
            f"{row['lineages']} lineages, with {sure} confidence. {_missing(row)}"
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
        f"{row['place']}: up to a rate of {row['rate']:.2f} [{row['low']:.2f}, {row['high']:.2f}] "
        f"the machine may label what is new, {100 * share * row['rate']:.0f}% of all reviews, "
        f"before the loss exceeds {margin} points{bounds}, with {sure} confidence {cost}.{open_end}"
    )


def _missing(row: Row) -> str:
    """What the interval that was asked for would take."""
    if row["missing"] > MOST:
        return (
            f"An interval of width {row['width']:g} is out of reach: about the frontier losses "
            "hardly change with the rate."
        )
    return (
        f"An interval of width {row['width']:g} should take about {row['missing']:,} more "
        f"repetitions than the budget of {row['budget']} lineages allowed."
    )


def cost_findings(frontiers: pd.DataFrame, grids: pd.DataFrame) -> list[str]:
    """What the search took, against a grid."""
    known = frontiers[(frontiers["grid_repetitions"] > 0) & (frontiers["grid_repetitions"] <= MOST)]
    told = []
    if len(known):
        spent, grid = known["fits"].sum(), known["grid_fits"].sum()
        told.append(
            f"{_places(known)} took {spent:,} fits. Grids with intervals as narrow should take "
            f"{grid:,}, {grid / spent:.1f} times as many: computed from the losses and spreads "
            "seen, for grids that know beforehand how many repetitions they need, and look once."
        )
    if len(grids):
        both = frontiers.merge(grids, on="place", suffixes=("", "_of_grid"))
        rows = [
            f"{row['place']}: {_range(row['low_of_grid'], row['high_of_grid'])} against "
            f"{_range(row['low'], row['high'])}"
            for _, row in both.iterrows()
        ]
        told.append(
            "A grid of as many lineages, measured, has these bootstrap intervals against the "
            f"searches': {'; '.join(rows)}."
        )
    return told


def _places(rows: pd.DataFrame) -> str:
    return f"The searches at {len(rows)} places" if len(rows) > 1 else "The search"


def _range(low: float, high: float) -> str:
    return "no interval" if np.isnan(low) else f"[{low:.2f}, {high:.2f}]"


def search_findings(frontiers: pd.DataFrame, reversals: pd.DataFrame) -> list[str]:
    """What the search saw beside its answer."""
    told = []
    done = frontiers[frontiers["is_done"]]
    if len(done):
        told.append(
            f"{len(done)} of {len(frontiers)} searches reached the width that was asked for, after "
            f"{listed([f'{each:,}' for each in done['lineages']])} lineages."
        )
    for place, rows in reversals.groupby("place", sort=False):
        pairs = [f"{row['lower']:g} than at {row['higher']:g}" for _, row in rows.iterrows()]
        told.append(
            f"{place}: the loss is larger at {listed(pairs)}, beyond chance: it does not grow with "
            "the rate, which the interval takes for granted."
        )
    return told


def check_findings(controls: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Whether repetitions at the estimate itself, of which no search knew, lose the margin."""
    rows = _at_estimates(controls, frontiers)
    told = [
        f"{row['place']} {in_points(row['mean'], row['low'], row['high'])}"
        + (" (other than the margin)" if row["is_off"] else "")
        for _, row in rows.iterrows()
    ]
    if not told:
        return []
    return [
        f"Checked with {rows['n'].min()} repetitions at the tolerable rate itself, which the "
        f"search did not learn from: the loss there is, in points, {listed(told)}."
    ]


def off_the_margin(controls: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Places where the loss at the estimate is shown to be another than the margin."""
    rows = _at_estimates(controls, frontiers)
    return list(rows.loc[rows["is_off"], "place"])


def _at_estimates(controls: pd.DataFrame, frontiers: pd.DataFrame) -> pd.DataFrame:
    """Losses of machine labels at each place's tolerable rate, where it lies between 0 and 1."""
    known = frontiers[(frontiers["low"] > 0) & frontiers["harm_is_shown"]]
    known = known.assign(rate=known["rate"].round(3))[["place", "rate", "margin"]]
    rows = known.merge(controls[controls["strategy"] == "none"], on=["place", "rate"])
    return rows.assign(is_off=(rows["margin"] < rows["low"]) | (rows["margin"] > rows["high"]))


def control_findings(contrasts: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Whether machine labels are worse than none, and structured errors than random ones."""
    rates = frontiers.set_index("place")["rate"].round(3)
    questions = {
        "drop_synthetic": ("the same human reviews without any machine labels", "worse than none"),
        "noise_control": ("as many wrong labels on random reviews", "worse for where they are"),
    }
    told = []
    for strategy, (words, verdict) in questions.items():
        for place, rows in contrasts[contrasts["strategy"] == strategy].groupby(
            "place", sort=False
        ):
            at = rows.set_index("rate")
            near = [rates[place]] if rates[place] in at.index else []
            told_at = [*near, max(at.index)] if max(at.index) not in near else near
            parts = [
                f"{in_points(*at.loc[rate, ['mean', 'low', 'high']])} points at rate {rate:.2g}"
                for rate in told_at
            ]
            judged = [_judged(at.loc[rate], verdict) for rate in told_at]
            same = len(set(judged)) == 1
            if same:
                told.append(f"{place}: beyond {words}, the loss is {listed(parts)}: {judged[0]}.")
            else:
                both = [f"{part} ({word})" for part, word in zip(parts, judged, strict=True)]
                told.append(f"{place}: beyond {words}, the loss is {listed(both)}.")
    return told


def _judged(row: Any, verdict: str) -> str:
    if np.isnan(row["low"]) or row["low"] <= 0 <= row["high"]:
        return "no difference is shown"
    return (
        f"machine labels are {verdict}"
        if row["mean"] > 0
        else (
            "machine labels are better" if "none" in verdict else "they harm less than random ones"
        )
    )


def missing_words(repetitions: int) -> str:
    """How many repetitions are missing, for a table."""
    if not repetitions:
        return "0"
    return f"more than {MOST:,}" if repetitions > MOST else f"about {repetitions:,}"


def size_findings(frontiers: pd.DataFrame) -> list[str]:
    """Whether more reviews tolerate more, as far as intervals tell."""
    told = []
    for backend, rows in frontiers.groupby("backend", sort=False):
        ordered = rows.sort_values("size")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        if first["size"] == last["size"]:
            continue
        ends = f"{answer(first)} at {first['size']:,} reviews, {answer(last)} at {last['size']:,}"
        told.append(f"{backend}: {ends}; {_compared(first, last)}.")
    return told


def _compared(first: Row, last: Row) -> str:
    if last["low"] > first["high"]:
        return "more reviews tolerate a higher rate"
    if last["high"] < first["low"]:
        return "more reviews tolerate a lower rate only"
    return "the intervals overlap, so that no difference is shown"
