"""Differences between families of conditions: each backend and labelling on the same replicates.

Knows nothing of margins. Families share their replicates' rows, held-out rows and contamination
draws, so they are compared replicate by replicate, one thing changed at a time.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from mc.statistics.arrays import Floats, together
from mc.statistics.effects import lean, paired_differences
from mc.statistics.frames import (
    CONDITION,
    FAMILY,
    LINEAGE,
    SIZES,
    at_generation,
    checked,
    known_metric,
    share_metric,
)
from mc.statistics.intervals import CONFIDENCE, checked_confidence, intervals

ARGMAX, PRIOR = "argmax", "prior"
HALF = 0.5
SETTING = ["backend", "regime", *SIZES]  # a condition but for its labelling


class Ratio(NamedTuple):
    """A ratio of two means with its confidence interval."""

    ratio: float
    low: float
    high: float


def contrasts(
    generations: pd.DataFrame, metric: str = "accuracy", at: str | int = "final"
) -> pd.DataFrame:
    """Differences between families that differ in one thing, at the same rate and replicate.

    Returns
    -------
    DataFrame
        Columns of `SIZES`; varied, the one column of `FAMILY` that differs; held, the values of the
        others; first and second, its two values; rate; metric; mean, low, high, the metric of first
        minus that of second with its 95% t interval over replicates; loss, loss_low, loss_high, the
        same of their paired losses against rate 0 (NaN at rate 0); and n, the number of pairs.
        Labellings are not compared at rate 0, where there is nothing to label.
    """
    ends = at_generation(generations, at)
    known_metric(ends, metric)
    human = ends.loc[ends["rate"] == 0, [*CONDITION, "replicate", metric]]
    ends = ends.merge(human, on=[*CONDITION, "replicate"], how="left", suffixes=("", "_human"))
    ends["loss"] = (ends[f"{metric}_human"] - ends[metric]).where(ends["rate"] > 0)
    by = [*SIZES, "varied", "held", "first", "second", "rate"]
    pair_tables = list(_pairs(ends, metric))
    columns = [*by, "difference", "loss_difference"]
    pairs = together(pair_tables, columns)
    table = intervals(pairs, by, "difference", CONFIDENCE)
    table.insert(len(by), "metric", metric)
    losses = _named_intervals(pairs, by, "loss_difference", "loss").drop(columns="n")
    names = ["metric", "mean", "low", "high", "loss", "loss_low", "loss_high", "n"]
    return table.merge(losses, on=by)[[*by, *names]]


def _pairs(ends: pd.DataFrame, metric: str) -> Iterator[pd.DataFrame]:
    """Rows of both families of each pair that differs in one column, side by side."""
    rows = dict(list(ends.groupby(FAMILY, dropna=False)))
    on = [*SIZES, "rate", "replicate"]
    for one, other in combinations(rows, 2):
        differ = [a != b for a, b in zip(one, other, strict=True)]
        if sum(differ) != 1:
            continue
        place = differ.index(True)
        both = rows[one].merge(rows[other], on=on, suffixes=("", "_2"))
        both = both if FAMILY[place] != "labelling" else both[both["rate"] > 0]
        held = ", ".join(str(value) for index, value in enumerate(one) if index != place)
        yield both[on].assign(
            varied=FAMILY[place],
            held=held,
            first=one[place],
            second=other[place],
            difference=both[metric] - both[f"{metric}_2"],
            loss_difference=both["loss"] - both["loss_2"],
        )


def given_back(
    generations: pd.DataFrame, metric: str = "accuracy", at: str | int = "final"
) -> pd.DataFrame:
    """How much of the loss under labelling `argmax` each other labelling gives back.

    Returns
    -------
    DataFrame
        Columns of `SETTING`, labelling (not `argmax`), rate (above 0), metric; then means over
        replicates with 95% intervals: loss, loss_low, loss_high under `argmax`; left, left_low,
        left_high, the loss under the labelling; back, back_low, back_high, the first less the
        second, paired by replicate; share, share_low, share_high, their ratio with Fieller's
        interval, NaN where the loss is not above 0 beyond its interval; and n.
    """
    ends, by = at_generation(generations, at), [*SETTING, "labelling", "rate"]
    known_metric(ends, metric)
    human = ends.loc[ends["rate"] == 0, [*CONDITION, "replicate", metric]]
    ends = ends[ends["rate"] > 0].merge(
        human, on=[*CONDITION, "replicate"], suffixes=("", "_human")
    )
    ends["lost"] = ends[f"{metric}_human"] - ends[metric]
    keys = [*SETTING, "rate", "replicate"]
    argmax = ends.loc[ends["labelling"] == ARGMAX, [*keys, "lost"]]
    both = argmax.merge(ends[ends["labelling"] != ARGMAX], on=keys, suffixes=("", "_other"))
    both = both.assign(loss=both["lost"], left=both["lost_other"]).dropna(subset=["loss", "left"])
    both["back"] = both["loss"] - both["left"]
    table = both[by].drop_duplicates().sort_values(by, ignore_index=True).assign(metric=metric)
    for name in ("loss", "left", "back"):
        means = _named_intervals(both, by, name, name, 0.0 if name == "back" else lean(metric))
        table = table.drop(columns="n", errors="ignore").merge(means, on=by)
    ratios = [
        ratio_interval(rows["back"].to_numpy(), rows["loss"].to_numpy())
        for _, rows in both.groupby(by, dropna=False)
    ]
    shares = pd.DataFrame(ratios, columns=["share", "share_low", "share_high"], dtype=float)
    return table.drop(columns="n").join(shares).assign(n=table["n"])


def ratio_interval(above: Floats, below: Floats, confidence: float = CONFIDENCE) -> Ratio:
    """Ratio of two paired means, with Fieller's interval (J. R. Stat. Soc. B 16, 1954).

    The interval holds every ratio r for which a t test of ``above - r * below`` finds no difference
    from 0; it is bounded where the mean of ``below`` itself differs from 0.

    Returns
    -------
    Ratio
        NaN where the mean of ``below`` is not above 0 beyond its interval, or with 1 pair.
    """
    n = len(above)
    if n < 2:
        return Ratio(np.nan, np.nan, np.nan)
    quantile = t.ppf((1 + checked_confidence(confidence)) / 2, n - 1)
    (va, covariance), (_, vb) = quantile**2 * np.cov(above, below) / n
    a, b = above.mean(), below.mean()
    if b <= 0 or b**2 <= vb:
        return Ratio(np.nan, np.nan, np.nan)
    low, high = sorted(np.roots([b**2 - vb, 2 * (covariance - a * b), a**2 - va]).real)
    return Ratio(float(a / b), float(low), float(high))


def drift_or_information(generations: pd.DataFrame) -> pd.DataFrame:
    """Whether the accuracy lost under `argmax` is a drift of the class shares, or of information.

    Labelling by `prior` keeps the class shares of generation 0: what it gives back was drift.
    Looks at the highest rate of each backend and regime that ran under both.

    Returns
    -------
    DataFrame
        Rows and columns of `given_back` for `prior`, without labelling and metric, the largest loss
        first; then, under `argmax`, fall (accuracy of the first generation less that of the last),
        auc_loss, positive_share (less that of rate 0; of more than two classes largest_share) and
        drift (the mean of its absolute value: replicates may drift either way), each with _low and
        _high; reading:
        ``drift`` or ``information`` where the interval of the share given back lies above or below
        one half, ``undecided`` where it holds one half, ``no loss`` where the loss is not above 0
        beyond its interval.
    """
    table = given_back(generations).query("labelling == @PRIOR")
    table = table[table["rate"] == table.groupby(SETTING, dropna=False)["rate"].transform("max")]
    table = table.drop(columns=["labelling", "metric"])
    for other in _other_losses(generations):
        table = table.merge(other, on=[*SETTING, "rate"], how="left")
    known = [table["share"].isna(), table["share_low"] > HALF, table["share_high"] < HALF]
    table["reading"] = np.select(known, ["no loss", "drift", "information"], "undecided")
    return table.sort_values("loss", ascending=False, kind="stable", ignore_index=True)


def _other_losses(generations: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Falls, losses of AUC and drifts of the class share under `argmax`, a table each."""
    keys, share_name = [*SETTING, "rate", "replicate"], share_metric(generations)
    first, last = (
        at_generation(generations, at).query("labelling == @ARGMAX").set_index(keys)["accuracy"]
        for at in (0, "final")
    )
    fall = (first - last).rename("loss").dropna().reset_index()
    auc, share = (
        paired_differences(generations, metric).query("labelling == @ARGMAX and rate > 0")
        for metric in ("roc_auc", share_name)
    )
    tables = {
        "fall": fall,
        "auc_loss": auc,
        share_name: share.assign(loss=-share["loss"]),
        "drift": share.assign(loss=share["loss"].abs()),
    }
    for name, pairs in tables.items():
        skewness = lean("roc_auc") if name == "auc_loss" else 0.0
        table = _named_intervals(pairs, [*SETTING, "rate"], "loss", name, skewness)
        yield table.drop(columns="n")


