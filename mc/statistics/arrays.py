"""Paired losses as arrays, replicate by replicate. Knows nothing of estimates.

A replicate's rates, and its generations, share random numbers: whatever is estimated from several
of them is estimated in each replicate first, and the replicates are then averaged (the
summary-measures approach of Matthews et al., BMJ 1990).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.statistics.effects import pair
from mc.statistics.frames import CONDITION, checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Losses:
    """All paired losses of one condition.

    Parameters
    ----------
    condition : tuple
        Values of `CONDITION`.
    generations : (g,) int
        From 1: generation 0 has not met any contamination.
    sizes : (g,) float
        Training rows of each generation.
    rates : (r,) float
        Above 0, rising.
    replicates : (n,) int
        Their numbers.
    values : (n, g, r) float
        The losses; NaN where a lineage is missing or stopped before.
    """

    condition: tuple[object, ...]
    generations: NDArray[np.int64]
    sizes: Floats
    rates: Floats
    replicates: NDArray[np.int64]
    values: Floats


def losses_by_condition(generations: pd.DataFrame, metric: str) -> Iterator[Losses]:
    """Paired losses of each condition that has a rate above 0 and a generation above 0."""
    pairs = pair(checked(generations), metric)
    pairs = pairs[(pairs["rate"] > 0) & (pairs["generation"] > 0)]
    for condition, rows in pairs.groupby(CONDITION, dropna=False):
        rates, rate = np.unique(rows["rate"], return_inverse=True)
        steps, first, step = np.unique(rows["generation"], return_index=True, return_inverse=True)
        replicates, replicate = np.unique(rows["replicate"], return_inverse=True)
        values = np.full((len(replicates), len(steps), len(rates)), np.nan)
        values[replicate, step, rate] = rows["loss"]
        sizes = rows["train_size"].to_numpy()[first]
        yield Losses(condition, steps, sizes, rates, replicates, values)


def together(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Tables one below the other; without any, a table without rows."""
    return pd.concat(tables) if tables else pd.DataFrame(columns=list(columns), dtype=float)
