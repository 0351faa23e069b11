"""How many repetitions a wanted precision takes. Knows nothing of how they are run."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import pandas as pd

from mc.errors import ParameterError
from mc.statistics.effects import lean, pair
from mc.statistics.frames import CONDITION, at_generation, known_metric
from mc.statistics.intervals import CONFIDENCE, intervals, mean_interval


def more_repetitions(
    generations: pd.DataFrame, precision: float, most: int, metric: str = "accuracy"
) -> dict[tuple[object, ...], int]:
    """How many repetitions each condition and rate should have next.

    Looks at the half-width of the 95% interval of the final paired loss (its upper half, which is
    the longer one), or of the metric itself where a condition has no pairs to make (rate 0 alone,
    or no rate 0). Half-widths shrink with the square root of the number; it at most doubles at a
    time, since few repetitions misjudge the spread. Rate 0 gets as many as the largest of its
    condition, to be paired with.

    An interval whose width decided when to stop covers the truth a little less often than its
    level, most so after few repetitions; a start of 5 or more keeps that small.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    precision : float above 0
        Half-width to reach, in the metric's unit.
    most : int
        Repetitions that are never exceeded.
    metric : str
        One of the frame's.

    Returns
    -------
    dict
        Values of `CONDITION` and the rate to a number of repetitions larger than the present one;
        empty where nothing is left to do.
    """
    if not precision > 0:
        raise ParameterError(f"precision={precision} must be above 0, as 0.001 is")
    if most < 1:
        raise ParameterError(f"most={most} must be 1 or more repetitions")
    wanted: dict[tuple[object, ...], int] = {}
    for condition, ends in at_generation(generations).groupby(CONDITION, dropna=False):
        needed = _needed(ends, precision, most, metric)
        wanted |= {(*condition, rate): number for rate, number in needed.items()}
    return wanted


def more_pairs(
    ends: pd.DataFrame,
    axes: Sequence[str],
    baseline: Mapping[str, object],
    metric: str,
    *,
    precision: float,
    most: int,
) -> dict[tuple[object, ...], int]:
    """How many repetitions each condition should have next, by its difference from a baseline.

    As `more_repetitions`, for conditions of any kind.

    Parameters
    ----------
    ends : DataFrame
        One row a lineage: the axes, ``replicate`` and the metric.
    axes : sequence of str
        Columns that tell conditions apart.
    baseline : mapping
        Values of some axes: of the condition that others, alike but for these axes, are held
        against.

    Returns
    -------
    dict
        Values of the axes to a number of repetitions larger than the present one.
    """
    wanted: dict[tuple[object, ...], int] = {}
    wide = ends.pivot(index="replicate", columns=list(axes), values=metric)
    present = {condition: int(wide[condition].count()) for condition in wide.columns}
    for condition, number in present.items():
        base = tuple(baseline.get(axis, at) for axis, at in zip(axes, condition, strict=True))
        if base == condition or base not in present:
            continue
        interval = mean_interval(wide[base] - wide[condition])
        aim = min(
            next_repetitions(number, interval.n, interval.high - interval.mean, precision), most
        )
        for each in (condition, base):
            if aim > max(present[each], wanted.get(each, 0)):
                wanted[each] = aim
    return wanted


def _needed(ends: pd.DataFrame, precision: float, most: int, metric: str) -> dict[float, int]:
    """Rate to the next number of repetitions, of one condition."""
    present = ends.groupby("rate")["replicate"].max() + 1
    paired = 0 in present and len(present) > 1
    known_metric(ends, metric)
    rows = pair(ends, metric).query("rate > 0") if paired else ends
    value, skewness = ("loss", lean(metric)) if paired else (metric, 0.0)
    table = intervals(rows, ["rate"], value, CONFIDENCE, skewness).set_index("rate")
    needed = {}
    for rate, number in present.drop(0.0 if paired else []).items():
        n, half = 0, np.nan
        if rate in table.index:
            n, half = table.loc[rate, "n"], table.loc[rate, "high"] - table.loc[rate, "mean"]
        aim = next_repetitions(int(number), int(n), half, precision)
        needed[float(rate)] = min(aim, most)
    if paired:
        needed[0.0] = min(max([*needed.values(), *present]), most)
    return {rate: number for rate, number in sorted(needed.items()) if number > present[rate]}


def next_repetitions(number: int, n: int, half: float, precision: float) -> int:
    """Repetitions to have next, from those present, the pairs made of them and their half-width."""
    if half <= precision:
        return number
    aim = ceil(n * (half / precision) ** 2) if n > 1 else 2
    return min(max(aim, number + 1), 2 * number)
