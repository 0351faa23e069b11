"""How backends, regimes and labellings differ, and what they cost.

The headline answers a question that the original study leaves open: is the fall to 0.5 a loss of
information, or a drift of the class shares?
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mc.report.growth.tables import SHARE_WORDS
from mc.report.wording import column_in_points, in_points, listed, points, repetitions
from mc.statistics import share_metric
from mc.types import Row

SHARES = ("share", "share_low", "share_high")


def comparison_headlines(answers: pd.DataFrame, losses: pd.DataFrame) -> list[str]:
    """The answer by backend, and the largest and smallest loss.

    Parameters
    ----------
    answers : DataFrame
        Of `mc.statistics.comparison.drift_or_information`; may have no rows.
    losses : DataFrame
        Paired losses of accuracy with a column ``name`` of the family; rows of rate 0 are ignored.
    """
    return [*([] if answers.empty else [_answer(answers)]), *_most_and_least(losses)]


def drift_findings(answers: pd.DataFrame) -> list[str]:
    """The numbers behind the answer, a sentence for each backend.

    Parameters
    ----------
    answers : DataFrame
        Of `mc.statistics.comparison.drift_or_information`.
    """
    return [_because(row, answers) for _, row in answers.iterrows()]


def contrast_findings(contrasts: pd.DataFrame) -> list[str]:
    """How many pairs of families lose differently at the highest rate, and the largest difference.

    Parameters
    ----------
    contrasts : DataFrame
        Of `mc.statistics.comparison.contrasts`, of accuracy.
    """
    pairs = at_highest_rate(contrasts)
    if len(pairs) < 2:
        return [_contrast(row) for _, row in pairs.iterrows()]
    differ = pairs[is_shown(pairs)]
    count = f"{len(differ)} of {len(pairs)} pairs of families lose differently"
    text = f"At rate {pairs['rate'].iloc[0]:g}, {count}: see the table Which losses differ."
    if differ.empty:
        return [text]
    largest = differ.loc[differ["loss"].abs().idxmax()]
    return [text, f"The largest difference: {_contrast(largest)}"]


def at_highest_rate(contrasts: pd.DataFrame) -> pd.DataFrame:
    """The contrasts of losses at the highest rate at which there are some."""
    known = contrasts.dropna(subset=["loss"])
    return known[known["rate"] == known["rate"].max()]


def is_shown(contrasts: pd.DataFrame) -> pd.Series:
    """Whether the interval of a difference of losses leaves 0 out."""
    return (contrasts["loss_low"] > 0) | (contrasts["loss_high"] < 0)


def cost_findings(costs: pd.DataFrame) -> list[str]:
    """Seconds of the fastest and the slowest family.

    Parameters
    ----------
    costs : DataFrame
        Of `mc.statistics.comparison.costs`, with a column ``name`` of the family.
    """
    ordered = costs.sort_values("mean", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    text = f"A lineage of {int(low['generations'])} generations takes {_seconds(low)} with "
    text += f"{low['name']}"
    if len(ordered) > 1 and low["mean"] > 0:
        times = high["mean"] / low["mean"]
        text += f", {_seconds(high)} with {high['name']}, {times:.3g} times as long"
    return [f"{text}."]


def _answer(answers: pd.DataFrame) -> str:
    """One sentence for all backends: whether their loss is drift or information."""
    templates = {
        "drift": "mostly a drift of the class shares with {}",
        "information": "mostly a loss of information with {}",
        "undecided": "not shown to be mostly drift or mostly information with {}",
        "no loss": "not shown with {}",
    }
    parts = [
        words.format(listed(_names(answers)[answers["reading"] == reading].tolist()))
        for reading, words in templates.items()
        if (answers["reading"] == reading).any()
    ]
    return (
        f"The loss of accuracy at rate {_rate(answers)} with labelling argmax is "
        f"{'; '.join(parts)}."
    )


def _rate(answers: pd.DataFrame) -> str:
    return " or ".join(f"{rate:g}" for rate in sorted(set(answers["rate"])))


def _names(answers: pd.DataFrame) -> pd.Series:
    """Backend, with regime and size where these differ."""
    names = answers["backend"].astype(str)
    for column, words in (("regime", ", {}"), ("initial_size", " from {:,} reviews")):
        if answers[column].nunique() > 1:
            names = names + answers[column].map(words.format)
    return names


def _because(row: Row, answers: pd.DataFrame) -> str:
    """Loss of accuracy and of AUC, class share, and what labelling by `prior` gives back."""
    back = f"Labelling prior gives back {column_in_points(row, 'back')} points"
    if not np.isnan(row["share"]):
        share, low, high = (100 * row[name] for name in SHARES)
        back += f", {share:.0f}% [{low:.0f}, {high:.0f}] of the loss"
    metric = share_metric(answers)
    return (
        f"{_names(answers)[row.name]}: labelling argmax loses {column_in_points(row, 'loss')} "
        f"points of accuracy ({column_in_points(row, 'fall')} since generation 0), and its share "
        f"{SHARE_WORDS[metric]} moves by {points(row['drift'])} points in a repetition, "
        f"{column_in_points(row, metric)} on average. {back}, over "
        f"{repetitions(int(row['n']))}."
    )


def _most_and_least(losses: pd.DataFrame) -> Iterator[str]:
    """Which family loses most and which least at the highest rate."""
    top = losses[(losses["rate"] > 0) & (losses["rate"] == losses["rate"].max())]
    if top.empty:
        yield "No loss can be paired with rate 0."
    elif len(top) > 1:
        top = top.sort_values("mean", ascending=False, kind="stable")
        most, least = top.iloc[0], top.iloc[-1]
        yield (
            f"Of {len(top)} families, {most['name']} loses most at rate {most['rate']:g}, "
            f"{column_in_points(most)} points of accuracy, and {least['name']} least, "
            f"{column_in_points(least)}."
        )


def _contrast(row: Row) -> str:
    pair = f"{row['first']} against {row['second']} ({row['held']})"
    gap, n = column_in_points(row, "loss"), repetitions(int(row["n"]))
    if np.isnan(row["loss_low"]):
        return f"{pair}: {gap} points more lost at rate {row['rate']:g} (no interval)."
    if row["loss_low"] <= 0 <= row["loss_high"]:
        return (
            f"{pair}: no difference of their losses at rate {row['rate']:g} is shown over {n} "
            f"({gap} points)."
        )
    first, second = row["first"], row["second"]
    if row["loss"] < 0:
        first, second = second, first
        gap = in_points(-row["loss"], -row["loss_high"], -row["loss_low"])
    return (
        f"{pair}: {first} loses {gap} points more than {second} at rate {row['rate']:g}, over {n}."
    )


def _seconds(row: Row) -> str:
    return f"{row['mean']:.3g} s"
