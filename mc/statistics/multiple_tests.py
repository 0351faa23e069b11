"""Corrections for several tests at once."""

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from mc.statistics.arrays import Floats

STILL = 1e-12  # spread below which differences differ by rounding only


def p_of_no_difference(differences: Floats) -> Floats:
    """Two-sided paired t tests of columns, (n, k) to (k,); NaN for fewer than 2 rows.

    Differences that are all the same have p = 0, or 1 where they are 0.
    """
    if len(differences) < 2:
        return np.full(differences.shape[1], np.nan)
    still = np.ptp(differences, axis=0) < STILL
    p = np.where(np.abs(differences.mean(axis=0)) < STILL, 1.0, 0.0)
    p[~still] = ttest_1samp(differences[:, ~still], 0).pvalue
    return p


def holm_levels(p: pd.Series, alpha: float) -> pd.Series:
    """The level at which Holm's procedure tests each of several hypotheses.

    An interval of coverage 1 less this level excludes the hypothesis exactly where the procedure
    rejects it. Hypotheses that are not rejected share one level, so that their intervals hold
    together (Strassburger and Bretz, Statistics in Medicine 2008).

    Parameters
    ----------
    p : Series
        Unadjusted; NaN, of what could not be tested, gets ``alpha``.
    alpha : float in (0, 1)
        Chance of any false rejection.
    """
    known = p.notna()
    rejected = known & (holm(p) <= alpha)
    left = known.sum() - p.where(rejected).rank(method="first") + 1
    levels = (alpha / left).where(rejected, alpha / max(int((known & ~rejected).sum()), 1))
    return levels.where(known, alpha)


def holm(p: pd.Series) -> pd.Series:
    """Holm-adjusted p-values; NaN, of what could not be tested, does not count as a test.

    Notes
    -----
    Holm, Scandinavian Journal of Statistics 1979. The same as statsmodels' `multipletests`, which
    takes 0.1 s each time since it collects garbage; an audit corrects hundreds of times.
    """
    adjusted, known = p.copy(), p.notna().to_numpy()
    values = p.to_numpy()[known]
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty(len(values))
    corrected[order] = np.minimum(steps, 1.0)
    adjusted[known] = corrected
    return adjusted
