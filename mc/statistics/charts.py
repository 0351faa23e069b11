"""What a stage shows in charts of its own run: metrics at its end, against the rate.

A point's step is the rate in per cent, so that a chart of metrics over steps is the dose-response
curve. Where one rate meets several initial sizes, the step is the initial size. What tells several
series of a metric apart follows a slash: ``accuracy/lightgbm``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from mc.statistics.effects import summary
from mc.statistics.frames import CONDITION, FAMILY, share_metric

METRICS = ("accuracy", "accuracy_low", "accuracy_high", "roc_auc")
LOSSES = {"loss": "loss_points", "loss_low": "loss_points_low", "loss_high": "loss_points_high"}
WORDS = {"initial_size": "from {}", "final_size": "to {}", "increment": "by {}"}


class Point(NamedTuple):
    """A metric at a step."""

    metric: str
    step: int
    value: float


def classifier_points(generations: pd.DataFrame) -> Iterator[Point]:
    """Points of lineages of classifiers; losses are in percentage points.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    """
    table = summary(generations)
    table = table.assign(**{name: 100 * table[column] for column, name in LOSSES.items()})
    shown = [*LOSSES.values(), *METRICS, share_metric(generations)]
    if table["rate"].nunique() < 3 and table["initial_size"].nunique() > 2:
        return table_points(table, shown, step="initial_size", by=[*FAMILY, "rate"])
    return table_points(table, shown, step="rate", by=CONDITION)


def loop_points(
    lineages: pd.DataFrame, axes: Sequence[str], metrics: Sequence[str] = ()
) -> Iterator[Point]:
    """Points of lineages of another kind: means over replicates at the last generation.

    Parameters
    ----------
    axes : sequence of str
        Columns that tell conditions apart.
    metrics : sequence of str
        Empty: all columns of numbers but the axes and times.
    """
    ends = lineages[lineages["generation"] == lineages["generation"].max()]
    metrics = metrics or [
        name
        for name in ends.select_dtypes("number")
        if name not in (*axes, "replicate", "generation") and "seconds" not in name
    ]
    table = ends.groupby(list(axes), dropna=False)[list(metrics)].mean().reset_index()
    return table_points(table, metrics, step="rate", by=[axis for axis in axes if axis != "rate"])


def table_points(
    table: pd.DataFrame, metrics: Sequence[str], *, step: str = "", by: Sequence[str] = ()
) -> Iterator[Point]:
    """One point a row and metric; missing values have none.

    Parameters
    ----------
    step : str
        Column of whole numbers, or ``rate``, which becomes per cent; without such a column all
        steps are 0.
    by : sequence of str
        Columns that tell the series of a metric apart.
    """
    steps = pd.Series(0, table.index) if step not in table else table[step]
    steps = (100 * steps if step == "rate" else steps).round().astype(int)
    suffixes = _suffixes(table, by)
    for metric in metrics:
        for suffix, at, value in zip(suffixes, steps, table[metric], strict=True):
            if not pd.isna(value):
                yield Point(metric + suffix, at, float(value))


def _suffixes(table: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """What tells the rows apart in these columns, in letters that MLflow takes in a name."""
    apart = [name for name in columns if table[name].nunique(dropna=False) > 1]
    for name in ("increment", "final_size"):  # said only where the rest leaves a doubt
        rest = [other for other in apart if other != name]
        if rest and len(table[rest].drop_duplicates()) == len(table[apart].drop_duplicates()):
            apart = rest
    rows = table[apart].itertuples(index=False, name=None) if apart else [()] * len(table)
    return [
        "".join(f"/{_letters(name, at)}" for name, at in zip(apart, row, strict=True))
        for row in rows
    ]


def _letters(name: str, value: object) -> str:
    text = f"rate {value:g}" if name == "rate" else WORDS.get(name, "{}").format(value)
    return re.sub(r"[^\w\-. :]", "-", text)
