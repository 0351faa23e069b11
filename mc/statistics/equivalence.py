"""Whether a loss matters: judged against a margin, so that a lack of data is never "no effect".

Knows nothing of sizes and curves.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.errors import ParameterError
from mc.statistics.effects import ORDERED, paired_loss
from mc.statistics.intervals import CONFIDENCE

DEFAULT_MARGIN = 0.005  # half a percentage point
ROUNDING = 1e-12  # of a loss


def verdicts(
    generations: pd.DataFrame,
    metric: str = "accuracy",
    margin: float = DEFAULT_MARGIN,
    at: str | int = "final",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Judge each rate's paired loss against a margin: harmful, negligible or undecided.

    A rate is harmful where the interval of `paired_loss` lies wholly above the margin, negligible
    where it lies wholly below, and undecided elsewhere. Of all rates of a condition the chance of
    any false verdict is ``1 - confidence`` at most: the bounds of the rates are those of two
    fixed sequences of tests, each at half of that, as is usual for non-inferiority (ICH E9).

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    metric : str
        One of `ORDERED`: more of it is better.
    margin : float above 0
        Largest loss that does not matter, in the metric's unit.
    at : "final" or int
        Generation, see `at_generation`.
    confidence : float in (0, 1)
        That no rate of a condition is judged wrongly.

    Returns
    -------
    DataFrame
        The rows of `paired_loss` above rate 0, and verdict. With 1 pair there is no interval, and
        the verdict is undecided. Losses that are the same in every replicate are compared as they
        are.

    Raises
    ------
    ParameterError
        When a loss of the metric means nothing, or the margin is not above 0.
    """
    checked_margin(margin)
    if metric not in ORDERED:
        raise ParameterError(f"metric={metric!r} has no margin; choose from {', '.join(ORDERED)}")
    table = paired_loss(generations, metric, at, confidence).query("rate > 0")
    return table.reset_index(drop=True).assign(verdict=lambda rows: _judged(rows, margin))


def checked_margin(margin: float) -> float:
    """Refuse a margin that is not a positive number."""
    if not 0 < margin < np.inf:
        raise ParameterError(f"margin={margin} must be above 0, as {DEFAULT_MARGIN} is")
    return margin


def _judged(table: pd.DataFrame, margin: float) -> NDArray[np.str_]:
    shown = [table["low"] > margin + ROUNDING, table["high"] < margin - ROUNDING]
    return np.select(shown, ["harmful", "negligible"], "undecided")
