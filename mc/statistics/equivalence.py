"""Whether a loss matters: tests against a margin, so that a lack of data is never "no effect".

Knows nothing of sizes and curves.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from mc.errors import ParameterError
from mc.statistics.arrays import Floats
from mc.statistics.effects import lean, paired_differences, paired_loss
from mc.statistics.frames import CONDITION
from mc.statistics.intervals import CONFIDENCE
from mc.statistics.multiple_tests import holm
from mc.statistics.skewed import p_below

DEFAULT_MARGIN = 0.005  # half a percentage point
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
    margin, since both come from one procedure (`mc.statistics.skewed`). Of all rates of a condition
    the chance of any false verdict is ``1 - confidence`` at most, since each of the two families of
    tests is held to its half by Holm's procedure. The intervals are those of each rate by itself.

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
        Columns of `CONDITION`, rate (above 0), metric; mean, low, high, the paired loss with its
        interval (`paired_loss`); n; verdict; and, all Holm-adjusted over the rates of the
        condition, the p-values

        - p_loss: of no loss, two-sided;
        - p_harmful: of a loss of the margin at most;
        - p_negligible: of a loss of the margin at least (non-inferiority);
        - p_equivalent: of a loss or a gain of the margin at least (TOST).

        With 1 pair there is no interval, no p-value, and the verdict is undecided. Losses that are
        the same in every replicate have the limits of the tests for a vanishing spread: p is 0
        where the mean lies on the proper side of the margin, else 1.
    """
    checked_margin(margin)
    pairs = paired_differences(generations, metric, at).query("rate > 0")
    groups = pairs.groupby([*CONDITION, "rate"], dropna=False)["loss"]
    tested = _tested([losses.to_numpy() for _, losses in groups], margin, lean(metric))
    table = paired_loss(generations, metric, at, confidence).query("rate > 0")
    table = table.reset_index(drop=True).join(tested)
    for test in TESTS:
        table[test] = table.groupby(CONDITION, dropna=False)[test].transform(holm)
    table["verdict"] = _judged(table, (1 - confidence) / 2)
    return table


def checked_margin(margin: float) -> float:
    """Refuse a margin that is not a positive number."""
    if not 0 < margin < np.inf:
        raise ParameterError(f"margin={margin} must be above 0, as {DEFAULT_MARGIN} is")
    return margin


def _tested(losses: list[Floats], margin: float, skewness: float) -> pd.DataFrame:
    """Unadjusted p-values, one row for each array of losses; those of one length at once."""
    table = pd.DataFrame(np.nan, index=range(len(losses)), columns=list(TESTS))
    lengths = np.array([len(values) for values in losses])
    for n in sorted({*lengths} - {1}):
        alike = np.flatnonzero(lengths == n)
        values = np.column_stack([losses[index] for index in alike])  # (n, k)
        below = p_values(values, margin, "smaller", skewness)
        tests = [
            p_values(values, 0, "two-sided", skewness),
            p_values(values, margin, "larger", skewness),
            below,
            np.maximum(p_values(values, -margin, "larger", skewness), below),
        ]
        table.loc[alike] = np.column_stack(tests)
    return table


def p_values(values: Floats, bound: float, alternative: Side, skewness: float = 0.0) -> Floats:
    """Test of each column's mean against a bound, (n, k) to (k,).

    Its limit where a column has no spread. Student's t, but with ``skewness`` above 0 a mean below
    the bound is judged as `mc.statistics.skewed` has it.
    """
    n, beyond = len(values), values.mean(axis=0) - bound
    still = np.ptp(values, axis=0) < STILL
    spread = np.where(still, 1.0, values.std(axis=0, ddof=1) / np.sqrt(n))
    larger, smaller = t.sf(beyond / spread, n - 1), p_below(beyond / spread, n, skewness)
    larger = np.where(still, np.where(beyond > STILL, 0.0, 1.0), larger)
    smaller = np.where(still, np.where(beyond < -STILL, 0.0, 1.0), smaller)
    both = np.minimum(2 * np.minimum(larger, smaller), 1.0)
    p: Floats = {"two-sided": both, "larger": larger, "smaller": smaller}[alternative]
    return p


def _judged(table: pd.DataFrame, alpha: float) -> NDArray[np.str_]:
    shown = [table["p_harmful"] <= alpha, table["p_negligible"] <= alpha]
    return np.select(shown, ["harmful", "negligible"], "undecided")
