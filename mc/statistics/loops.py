"""Lineages of any kind: means by generation, changes since generation 0, and paired contrasts.

A frame of such lineages has the axes that tell conditions apart, ``replicate``, ``generation`` and
metrics. All tables are long: a row for each metric, with mean, low, high and n over replicates.
"""

from collections.abc import Sequence

import pandas as pd

from mc.statistics.intervals import CONFIDENCE, intervals


def loop_means(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Mean of each metric at each generation, with its t interval over replicates."""
    return _averaged(_long(lineages, axes, metrics), [*axes, "generation"], confidence)


def loop_changes(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """What each generation has more than generation 0 of its own lineage."""
    rows = _long(lineages, axes, metrics)
    first = rows[rows["generation"] == 0].drop(columns="generation")
    return _contrasted(rows, first, axes, confidence)


def loop_contrasts(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    against: tuple[str, float],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """What each lineage has more than that of its replicate with another value of one axis.

    Parameters
    ----------
    against : (str, float)
        The axis and its value that the others are held against; that value has no rows itself.
    """
    (axis, base), rows = against, _long(lineages, axes, metrics)
    other = rows[rows[axis] == base].drop(columns=axis)
    return _contrasted(rows[rows[axis] != base], other, axes, confidence)


def _long(lineages: pd.DataFrame, axes: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
    keys = [*axes, "replicate", "generation"]
    return lineages.melt(keys, list(metrics), var_name="metric", value_name="value")


def _contrasted(
    rows: pd.DataFrame, other: pd.DataFrame, axes: Sequence[str], confidence: float
) -> pd.DataFrame:
    """Differences of rows from those of `other` that agree in all columns but the value."""
    keys = [name for name in other.columns if name != "value"]
    pairs = rows.merge(other.rename(columns={"value": "other"}), on=keys)
    pairs["value"] = pairs["value"] - pairs["other"]
    return _averaged(pairs, [*axes, "generation"], confidence)


def _averaged(rows: pd.DataFrame, by: Sequence[str], confidence: float) -> pd.DataFrame:
    return intervals(rows, [*by, "metric"], "value", confidence)
