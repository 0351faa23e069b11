"""What contamination costs: metrics paired against rate 0 within replicates, and their averages.

Knows nothing of margins and verdicts.
"""

from collections.abc import Sequence

import pandas as pd

from mc.statistics.frames import (
    CONDITION,
    LINEAGE,
    at_generation,
    known_metric,
    remembered,
    share_metric,
)
from mc.statistics.intervals import CONFIDENCE, SHARES, intervals, stepwise, within_unit

SKEWNESS = 1.5  # of losses at most, to the right; measured on real reviews, see docs/statistics.md
ORDERED = ("accuracy", "balanced_accuracy", "f1", "roc_auc")  # more is better: they lean so


@remembered
def paired_differences(
    generations: pd.DataFrame, metric: str = "accuracy", at: str | int = "final"
) -> pd.DataFrame:
    """What each lineage loses against rate 0 of its own replicate.

    Returns
    -------
    DataFrame
        Columns of `LINEAGE`, generation, train_size and loss: the metric at rate 0 minus the metric
        at the rate, in the metric's unit. Without rate 0 it has no rows.
    """
    return pair(at_generation(generations, at), metric)


def pair(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """`paired_differences` of checked rows, each at its own generation."""
    known_metric(rows, metric)
    keys = [*CONDITION, "replicate", "generation"]
    human = rows.loc[rows["rate"] == 0, [*keys, metric]].rename(columns={metric: "human"})
    pairs = rows.merge(human, on=keys)
    pairs["loss"] = pairs["human"] - pairs[metric]
    kept = pairs[[*LINEAGE, "generation", "train_size", "loss"]].dropna(subset=["loss"])
    return kept.reset_index(drop=True)


def paired_loss(
    generations: pd.DataFrame,
    metric: str = "accuracy",
    at: str | int = "final",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Mean paired loss of each condition and rate, with its interval over replicates.

    Losses of `ORDERED` metrics lean to the right, so that the upper bound is farther than
    Student's (`mc.statistics.skewed`), and are expected to rise with the rate: their bounds allow
    conclusions about all rates of a condition together (`stepwise`).

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, metric, mean, low, high (see `paired_differences`) and n, the
        number of pairs. Rates without a pair have no row.
    """
    pairs = paired_differences(generations, metric, at)
    table = intervals(pairs, [*CONDITION, "rate"], "loss", confidence, lean(metric))
    if metric in ORDERED:
        for _, rows in table[table["rate"] > 0].groupby(CONDITION, dropna=False):
            low, high = stepwise(rows["low"], rows["high"])
            table.loc[rows.index, "low"], table.loc[rows.index, "high"] = low, high
    table.insert(len(CONDITION) + 1, "metric", metric)
    return table


def lean(metric: str) -> float:
    """Skewness of a metric's losses at most: 0 for a metric that may be lost or gained alike."""
    return SKEWNESS if metric in ORDERED else 0.0


@remembered
def curve(
    generations: pd.DataFrame, metric: str = "accuracy", confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Mean of a metric over replicates at each generation, with its pointwise t interval.

    That of a share stays in [0, 1] (`within_unit`).

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, generation, train_size, metric, mean, low, high, n. The
        generation is among them since under some regimes the training set does not grow.
    """
    known_metric(generations, metric)
    by = [*CONDITION, "rate", "generation", "train_size"]
    table = intervals(generations, by, metric, confidence)
    table = within_unit(table) if metric in SHARES else table
    table.insert(len(by), "metric", metric)
    return table


@remembered
def summary(generations: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """The state of each condition and rate at its last generation.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, generation, train_size; accuracy with accuracy_low and
        accuracy_high; means of roc_auc and the `share_metric`; loss with loss_low and loss_high, of
        accuracy against rate 0 (NaN without pairs); repetitions; pairs; one_class, the number of
        repetitions that end predicting one class only.
    """
    ends, by = at_generation(generations), [*CONDITION, "rate"]
    share = share_metric(ends)
    ends = ends.assign(one_class=ends[share].isin([0.0, 1.0]))
    table = within_unit(intervals(ends, by, "accuracy", confidence)).rename(
        columns={
            "mean": "accuracy",
            "low": "accuracy_low",
            "high": "accuracy_high",
            "n": "repetitions",
        }
    )
    others = ends.groupby(by, dropna=False).agg(
        generation=("generation", "max"),
        train_size=("train_size", "max"),
        roc_auc=("roc_auc", "mean"),
        **{share: (share, "mean")},
        one_class=("one_class", "sum"),
    )
    losses = paired_loss(generations, "accuracy", "final", confidence).rename(
        columns={"mean": "loss", "low": "loss_low", "high": "loss_high", "n": "pairs"}
    )
    table = table.merge(others.reset_index(), on=by)
    table = table.merge(losses.drop(columns="metric"), on=by, how="left")
    table["pairs"] = table["pairs"].fillna(0).astype(int)
    shown = f"accuracy accuracy_low accuracy_high roc_auc {share} loss loss_low loss_high"
    return table[
        [*by, "generation", "train_size", *shown.split(), "repetitions", "pairs", "one_class"]
    ]


def end_means(generations: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Means over replicates of many metrics at the last generation of each condition and rate."""
    ends = at_generation(generations)
    known = [metric for metric in metrics if metric in ends]
    return ends.groupby([*CONDITION, "rate"], dropna=False)[known].mean().reset_index()
