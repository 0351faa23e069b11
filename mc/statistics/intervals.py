"""Means with intervals: Student's t, and its like for values that lean to the right.

Knows nothing of what is averaged.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm, sem, t

from mc.errors import ParameterError
from mc.statistics.skewed import lower_reach, upper_reach

CONFIDENCE = 0.95
SHARES = (
    "accuracy",
    "balanced_accuracy",
    "f1",
    "roc_auc",
    "positive_share",
    "largest_share",
    "agreement",
)
Numbers = Any  # a number, or an array or a column of them


class Interval(NamedTuple):
    """A mean with its confidence interval; the bounds are NaN for fewer than 2 values."""

    mean: float
    low: float
    high: float
    n: int


def mean_interval(
    values: Iterable[float], confidence: float = CONFIDENCE, skewness: float = 0.0
) -> Interval:
    """Mean and its interval.

    Parameters
    ----------
    values : iterable of float
        Independent values; NaNs are left out and not counted.
    confidence : float in (0, 1)
        Coverage of the interval.
    skewness : float, at least 0
        Of the values at most, see `mc.statistics.skewed`; 0: Student's t.
    """
    array = np.asarray(list(values), dtype=float)
    array = array[~np.isnan(array)]
    if not len(array):
        return Interval(np.nan, np.nan, np.nan, 0)
    spread = sem(array) if len(array) > 1 else np.nan
    low, high = bounds(array.mean(), spread, len(array), confidence, skewness)
    return Interval(float(array.mean()), float(low), float(high), len(array))


def bounds(
    mean: Numbers, spread: Numbers, n: Numbers, confidence: float, skewness: float = 0.0
) -> tuple[Numbers, Numbers]:
    """Interval from mean, standard error and count, element by element; NaN for n < 2."""
    tail, counts = (1 - checked_confidence(confidence)) / 2, np.unique(n)
    down, up = (np.full(np.shape(n), np.nan) for _ in range(2))  # in standard errors
    for count in counts[counts > 1]:
        alike = np.asarray(n) == count
        down[alike] = lower_reach(count, tail)
        up[alike] = upper_reach(count, tail, skewness)
    return mean - down * spread, mean + up * spread


def within_unit(table: pd.DataFrame) -> pd.DataFrame:
    """Intervals of mean shares, moved to the logit scale and back, so that they stay in [0, 1].

    The scale is stretched so that narrow intervals stay what they are (the delta method). A mean of
    0 or 1 is its own interval.

    Parameters
    ----------
    table : DataFrame
        mean, in [0, 1], low and high, which may lie beyond.
    """
    mean = table["mean"].to_numpy(float)
    slope, bounds = mean * (1 - mean), {}
    for name, outer in (("low", np.minimum), ("high", np.maximum)):
        end = table[name].to_numpy(float)
        with np.errstate(all="ignore"):
            moved = expit(logit(mean) + (end - mean) / slope)
        bounds[name] = np.where(slope > 0, outer(moved, mean), mean + 0 * end)  # but for rounding
    return table.assign(**bounds)


def checked_confidence(confidence: float) -> float:
    """Refuse a coverage outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence={confidence} must lie between 0 and 1, as 0.95 does")
    return confidence


def intervals(
    rows: pd.DataFrame, by: Sequence[str], value: str, confidence: float, skewness: float = 0.0
) -> pd.DataFrame:
    """`mean_interval` of each group at once: columns ``by``, mean, low, high, n."""
    groups = rows.groupby(list(by), dropna=False)[value]
    table = groups.agg(mean="mean", spread="sem", n="count").reset_index()
    counts = table["n"].to_numpy()
    table["low"], table["high"] = bounds(
        table["mean"], table["spread"], counts, confidence, skewness
    )
    return table[[*by, "mean", "low", "high", "n"]]


def stepwise(low: pd.Series, high: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Bounds of losses at rising rates, for conclusions about all of them together.

    That a loss is larger than some margin is tested from the highest rate down, that it is smaller
    from the lowest up, each until the first test that fails. Such a fixed sequence needs no
    correction (Maurer, Hothorn and Lehmacher 1995): whatever the margin and whichever the true
    losses, a false conclusion is as rare as of a single test. A rate's lower bound is therefore the
    lowest of its own and those of higher rates, its upper bound the highest of its own and those of
    lower rates (compare Hsu and Berger, Journal of the American Statistical Association 1999).

    Parameters
    ----------
    low, high : Series
        Bounds of each rate by itself, from the lowest rate to the highest; NaN, of rates without an
        interval, is left out.
    """
    return low[::-1].cummin()[::-1], high.cummax()


def expanded(confidence: float, n: int) -> float:
    """Nominal coverage that a bootstrap over n replicates needs, to cover the truth as asked.

    Resampling n values shows too little spread, by the factor sqrt((n - 1) / n), and normal
    quantiles: at 5 normal values a nominal 95% covers the mean in 85% of cases, and in 92% with
    this correction (the expanded percentiles of Hesterberg, The American Statistician 2015); from
    10 on it is the 95% of Student's t.
    """
    reach = t.ppf((1 + checked_confidence(confidence)) / 2, n - 1) * np.sqrt(n / (n - 1))
    return float(1 - 2 * norm.sf(reach))
