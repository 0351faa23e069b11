"""Whether a loss matters: tests against a margin, so that a lack of data is never "no effect".

Knows nothing of sizes and curves.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import bootstrap
from statsmodels.stats.weightstats import DescrStatsW

from mc.errors import ParameterError
from mc.statistics.arrays import Floats
from mc.statistics.effects import paired_differences
from mc.statistics.frames import CONDITION
from mc.statistics.intervals import CONFIDENCE, expanded, intervals
from mc.statistics.multiple_tests import holm

DEFAULT_MARGIN = 0.005  # half a percentage point
RESAMPLES, BATCH = 4999, 500
STILL = 1e-12  # spread below which losses differ by rounding only
TESTS = ("p_loss", "p_harmful", "p_negligible", "p_equivalent")
Side = Literal["two-sided", "larger", "smaller"]


def verdicts(
    generations: pd.DataFrame,
    metric: str = "accuracy",
    margin: float = DEFAULT_MARGIN,
    at: str | int = "final",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Judge each rate's paired loss against a margin: harmful, negligible or undecided.

    Both one-sided tests use half of ``1 - confidence``, as is usual for non-inferiority (ICH E9): a
    verdict on a single rate says that its two-sided interval lies wholly on one side of the
    margin, and of all rates of a condition the chance of any false verdict is ``1 - confidence``
    at most, since each of the two families of tests is held to its half by Holm's procedure. The
    intervals are those of each rate by itself.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    metric : str
        One of which more is better.
    margin : float above 0
        Largest loss that does not matter, in the metric's unit.
    at : "final" or int
        Generation, see `at_generation`.
    confidence : float in (0, 1)
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate (above 0), metric; mean, low, high, the paired loss with its t
        interval; boot_low, boot_high, the bias-corrected and accelerated bootstrap interval over
        replicates, `expanded` (with fewer than 5 of them still too short); n; verdict; and, all
        Holm-adjusted over the rates of the condition, the p-values

        - p_loss: of no loss, two-sided;
        - p_harmful: of a loss of the margin at most;
        - p_negligible: of a loss of the margin at least (non-inferiority);
        - p_equivalent: of a loss or a gain of the margin at least (TOST).

        With 1 pair there is no interval, no p-value, and the verdict is undecided. Losses that are
        the same in every replicate have the limits of the tests for a vanishing spread: p is 0
        where the mean lies on the proper side of the margin, else 1.
    """
    pairs = paired_differences(generations, metric, at)
    pairs, by = pairs[pairs["rate"] > 0], [*CONDITION, "rate"]
    checked_margin(margin)
    table = intervals(pairs, by, "loss", confidence)
    table.insert(len(by), "metric", metric)
    losses = [rows.to_numpy() for _, rows in pairs.groupby(by, dropna=False)["loss"]]
    table = table.join(_tested(losses, margin, confidence))[
        [*by, "metric", "mean", "low", "high", "boot_low", "boot_high", "n", *TESTS]
    ]
    for test in TESTS:
        table[test] = table.groupby(CONDITION, dropna=False)[test].transform(holm)
    table["verdict"] = _judged(table, (1 - confidence) / 2)
    return table


def checked_margin(margin: float) -> float:
    """Refuse a margin that is not a positive number."""
    if not 0 < margin < np.inf:
        raise ParameterError(f"margin={margin} must be above 0, as {DEFAULT_MARGIN} is")
    return margin


def _tested(losses: list[Floats], margin: float, confidence: float) -> pd.DataFrame:
    """Bootstrap bounds and unadjusted p-values, one row for each array of losses.

    Arrays of one length are tested at once, as columns.
    """
    columns = ["boot_low", "boot_high", *TESTS]
    table = pd.DataFrame(np.nan, index=range(len(losses)), columns=columns)
    lengths = np.array([len(values) for values in losses])
    for n in sorted({*lengths} - {1}):
        alike = np.flatnonzero(lengths == n)
        values = np.column_stack([losses[index] for index in alike])  # (n, k)
        tests = [
            p_values(values, 0, "two-sided"),
            p_values(values, margin, "larger"),
            p_values(values, margin, "smaller"),
            np.maximum(p_values(values, -margin, "larger"), p_values(values, margin, "smaller")),
        ]
        table.loc[alike] = np.column_stack([*_bootstrapped(values, confidence), *tests])
    return table


def p_values(values: Floats, bound: float, alternative: Side) -> Floats:
    """One-sample t test of each column's mean; its limit where the column has no spread."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = DescrStatsW(values).ttest_mean(bound, alternative)[1]  # (k,)
    beyond = values.mean(axis=0) - bound
    shown = {
        "two-sided": np.abs(beyond) > STILL,
        "larger": beyond > STILL,
        "smaller": beyond < -STILL,
    }
    return np.where(_still(values), np.where(shown[alternative], 0.0, 1.0), p)


def _still(values: Floats) -> NDArray[np.bool_]:
    """Whether each column holds a single value, up to rounding, (k,) bool."""
    still: NDArray[np.bool_] = np.ptp(values, axis=0) < STILL
    return still


def _bootstrapped(values: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Bootstrap interval of each column's mean; all columns are resampled alike."""
    low, high = values.mean(axis=0), values.mean(axis=0)
    moving = ~_still(values)
    if moving.any():
        resampled = bootstrap(
            (values[:, moving],),
            np.mean,
            axis=0,
            n_resamples=RESAMPLES,
            batch=BATCH,
            method="BCa" if len(values) > 2 else "percentile",  # of 2 there is no acceleration
            confidence_level=expanded(confidence, len(values)),
            rng=np.random.default_rng(0),
        ).confidence_interval
        low[moving], high[moving] = resampled.low, resampled.high
    return low, high


def _judged(table: pd.DataFrame, alpha: float) -> NDArray[np.str_]:
    shown = [table["p_harmful"] < alpha, table["p_negligible"] < alpha]
    return np.select(shown, ["harmful", "negligible"], "undecided")
