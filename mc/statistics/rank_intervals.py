"""Intervals of shares and medians that assume no distribution."""

from collections.abc import Iterable

import numpy as np
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

MIN_FOR_MEDIAN = 6  # fewer values have no distribution-free 95% interval of their median


def share_interval(count: int, n: int, confidence: float) -> tuple[float, float, float]:
    """A share with its exact interval (Clopper & Pearson 1934)."""
    low, high = proportion_confint(count, n, 1 - confidence, method="beta")
    return count / n, float(low), float(high)


def median_interval(values: Iterable[float], confidence: float) -> tuple[float, float, float]:
    """Median with an interval from order statistics; infinite values are later than all others."""
    ordered = np.sort(np.asarray(list(values), float))
    n = len(ordered)
    middle = ordered[[(n - 1) // 2, n // 2]]
    median = float(middle.mean()) if np.isfinite(middle).all() else float(middle[1])
    if n < MIN_FOR_MEDIAN:
        return median, np.nan, np.nan
    place = int(binom.ppf((1 - confidence) / 2, n, 0.5))  # from 1: covers at least as asked
    place = max(place, 1)
    return median, float(ordered[place - 1]), float(ordered[n - place])
