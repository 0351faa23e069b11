"""Loss for each per cent of contamination, and how it moves along a lineage.

Knows nothing of margins. The slope is an average over the rates that were run: it says nothing of a
curve's shape, which `response_surface` shows.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mc.statistics.arrays import Floats, Losses, losses_by_condition, together
from mc.statistics.effects import lean
from mc.statistics.frames import CONDITION
from mc.statistics.intervals import CONFIDENCE, intervals
from mc.types import Array

PER_CENT = 0.01


def dose_response(
    generations: pd.DataFrame, metric: str = "accuracy", confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Loss for 1% of contamination (0.01 of `rate`) at each generation, with its interval.

    Each replicate that has all rates of its condition gives one slope through the origin, by least
    squares over the rates; the interval is over replicates.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, generation (from 1), train_size, metric, mean, low, high, and n, the
        number of replicates. Generations that no replicate has at all rates have no row.
    """
    by = [*CONDITION, "generation", "train_size"]
    tables = [
        _tidy(losses, generation=losses.generations, train_size=losses.sizes, slope=slopes)
        for losses in losses_by_condition(generations, metric)
        for slopes in _slopes(losses)
    ]
    slopes = together(tables, [*by, "slope"])
    table = intervals(slopes, by, "slope", confidence, lean(metric))
    table.insert(len(by), "metric", metric)
    return table


def dose_trend(generations: pd.DataFrame, metric: str = "accuracy") -> pd.DataFrame:
    """Change of the loss for 1% of contamination with each doubling of the training set.

    Each replicate gives one slope, of its `dose_response` on the logarithm of the size. Along a
    lineage the training set, the number of generations and the share of machine labels grow
    together: the trend describes their joint course and cannot separate them.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, mean, low, high (95% t interval) and n, the number of replicates.
        Conditions whose training set does not grow over 2 contaminated generations have no row.
    """
    tables = []
    for losses in losses_by_condition(generations, metric):
        slopes = np.array(list(_slopes(losses)))  # (n, g)
        slopes = slopes[~np.isnan(slopes).any(axis=1)] if len(slopes) else slopes
        if len(slopes) and len(set(losses.sizes)) > 1:
            trends = np.polyfit(np.log2(losses.sizes), slopes.T, 1)[0]  # (n,)
            tables.append(_tidy(losses, trend=trends))
    return intervals(together(tables, [*CONDITION, "trend"]), CONDITION, "trend", CONFIDENCE)


def _slopes(losses: Losses) -> Iterator[Floats]:
    """Least-squares slopes through the origin by replicate, (g,); NaN where a rate is missing."""
    rates = losses.rates
    yield from PER_CENT * (losses.values @ rates) / (rates @ rates)


def _tidy(losses: Losses, **columns: Array) -> pd.DataFrame:
    """Columns of one condition and its values; rows without a value are left out."""
    return pd.DataFrame(dict(zip(CONDITION, losses.condition, strict=True)) | columns).dropna(
        subset=list(columns)
    )
