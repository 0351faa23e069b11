"""Checks of audits: corrected p-values, what planted audits show, how many rows it takes.

A frame of checks has a row for each audit and check: ``kind``, ``share``, ``replicate``, ``shown``,
``check``, ``effect``, ``spread``, ``z``, ``p`` and ``two_sided``.
"""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm, t
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from mc.statistics import holm

AUDIT = ["kind", "share", "replicate", "shown"]
HUMAN_ERROR = 0.1  # share of human labels that the auditor's classifier does not expect
MACHINE_ERROR = 0.2  # the same of a machine's; measured: see `rows_needed`


def corrected(checks: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add ``p_holm``, adjusted over the checks of an audit, and ``alarm``.

    Of audits without any pollution, ``1 - confidence`` at most have an alarm (Holm 1979).
    """
    rows = checks.copy()
    rows["p_holm"] = rows.groupby(AUDIT)["p"].transform(holm)
    return rows.assign(alarm=rows["p_holm"] <= 1 - confidence)


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
        critical = norm.isf((1 - confidence) / many / (2 if two_sided else 1))
        side = np.sign(rows["z"].mean()) if two_sided else 1.0
        groups = (side * rows["z"]).groupby(rows["share"])
        n, mean = groups.size(), groups.mean()
        spread = groups.std().fillna(1.0).clip(lower=1.0)
        half = t.ppf((1 + confidence) / 2, np.maximum(n - 1, 1)) * spread / np.sqrt(n)
        wanted = critical + norm.ppf(power)
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


def rows_needed(detect: float, power: float, confidence: float, checks: int, used: float) -> int:
    """Reviews of each side from which an audit is worth its time.

    The harder kind of pollution is machines' labels. If a share `detect` of labels comes from a
    machine that the auditor's classifier contradicts `MACHINE_ERROR` of the time, human labels
    `HUMAN_ERROR` of it, the two sides differ by two proportions; this many rows tell them apart.
    (On real reviews, balanced, of a forest's labels that learned from 500: with 30,000 of each side
    10% raised an alarm in 2 of 3 audits; this asks for 34,000.)

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
    used : float in (0, 1]
        Share of the rows that tests see.
    """
    polluted = HUMAN_ERROR + detect * (MACHINE_ERROR - HUMAN_ERROR)
    size = NormalIndPower().solve_power(
        proportion_effectsize(polluted, HUMAN_ERROR),
        alpha=(1 - confidence) / checks,
        power=power,
    )
    return math.ceil(float(size) / used)


def repetitions_needed(power: float, confidence: float) -> int:
    """Audits that must all raise an alarm to show by themselves that so many of them do."""
    return math.ceil(math.log(1 - confidence) / math.log(power))
