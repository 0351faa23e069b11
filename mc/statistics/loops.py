"""Lineages of any kind: means by generation, changes since generation 0, and paired contrasts.

A frame of such lineages has the axes that conditions differ in, ``replicate``, ``generation`` and
metrics. All tables are long: a row for each metric, with mean, low, high and n over replicates.
"""

from collections.abc import Collection, Sequence

import pandas as pd

from mc.statistics.intervals import CONFIDENCE, SHARES, intervals, within_unit


def loop_means(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
    *,
    shares: Collection[str] = SHARES,
) -> pd.DataFrame:
    """Mean of each metric at each generation, with its t interval over replicates.

    Parameters
    ----------
    shares : collection of str
        Metrics in [0, 1], whose intervals stay there, too.
    """
    by = [*axes, "generation", "metric"]
    table = intervals(_long(lineages, axes, metrics), by, "value", confidence)
    are_shares = table["metric"].isin(shares)
    return pd.concat([within_unit(table[are_shares]), table[~are_shares]]).sort_index()


def loop_changes(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
    *,
    shares: Collection[str] = SHARES,
) -> pd.DataFrame:
    """Each metric minus that of generation 0 of the same lineage; of ``shares`` in [-1, 1]."""
    rows = _long(lineages, axes, metrics)
    first = rows[rows["generation"] == 0].drop(columns="generation")
    return _contrasted(rows, first, axes, confidence, shares)


def loop_contrasts(
    lineages: pd.DataFrame,
    axes: Sequence[str],
    against: tuple[str, float],
    metrics: Sequence[str],
    confidence: float = CONFIDENCE,
    *,
    shares: Collection[str] = SHARES,
) -> pd.DataFrame:
    """Each metric minus that of the same replicate with another value of one axis.

    Parameters
    ----------
    against : (str, float)
        The axis and the value to compare with; that value itself has no rows.
    shares : collection of str
        Metrics in [0, 1]: intervals of their differences stay in [-1, 1].
    """
    (axis, base), rows = against, _long(lineages, axes, metrics)
    other = rows[rows[axis] == base].drop(columns=axis)
    return _contrasted(rows[rows[axis] != base], other, axes, confidence, shares)


def _long(lineages: pd.DataFrame, axes: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
    keys = [*axes, "replicate", "generation"]
    return lineages.melt(keys, list(metrics), var_name="metric", value_name="value")


def _contrasted(
    rows: pd.DataFrame,
    other: pd.DataFrame,
    axes: Sequence[str],
    confidence: float,
    shares: Collection[str],
) -> pd.DataFrame:
    """Differences of rows from those of `other` that agree in all columns but the value."""
    keys = [name for name in other.columns if name != "value"]
    pairs = rows.merge(other.rename(columns={"value": "other"}), on=keys)
    pairs["value"] = pairs["value"] - pairs["other"]
    table = intervals(pairs, [*axes, "generation", "metric"], "value", confidence)
    are_shares, ends = table["metric"].isin(shares), ["low", "high"]
    table.loc[are_shares, ends] = table.loc[are_shares, ends].clip(-1, 1)
    return table
