"""Which rates cost accuracy: against rate 0, and against the margin."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mc import statistics
from mc.report.wording import column_in_points, groups, merged, points, rates, repetitions


def verdict_findings(generations: pd.DataFrame, verdicts: pd.DataFrame, margin: float) -> list[str]:
    """Which rates are harmful, negligible or undecided.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    verdicts : DataFrame
        Of `mc.statistics.equivalence.verdicts`, made from them with this margin.
    margin : float
        Largest loss of accuracy that does not matter, as a share.
    """
    return merged(
        (name, sentence)
        for name, rows in groups(generations, verdicts)
        for sentence in _judged(rows, margin)
    )


def size_findings(generations: pd.DataFrame, verdicts: pd.DataFrame) -> list[str]:
    """What the highest rate costs in the end, and the verdict, a sentence for each growth.

    Parameters
    ----------
    verdicts : DataFrame
        Of `mc.statistics.equivalence.verdicts`, made from the generations.
    """
    sentences = []
    for name, rows in groups(generations, verdicts):
        row = rows.loc[rows["rate"].idxmax()]
        growth = f"Grown from {row['initial_size']:,} to {row['final_size']:,} reviews"
        loss = f"rate {row['rate']:g} loses {column_in_points(row)} points of accuracy"
        family = f" ({name})" if name and not name.startswith("from ") else ""
        n = repetitions(int(row["n"]))
        sentences.append(f"{growth}{family}, {loss}: {row['verdict']}, over {n}.")
    return sentences


def loss_findings(generations: pd.DataFrame) -> list[str]:
    """Which rates differ from rate 0 beyond their intervals; how large the other losses may be."""
    tested = set(generations["rate"])
    if 0 not in tested:
        return ["Rate 0 is not among the lineages, so there is no paired loss."]
    if tested == {0}:
        return ["Rate 0 is the only rate, so there is no loss to show."]
    table = statistics.summary(generations).query("rate > 0")
    return merged(
        (name, sentence)
        for name, rows in groups(generations, table)
        for sentence in _compared(rows)
    )


def _judged(rows: pd.DataFrame, margin: float) -> Iterator[str]:
    """Rates of one condition by verdict."""
    tested, limit = sorted(rows["rate"]), points(margin)
    templates = {
        "harmful": f"Harmful, losing more than the margin of {limit} points: {{}}.",
        "negligible": f"Negligible, losing less than the margin of {limit} points: {{}}.",
        "undecided": f"Undecided whether the loss exceeds the margin of {limit} points: {{}}",
    }
    for verdict, sentence in templates.items():
        judged = rows[rows["verdict"] == verdict]
        if judged.empty:
            continue
        text = sentence.format(_rates(judged, tested))
        if verdict == "undecided":
            most = judged["high"].max()  # NaN with 1 repetition
            text += "." if np.isnan(most) else f"; the loss may be up to {points(most)} points."
        yield text


def _compared(rows: pd.DataFrame) -> Iterator[str]:
    """Rates above 0 of one condition, by whether their interval includes 0."""
    tested, unpaired = sorted(rows["rate"]), rows[rows["pairs"] == 0]
    if len(unpaired):
        yield f"No finished pair with rate 0, so no paired loss: {_rates(unpaired, tested)}."
    single = rows[rows["pairs"] == 1]
    if len(single):
        yield f"1 repetition: no interval, so the loss may be chance at {_rates(single, tested)}."
    known = rows[rows["pairs"] > 1]
    lost, gained = known[known["loss_low"] > 0], known[known["loss_high"] < 0]
    if len(lost):
        yield f"Accuracy is lower than at rate 0, beyond the 95% interval: {_rates(lost, tested)}."
    if len(gained):
        where = _rates(gained, tested)
        yield f"Accuracy is higher than at rate 0, beyond the 95% interval: {where}."
    open_ = known[(known["loss_low"] <= 0) & (known["loss_high"] >= 0)]
    if len(open_):
        n, most = int(open_["pairs"].min()), points(open_["loss_high"].max())
        yield (
            f"Not distinguishable from rate 0 with {repetitions(n)}: {_rates(open_, tested)}. "
            f"That is not the same as no loss: it may be up to {most} points."
        )


def _rates(rows: pd.DataFrame, tested: list[float]) -> str:
    return rates(list(rows["rate"]), tested)
