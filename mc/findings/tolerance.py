"""Sentences about tolerable rates. Knows the tables of `mc.chapters.tolerance`, and no figures."""

from typing import Any

import numpy as np
import pandas as pd

from mc.findings.words import in_points, listed, points

MOST = 10_000  # repetitions that are worth naming
Row = Any  # of the table of frontiers


def answer(row: Row) -> str:
    """The tolerable rate in a few words: ``0.21 [0.16, 0.26]``, ``at least 1``, ``below 0.05``."""
    if row["low"] >= 1:
        return "at least 1"
    if row["low"] > 0 or (row["harm_is_shown"] and row["rate"] > row["low"]):
        interval = f"{row['rate']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
        if row["low"] > 0:
            return interval
    return f"below {row['high']:.2f}" if row["harm_is_shown"] else "not known"


def headline(row: Row) -> str:
    """How much may be mixed in at one place, or why nobody knows."""
    margin, sure = points(row["margin"]), f"{100 * row['confidence']:g}%"
    cost = f"({row['lineages']} lineages, {row['fits']:,} fits)"
    if row["low"] >= 1:
        return (
            f"{row['place']}: all new labels may come from the machine; at no rate does the loss "
            f"exceed {margin} points, with {sure} confidence {cost}."
        )
    if not row["low"] and not row["harm_is_shown"]:
        return (
            f"{row['place']}: not known; {row['lineages']} lineages show neither a rate that loses "
            f"{margin} points nor one that does not. {_missing(row)}"
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
            "seen, for grids that know beforehand how many repetitions they need and look once. "
            "The search knew neither, and its interval holds at all looks."
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


def control_findings(contrasts: pd.DataFrame, frontiers: pd.DataFrame) -> list[str]:
    """Whether synthetic is worse than absent, and structured error worse than random."""
    rates = frontiers.set_index("place")["rate"].round(3)
    questions = {
        "absent": ("the same human reviews without any machine labels", "worse than none"),
        "flips": ("as many wrong labels on random reviews", "worse for where they are"),
    }
    told = []
    for strategy, (words, verdict) in questions.items():
        for place, rows in contrasts[contrasts["strategy"] == strategy].groupby(
            "place", sort=False
        ):
            at = rows.set_index("rate")
            near = [rates[place]] if rates[place] in at.index else []
            chosen = [*near, max(at.index)] if max(at.index) not in near else near
            parts = [
                f"{in_points(*at.loc[rate, ['mean', 'low', 'high']])} points at rate {rate:.2g}"
                for rate in chosen
            ]
            judged = [_judged(at.loc[rate], verdict) for rate in chosen]
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
