"""How numbers, rates, places and conditions are worded in all sentences."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from mc import statistics
from mc.settings import format_value
from mc.statistics import CONDITION
from mc.types import Row

SETTING = "setting."  # before the name of a column that holds one
MAX_CONDITIONS = 4  # that have a sentence each


def number(value: float, digits: int) -> str:
    """A rounded number, zero without a sign; a dash where there is none."""
    return "–" if np.isnan(value) else f"{value:z.{digits}f}"


def span(low: float, high: float, digits: int = 2, scale: float = 100) -> str:
    """Bounds of an interval, in percentage points by default; empty where there is none."""
    if np.isnan(low):
        return ""
    return f" [{number(scale * low, digits)}, {number(scale * high, digits)}]"


def interval(mean: float, low: float, high: float, digits: int) -> str:
    """``mean [low, high]``, or the mean alone where there is no interval."""
    return number(mean, digits) + span(low, high, digits, scale=1)


def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return number(100 * share, 2)


def in_points(mean: float, low: float, high: float) -> str:
    """A difference in percentage points with its interval: ``0.41 [0.26, 0.57]``."""
    return points(mean) + span(low, high)


def column_in_points(row: Row, name: str = "mean") -> str:
    """`in_points` of a column with its bounds: ``loss``, ``loss_low`` and ``loss_high``."""
    prefix = "" if name == "mean" else f"{name}_"
    return in_points(row[name], row[f"{prefix}low"], row[f"{prefix}high"])


def percent(share: float) -> str:
    """A share in per cent: ``91.36%``."""
    return f"{number(100 * share, 2)}%"


def accuracy(mean: float, low: float, high: float) -> str:
    """A share in per cent with its interval: ``91.36% [91.02, 91.70]``."""
    return percent(mean) + span(low, high)


def repetitions(n: int) -> str:
    """``1 repetition`` or ``5 repetitions``."""
    return f"{n} repetition" + ("" if n == 1 else "s")


def rates(wanted: Sequence[float], tested: Sequence[float]) -> str:
    """``rate 0.1``, ``rates 0.1, 0.5``, or ``rates 0.1 to 0.9, 1.5`` for runs of 4 and more."""
    places = np.array([list(tested).index(rate) for rate in wanted])
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    words = []
    for run in runs:
        names = [f"{tested[place]:g}" for place in run]
        words += names if len(names) < 4 else [f"{names[0]} to {names[-1]}"]
    return f"rate{'s' if len(wanted) > 1 else ''} {', '.join(words)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def named(name: str, sentence: str) -> str:
    """Put a condition's name before its sentence."""
    return f"{name}: {sentence}" if name else sentence


def merged(findings: Iterable[tuple[str, str]]) -> list[str]:
    """Write a sentence that holds for several conditions once.

    Parameters
    ----------
    findings : iterable of (str, str)
        Names of conditions with a sentence on each.
    """
    sentences: dict[str, list[str]] = {}
    for name, sentence in findings:
        sentences.setdefault(sentence, []).append(name)
    n_names = len({name for names in sentences.values() for name in names})
    return [
        named(f"all {n_names} conditions" if 2 < len(names) == n_names else "; ".join(names), text)
        for text, names in sentences.items()
    ]


def extremes(table: pd.DataFrame) -> pd.DataFrame:
    """Of many conditions those that lose most and least, from rows of `statistics.summary`.

    A dozen sentences that are alike are not read; the tables hold all conditions.
    """
    ends = table.loc[table.groupby(CONDITION, dropna=False)["rate"].idxmax()]
    if len(ends) <= MAX_CONDITIONS:
        return table
    ordered = ends.sort_values("loss", ascending=False, kind="stable").iloc[[0, -1]]
    return ordered[CONDITION].merge(table, on=CONDITION)


def groups(generations: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each condition in the table, with the condition's name."""
    names = statistics.condition_names(generations)
    for keys, rows in table.groupby(CONDITION, dropna=False, sort=False):
        yield names.get(keys, ""), rows


def rows_of(generations: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple[str, Row]]:
    """Each row of the table, with its condition's name."""
    names = statistics.condition_names(generations)
    for _, row in table.iterrows():
        yield names.get(tuple(row[CONDITION]), ""), row


def firsts(generations: pd.DataFrame) -> pd.DataFrame:
    """Means at generation 0 by condition and rate."""
    rows = statistics.at_generation(generations, 0).assign(growing=statistics.growing(generations))
    share = statistics.share_metric(rows)
    means = ["accuracy", "roc_auc", share, "train_size", "growing"]
    return rows.groupby([*CONDITION, "rate"], dropna=False)[means].mean()


def key(row: Row) -> tuple[object, ...]:
    """The index of a row's condition and rate in `firsts`."""
    return tuple(row[name] for name in [*CONDITION, "rate"])


def place(row: Row, first: pd.DataFrame) -> str:
    """Where a lineage ends: its training size, or its generation where sizes do not grow."""
    if first.loc[key(row), "growing"]:
        return f"by {row.train_size:,.0f} reviews"
    return f"by generation {row.generation:.0f}"


def settings_of(rows: pd.DataFrame) -> dict[str, str]:
    """Columns of one study that hold settings, and the settings' names."""
    return {
        str(column): str(column).removeprefix(SETTING)
        for column in rows
        if str(column).startswith(SETTING) and rows[column].notna().all()
    }


def written(value: object) -> str:
    """A setting as a user types it, from a cell of a frame."""
    return format_value(value.item() if hasattr(value, "item") else value)


def is_number(values: pd.Series) -> bool:
    """Whether a setting's values have an order and distances: numbers, but not truth values."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
