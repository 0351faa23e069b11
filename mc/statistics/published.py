"""How near lineages come to curves that were published as means and standard errors.

Knows nothing of their source and of figures. Ours and theirs are different repetitions, so nothing
is paired.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from mc.statistics.effects import curve
from mc.statistics.frames import CONDITION
from mc.statistics.intervals import CONFIDENCE, bounds

MIN_CURVES = 3  # curves for a rank correlation


class Shape(NamedTuple):
    """Order and direction of two sets of curves.

    Parameters
    ----------
    curves : int
        That both have.
    order : float
        Spearman's rank correlation over curves of the accuracies at the end; NaN for fewer than
        `MIN_CURVES` curves, or where one set has the same accuracy in all of them.
    falling, published_falling : int
        Curves whose mean accuracy is lower at the end than at the start.
    falls_from, published_falls_from : float
        Smallest rate of such a curve; NaN where there is none.
    """

    curves: int
    order: float
    falling: int
    published_falling: int
    falls_from: float
    published_falls_from: float


def published_curves(study: pd.DataFrame) -> pd.DataFrame:
    """Published points with t intervals, one curve for each start and rate.

    Parameters
    ----------
    study : DataFrame
        Columns initial_size, size, rate, accuracy_mean, accuracy_sem, repetitions. Where no start
        has more than one size, all sizes of a rate are one curve.

    Returns
    -------
    DataFrame
        initial_size, rate, train_size, mean, low, high, n, sorted.
    """
    lone = len(study) > 0 and study.groupby(["rate", "initial_size"]).size().max() == 1
    first = study.groupby("rate")["initial_size"].transform("min")
    n = study["repetitions"]
    low, high = bounds(study["accuracy_mean"], study["accuracy_sem"], n.to_numpy(), CONFIDENCE)
    curves = pd.DataFrame(
        {
            "initial_size": first if lone else study["initial_size"],
            "rate": study["rate"].round(6),
            "train_size": study["size"].astype(float),
            "mean": study["accuracy_mean"],
            "low": low,
            "high": high,
            "n": n,
        }
    )
    return curves.sort_values(["initial_size", "rate", "train_size"], ignore_index=True)


def against_published(generations: pd.DataFrame, study: pd.DataFrame) -> pd.DataFrame:
    """Compare our mean accuracies with the published ones, curve by curve.

    Published curves are interpolated over the logarithm of the size to the sizes of ours that lie
    within their range; the ends are the largest of those.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate; sizes, the number compared; difference (ours less theirs) and
        distance (its absolute value), means over those sizes; first_size and train_size, the
        smallest and the largest of them; start, and accuracy with _low and _high, ours there;
        published_start, and published with _low and _high, theirs; n and published_n, repetitions.
        Curves without a published counterpart (of the same start and rate) have no row.
    """
    ours, theirs = curve(generations), published_curves(study)
    known = dict(list(theirs.groupby(["initial_size", "rate"])))
    rows = [
        (*keys, *_compared(line, known[place]))
        for keys, line in ours.groupby([*CONDITION, "rate"], dropna=False)
        if (place := (keys[CONDITION.index("initial_size")], round(keys[-1], 6))) in known
    ]
    names = [
        *("sizes", "difference", "distance", "first_size", "train_size", "start"),
        *("accuracy", "accuracy_low", "accuracy_high", "published_start"),
        *("published", "published_low", "published_high", "n", "published_n"),
    ]
    table = pd.DataFrame(rows, columns=[*CONDITION, "rate", *names])
    return table[table["sizes"] > 0].reset_index(drop=True)


def _compared(line: pd.DataFrame, theirs: pd.DataFrame) -> tuple[object, ...]:
    """One of our curves against one of theirs."""
    line = line.sort_values("train_size")
    line = line[line["train_size"].between(theirs["train_size"].min(), theirs["train_size"].max())]
    if line.empty:
        return (0, *[np.nan] * 12, 0, 0)
    sizes = np.log(line["train_size"])
    means, low, high = (
        np.interp(sizes, np.log(theirs["train_size"]), theirs[name])
        for name in ("mean", "low", "high")
    )
    gap, last = line["mean"].to_numpy() - means, line.iloc[-1]
    return (
        *(len(line), gap.mean(), np.abs(gap).mean(), line["train_size"].iloc[0], last.train_size),
        *(line["mean"].iloc[0], last["mean"], last.low, last.high, means[0]),
        *(means[-1], low[-1], high[-1], int(last.n), int(theirs["n"].min())),
    )


def shape(compared: pd.DataFrame) -> Shape:
    """Order of the curves at their ends and which of them fall, from `against_published`.

    The rows should be of one family; a curve of one size neither falls nor grows.
    """
    order = np.nan
    spread = compared[["accuracy", "published"]].nunique().min() if len(compared) else 0
    if len(compared) >= MIN_CURVES and spread > 1:
        order = float(spearmanr(compared["accuracy"], compared["published"]).statistic)
    long = compared["sizes"] > 1
    ours = compared.loc[long & (compared["accuracy"] < compared["start"]), "rate"]
    theirs = compared.loc[long & (compared["published"] < compared["published_start"]), "rate"]
    return Shape(len(compared), order, len(ours), len(theirs), ours.min(), theirs.min())