def _named_intervals(
    rows: pd.DataFrame, by: list[str], value: str, name: str, skewness: float = 0.0
) -> pd.DataFrame:
    """`intervals` whose columns are called ``name``, ``name_low`` and ``name_high``."""
    table = intervals(rows, by, value, CONFIDENCE, skewness)
    return table.rename(columns={"mean": name, "low": f"{name}_low", "high": f"{name}_high"})


def costs(generations: pd.DataFrame) -> pd.DataFrame:
    """Seconds of training and scoring of a lineage, on one thread.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, mean, low, high (over replicates, each the mean of its rates), n,
        and generations of a lineage; no rows where the frame holds no times.
    """
    rows, times = checked(generations), ["fit_seconds", "score_seconds"]
    if not set(times) <= set(rows):
        return pd.DataFrame(columns=[*CONDITION, "mean", "low", "high", "n", "generations"])
    seconds = rows.assign(seconds=rows[times].sum(axis=1)).groupby(LINEAGE, dropna=False)
    sums = seconds.agg(seconds=("seconds", "sum"), generations=("generation", "size"))
    means = sums.groupby([*CONDITION, "replicate"], dropna=False).mean().reset_index()
    table = intervals(means, CONDITION, "seconds", CONFIDENCE)
    longest = sums.groupby(CONDITION, dropna=False)["generations"].max()
    return table.merge(longest.reset_index(), on=CONDITION)
