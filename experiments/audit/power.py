"""Checks of audits: corrected p-values, what planted audits show, how many rows it takes.

A frame of checks has a row for each audit and check: ``kind``, ``share``, ``replicate``, ``shown``,
``check``, ``effect``, ``spread``, ``z``, ``p`` and ``two_sided``.
"""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm, t
from statsmodels.stats.proportion import proportion_confint

from mc.statistics import holm
from mc.statistics.multiple_tests import holm_levels

AUDIT = ["kind", "share", "replicate", "shown"]
# The mean z of the check that sees a machine's work best, over the polluted share times the root of
# the rows of a side, measured where 80% of audits see it: docs/statistics.md.
SIGNALS = {
    "texts of n-gram models": 0.6,
    "labels of LightGBM": 0.185,
    "labels of a random forest": 0.167,
    "labels of a logistic model": 0.132,
}


def corrected(checks: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add ``p_holm``, adjusted over the checks of an audit, and ``alarm``.

    Of audits without any pollution, ``1 - confidence`` at most have an alarm (Holm 1979).
    """
    rows = checks.copy()
    rows["p_holm"] = rows.groupby(AUDIT)["p"].transform(holm)
    return rows.assign(alarm=rows["p_holm"] <= 1 - confidence)


def if_alike(checks: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Where each check's effect would lie if both sides were drawn alike, at the level of its test.

    The level is Holm's, so that an effect lies outside exactly where it raises an alarm. Bounds are
    the normal law's, to which the p-values tend; where a p-value of permutations says otherwise of
    an effect close to a bound, the bound gives way.

    Parameters
    ----------
    checks : DataFrame
        Of `corrected`.

    Returns
    -------
    DataFrame
        alike_low (-inf where a check is one-sided) and alike_high, by the index of ``checks``.
    """
    levels = checks.groupby(AUDIT)["p"].transform(holm_levels, alpha=1 - confidence)
    two_sided = checks["two_sided"].astype(bool)
    high = checks["spread"] * norm.isf(levels / np.where(two_sided, 2, 1))
    size = checks["effect"].abs().where(two_sided, checks["effect"])
    inside = np.nextafter(size, -np.inf)
    high = np.where(checks["alarm"], np.minimum(high, inside), np.maximum(high, size))
    low = np.where(two_sided, -high, -np.inf)
    return pd.DataFrame({"alike_low": low, "alike_high": high}, index=checks.index)


def detection(checks: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Share of planted audits that raise an alarm, in any check and in each.

    Parameters
    ----------
    checks : DataFrame
        Of `corrected`.

    Returns
    -------
    DataFrame
        kind, share, check (``any`` for all together), alarms, n, rate, low, high (Wilson).
    """
    together = checks.groupby(AUDIT, as_index=False)["alarm"].any().assign(check="any")
    rows = pd.concat([together, checks])
    table = rows.groupby(["kind", "share", "check"], sort=False, as_index=False).agg(
        alarms=("alarm", "sum"), n=("alarm", "size")
    )
    low, high = proportion_confint(table["alarms"], table["n"], 1 - confidence, method="wilson")
    return table.assign(rate=table["alarms"] / table["n"], low=low, high=high)


def smallest_seen(checks: pd.DataFrame, confidence: float, power: float) -> pd.DataFrame:
    """Of each kind and check, the planted share from which it raises an alarm often enough.

    A check's z has about unit variance, whatever is planted, so it raises an alarm in a share
    `power` of audits where its mean is that normal quantile above the critical value. The mean is
    followed from 0 at a share of 0 through the shares that were planted, straight in between.

    Returns
    -------
    DataFrame
        kind, check, share, low, high: inf where no planted share is large enough; the bounds are
        where the mean's own interval meets the same line.
    """
    many = checks["check"].nunique()
    found = []
    for (kind, check), rows in checks[checks["share"] > 0].groupby(["kind", "check"], sort=False):
        two_sided = bool(rows["two_sided"].iloc[0])
        side = np.sign(rows["z"].mean()) if two_sided else 1.0
        groups = (side * rows["z"]).groupby(rows["share"])
        n, mean = groups.size(), groups.mean()
        spread = groups.std().fillna(1.0).clip(lower=1.0)
        half = t.ppf((1 + confidence) / 2, np.maximum(n - 1, 1)) * spread / np.sqrt(n)
        wanted = mean_seen(power, confidence, many, tails=2 if two_sided else 1)
        low, middle, high = (
            _crossing(mean.index.to_numpy(), curve.to_numpy(), wanted)
            for curve in (mean + half, mean, mean - half)
        )
        found.append({"kind": kind, "check": check, "share": middle, "low": low, "high": high})
    return pd.DataFrame(found, columns=["kind", "check", "share", "low", "high"])


def _crossing(shares: np.ndarray, means: np.ndarray, wanted: float) -> float:
    """Where a line from (0, 0) through the points first comes to a height; inf where never."""
    before = (0.0, 0.0)
    for share, mean in zip(shares.tolist(), means.tolist(), strict=True):
        if mean >= wanted:
            rise = (wanted - before[1]) / (mean - before[1])
            return float(before[0] + rise * (share - before[0]))
        before = (share, mean)
    return math.inf


def rows_needed(detect: float, power: float, confidence: float, checks: int) -> int:
    """Reviews of each side from which an audit sees what it should, whichever machine it was.

    Parameters
    ----------
    detect : float in (0, 1]
        Polluted share that is to be seen.
    power : float in (0, 1)
        In which share of audits.
    confidence : float in (0, 1)
        Of all checks together.
    checks : int
        How many share the error.

    Examples
    --------
    >>> rows_needed(0.2, 0.8, 0.95, 9)
    18746
    """
    hardest = min(SIGNALS.values())
    return math.ceil((mean_seen(power, confidence, checks) / (hardest * detect)) ** 2)


def shares_seen(rows: int, power: float, confidence: float, checks: int) -> dict[str, float]:
    """Of each kind of machine's work, the share that this many reviews of a side let an audit see.

    The inverse of `rows_needed`, for each of `SIGNALS`; inf where even all of it is too little.
    """
    wanted = mean_seen(power, confidence, checks)
    shares = {name: wanted / (signal * math.sqrt(rows)) for name, signal in SIGNALS.items()}
    return {name: share if share <= 1 else math.inf for name, share in shares.items()}


def critical_z(confidence: float, checks: int, tails: int = 2) -> float:
    """The z from which a check raises an alarm, however small the p-values of the others are."""
    return float(norm.isf((1 - confidence) / checks / tails))


def mean_seen(power: float, confidence: float, checks: int, tails: int = 2) -> float:
    """Mean z of a check that raises an alarm in a share `power` of audits."""
    return critical_z(confidence, checks, tails) + float(norm.ppf(power))


def repetitions_needed(power: float, confidence: float) -> int:
    """Audits that must all raise an alarm to show by themselves that so many of them do."""
    return math.ceil(math.log(1 - confidence) / math.log(power))
