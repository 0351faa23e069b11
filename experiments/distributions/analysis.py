"""Intervals, theory and contrasts from a frame of chains (see `mc.lineage.chains`).

One row for each generation of each replicate: the axes of `mc.lineage.chains`, ``replicate``,
``generation``, and the metrics of its system; NaN for those of other systems.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

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
    """Put rows in order, each once, and refuse a frame that lacks what all others here need.

    Raises
    ------
    DataError
        Names what is missing.
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
        named = dict(zip(KEYS, keys, strict=True))
        plugin = system(named["system"])
        steps = int(rows["generation"].max()) + 1
        known = plugin.theory(named["regime"], named["rate"], named["size"], steps)
        for metric in plugin.metrics:
            table = intervals(rows, [*KEYS, "generation"], metric, confidence)
            yield table.assign(metric=metric, theory=known.get(metric, np.nan))


def chain_ends(curves: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last generation."""
    return curves[curves["generation"] == curves["generation"].max()].reset_index(drop=True)


def apart(chains: pd.DataFrame, first: str, second: str, rate: float) -> pd.DataFrame:
    """By how much further from the truth one regime ends than another, replicate by replicate.

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
            off = (wide - plugin.perfect[metric]).abs()
            found: dict[str, Any] = mean_interval(off[first] - off[second])._asdict()
            rows.append({"system": name, "size": size, **found})
    return pd.DataFrame(rows, columns=["system", "size", "mean", "low", "high", "n"])


def within_interval(curves: pd.DataFrame) -> tuple[int, int]:
    """In how many cells theory lies inside the interval, and how many have both."""
    both = curves.dropna(subset=["low", "theory"])
    both = both[both["high"] > both["low"]]
    inside = (both["low"] <= both["theory"]) & (both["theory"] <= both["high"])
    return int(inside.sum()), len(both)
