"""The largest rate whose loss stays within a margin. Knows nothing of tests.

Assumes that a higher rate does not lose less, and interpolates between tested rates.
"""

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from mc.statistics.arrays import Floats, losses_by_condition
from mc.statistics.effects import SKEWNESS
from mc.statistics.equivalence import DEFAULT_MARGIN, ROUNDING, checked_margin
from mc.statistics.frames import CONDITION
from mc.statistics.intervals import CONFIDENCE, bounds, checked_confidence, stepwise


def tolerable_rates(
    generations: pd.DataFrame,
    margin: float = DEFAULT_MARGIN,
    metric: str = "accuracy",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Largest rate whose mean paired loss is the margin at most, at each generation.

    The mean losses of the replicates that have all rates are made monotone (isotonic regression,
    not below the 0 of rate 0) and interpolated linearly. The interval goes from the first rate at
    which the loss's upper bound (`paired_loss`) reaches the margin to the last at which its lower
    bound does, so it agrees with the verdicts: below it losses are negligible, above it harmful.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, generation (from 1), train_size, rate, low, high, n (replicates) and
        largest_tested. A rate that equals largest_tested means "that, or more". With 1 replicate
        the bounds are NaN; generations that no replicate has at all rates have no row.
    """
    checked_margin(margin), checked_confidence(confidence)
    rows = []
    for losses in losses_by_condition(generations, metric):
        for step, generation in enumerate(losses.generations):
            values = losses.values[:, step]  # (n, r)
            values = values[~np.isnan(values).any(axis=1)]
            if len(values):
                estimate = tolerable_rate(losses.rates, values, margin, confidence)
                place = (*losses.condition, generation, losses.sizes[step])
                rows.append((*place, *estimate, len(values), losses.rates[-1]))
    names = [*CONDITION, "generation", "train_size", "rate", "low", "high", "n", "largest_tested"]
    return pd.DataFrame(rows, columns=names)


def tolerable_rate(
    rates: Floats, values: Floats, margin: float, confidence: float
) -> tuple[float, float, float]:
    """Tolerable rate with its bounds from losses of each replicate, (n, r).

    With 1 replicate the bounds are NaN.
    """
    means, n = values.mean(axis=0), len(values)  # (r,)
    rate = float(largest_within(rates, _monotone(means), margin))
    if n == 1:
        return rate, np.nan, np.nan
    spreads = values.std(axis=0, ddof=1) / np.sqrt(n)
    alone = bounds(means, spreads, np.full(len(rates), n), confidence, SKEWNESS)
    low, high = stepwise(*(pd.Series(bound) for bound in alone))
    surely = largest_within(rates, high.to_numpy(), margin)
    perhaps = largest_within(rates, low.to_numpy(), margin)
    return rate, float(surely), float(perhaps)


def _monotone(means: Floats) -> Floats:
    """Isotonic regression of mean losses, (r,), not below 0."""
    monotone: Floats = np.maximum(isotonic_regression(means).x, 0)
    return monotone


def largest_within(rates: Floats, losses: Floats, margin: float) -> Floats:
    """Rate up to which losses stay within the margin, interpolated linearly from (0, 0).

    Parameters
    ----------
    rates : (r,) float
        Above 0, rising.
    losses : (..., r) float
        Not falling.
    margin : float above 0
        Largest loss allowed.

    Returns
    -------
    (...) float
        The largest of the rates where even that stays within the margin.
    """
    start = np.zeros((*losses.shape[:-1], 1))
    rates, losses = np.r_[0.0, rates], np.concatenate([start, losses], axis=-1)
    within = (losses <= margin + ROUNDING).sum(axis=-1) - 1  # (...), the last point within
    after = np.minimum(within + 1, len(rates) - 1)
    lower, upper = (
        np.take_along_axis(losses, index[..., None], axis=-1)[..., 0] for index in (within, after)
    )
    rise = np.where(upper > lower, upper - lower, np.inf)
    return np.asarray(rates[within] + (margin - lower) / rise * (rates[after] - rates[within]))
