"""Intervals, theory and contrasts from a frame of chains (see `mc.lineage.chains`).

One row for each generation of each replicate: the axes of `mc.lineage.chains`, ``replicate``,
``generation``, and the metrics of its system; NaN for those of other systems.
"""

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pandas as pd

from mc import plugins
from mc.errors import DataError
from mc.lineage.chains import AXES
from mc.statistics.intervals import CONFIDENCE, intervals, mean_interval

KEYS = list(AXES)


def system(name: str) -> ModuleType:
    """The plug-in that a frame names."""
    return plugins.load("systems", "systems", name)


def checked_chains(chains: pd.DataFrame) -> pd.DataFrame:
    """Put rows in order, each once, and refuse a frame without the columns needed here.

    Raises
    ------
    DataError
        Names the missing columns.
    """
    missing = {*KEYS, "replicate", "generation"} - set(chains)
    if missing:
        raise DataError(f"the frame of chains lacks the columns {', '.join(sorted(missing))}")
    ordered = chains.sort_values([*KEYS, "replicate", "generation"], ignore_index=True)
    return ordered.drop_duplicates(ignore_index=True)


def chain_curves(chains: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Each metric by generation: columns `KEYS`, generation, metric, mean, low, high, n, theory.

    Intervals are Student's t over replicates; theory is NaN where it is not known.
    """
    return pd.concat(list(_curves(checked_chains(chains), confidence)), ignore_index=True)


def _curves(chains: pd.DataFrame, confidence: float) -> Iterator[pd.DataFrame]:
    for keys, rows in chains.groupby(KEYS, sort=False):
        condition = dict(zip(KEYS, keys, strict=True))
        plugin = system(condition["system"])
        steps = int(rows["generation"].max()) + 1
        known = plugin.theory(condition["regime"], condition["rate"], condition["size"], steps)
        for metric in plugin.metrics:
            table = intervals(rows, [*KEYS, "generation"], metric, confidence)
            yield table.assign(metric=metric, theory=known.get(metric, np.nan))


def chain_ends(curves: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last generation."""
    return curves[curves["generation"] == curves["generation"].max()].reset_index(drop=True)


def apart(chains: pd.DataFrame, first: str, second: str, rate: float) -> pd.DataFrame:
    """How much further from the truth one regime ends than another, paired by replicate.

    Returns
    -------
    DataFrame
        system, size, mean, low, high, n: of the difference of the distances of the main metric
        from its true value; above 0 where ``first`` is further away.
    """
    checked = checked_chains(chains)
    last = checked[(checked["generation"] == checked["generation"].max())]
    rows = []
    for (name, size), group in last[last["rate"] == rate].groupby(["system", "size"], sort=False):
        plugin = system(str(name))
        metric = next(iter(plugin.metrics))
        wide = group.pivot_table(index="replicate", columns="regime", values=metric)
        if {first, second} <= set(wide):
            distances = (wide - plugin.perfect[metric]).abs()
            difference = mean_interval(distances[first] - distances[second])
            rows.append({"system": name, "size": size, **difference._asdict()})
    return pd.DataFrame(rows, columns=["system", "size", "mean", "low", "high", "n"])


def within_interval(curves: pd.DataFrame) -> tuple[int, int]:
    """Number of cells in which theory lies inside the interval, and of cells that have both."""
    both = curves.dropna(subset=["low", "theory"])
    both = both[both["high"] > both["low"]]
    inside = (both["low"] <= both["theory"]) & (both["theory"] <= both["high"])
    return int(inside.sum()), len(both)
