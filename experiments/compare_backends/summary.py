"""What sets backends, regimes and labellings apart, and what they cost.

The headline answers the question that the original study leaves open: is the fall to 0.5 a loss of
information, or a drift of the class shares?
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mc.report.wording import in_points, listed, points, repetitions

SHARES = ("share", "share_low", "share_high")


def comparison_headlines(answers: pd.DataFrame, losses: pd.DataFrame) -> list[str]:
    """The answer by backend, and who loses most.

    Parameters
    ----------
    answers : DataFrame
        Of `mc.statistics.comparison.drift_or_information`; may have no rows.
    losses : DataFrame
        Paired losses of accuracy with a column ``name`` of the family; rows of rate 0 are ignored.
    """
    return [*([] if answers.empty else [_answer(answers)]), *_most_and_least(losses)]


def drift_findings(answers: pd.DataFrame) -> list[str]:
    """What the answer rests on, one backend a sentence.

    Parameters
    ----------
    answers : DataFrame
        Of `mc.statistics.comparison.drift_or_information`.
    """
    return [_because(row, answers) for _, row in answers.iterrows()]


def spread_findings(losses: pd.DataFrame) -> list[str]:
    """Loss of every family at the highest rate, the largest first.

    Parameters
    ----------
    losses : DataFrame
        Paired losses with columns ``name`` (of the family) and metric.
    """
    top = losses[losses["rate"] == losses["rate"].max()]
    if top.empty or top["rate"].max() == 0:
        return ["No loss can be paired with rate 0."]
    top = top.sort_values("mean", ascending=False, kind="stable")
    words = [f"{row['name']} {_points(row)}" for _, row in top.iterrows()]
    return [f"Accuracy lost at rate {top['rate'].iloc[0]:g}, in points: {'; '.join(words)}."]


def contrast_findings(contrasts: pd.DataFrame) -> list[str]:
    """Which of two families loses more at the highest rate, one changed thing a sentence.

    Parameters
    ----------
    contrasts : DataFrame
        Of `mc.statistics.comparison.contrasts`, of accuracy.
    """
    known = contrasts.dropna(subset=["loss"])
    return [_contrast(row) for _, row in known[known["rate"] == known["rate"].max()].iterrows()]


def cost_findings(costs: pd.DataFrame) -> list[str]:
    """Seconds of the cheapest and the dearest family.

    Parameters
    ----------
    costs : DataFrame
        Of `mc.statistics.comparison.costs`, with a column ``name`` of the family.
    """
    if costs.empty:
        return ["The lineages hold no times."]
    ordered = costs.sort_values("mean", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    text = (
        f"A lineage of {int(low['generations'])} generations takes {_seconds(low)} of training and "
    )
    text += f"scoring with {low['name']}"
    if len(ordered) > 1 and low["mean"] > 0:
        times = high["mean"] / low["mean"]
        text += f", {_seconds(high)} with {high['name']}, {times:.3g} times as long"
    return [f"{text}: wall time on one thread, beside other workers of the same machine."]


def _answer(answers: pd.DataFrame) -> str:
    """One sentence for all backends: what their fall is."""
    says = {
        "drift": "mostly by a drift of the class shares, not of information, with {}",
        "information": "mostly of information, not by a drift of the class shares, with {}",
        "undecided": "of one or the other, not told apart by these repetitions, with {}",
        "no loss": "not told apart from none with {}",
    }
    parts = [
        words.format(listed(_names(answers)[answers["reading"] == reading].tolist()))
        for reading, words in says.items()
        if (answers["reading"] == reading).any()
    ]
    return (
        f"The loss of accuracy at rate {_rate(answers)} under labelling argmax is "
        f"{'; '.join(parts)}."
    )


def _rate(answers: pd.DataFrame) -> str:
    return " or ".join(f"{rate:g}" for rate in sorted(set(answers["rate"])))


def _names(answers: pd.DataFrame) -> pd.Series:
    """Backend, with regime and size where there are several."""
    names = answers["backend"].astype(str)
    for column, words in (("regime", ", {}"), ("initial_size", " from {:,} reviews")):
        if answers[column].nunique() > 1:
            names = names + answers[column].map(words.format)
    return names


def _because(row: Any, answers: pd.DataFrame) -> str:
    """Loss of accuracy and of AUC, class share, and what labelling by `prior` gives back."""
    lost = (
        f"{_names(answers)[row.name]}: with labelling argmax accuracy loses {_part(row, 'loss')} "
        f"points against rate 0 ({_part(row, 'fall')} against its own start) and the area under "
        f"the ROC curve {_part(row, 'auc_loss')}, while the share predicted positive drifts by "
        f"{points(row['drift'])} points either way, {_part(row, 'positive_share')} on balance"
    )
    back = f"keeping the class shares (labelling prior) gives back {_part(row, 'back')} points"
    if not np.isnan(row["share"]):
        share, low, high = (100 * row[name] for name in SHARES)
        back += f", {share:.0f}% [{low:.0f}, {high:.0f}] of the loss"
    return f"{lost}; {back}, over {repetitions(int(row['n']))}."


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
            f"{_points(most)} points of accuracy, and {least['name']} least, {_points(least)}."
        )


def _contrast(row: Any) -> str:
    pair = f"{row['first']} against {row['second']} ({row['held']})"
    gap, n = in_points(row["loss"], row["loss_low"], row["loss_high"]), repetitions(int(row["n"]))
    if np.isnan(row["loss_low"]):
        return f"{pair}: {gap} points more lost at rate {row['rate']:g} (no interval)."
    if row["loss_low"] <= 0 <= row["loss_high"]:
        return (
            f"{pair}: their losses at rate {row['rate']:g} are not told apart over {n} "
            f"(difference {gap} points)."
        )
    first, second = row["first"], row["second"]
    if row["loss"] < 0:
        first, second = second, first
        gap = in_points(-row["loss"], -row["loss_high"], -row["loss_low"])
    return (
        f"{pair}: {first} loses {gap} points more than {second} at rate {row['rate']:g}, over {n}."
    )


def _points(row: Any) -> str:
    return in_points(row["mean"], row["low"], row["high"])


def _part(row: Any, name: str) -> str:
    return in_points(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _seconds(row: Any) -> str:
    return f"{row['mean']:.3g} s"
