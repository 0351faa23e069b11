"""What a frame of generations is: its columns, its check, and questions about its lineages.

Knows nothing of effects and intervals.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from mc.errors import DataError, ParameterError

FAMILY = ["backend", "regime", "labelling"]
SIZES = ["initial_size", "increment", "final_size"]
CONDITION = [*FAMILY, *SIZES]  # what rates are compared within
LINEAGE = [*CONDITION, "rate", "replicate"]
NEEDED = ("accuracy", "roc_auc", "train_size")
SHARES = ("positive_share", "largest_share")  # of two classes, and of more
P = ParamSpec("P")


class Generations(pd.DataFrame):  # type: ignore[misc]  # pandas has no types here
    """Rows that `checked` has sorted and found usable; must not be changed in place.

    Whatever pandas makes of them (a selection, a merge, a copy) is a plain frame again.
    """


def remembered(
    table: Callable[Concatenate[pd.DataFrame, P], pd.DataFrame],
) -> Callable[Concatenate[pd.DataFrame, P], pd.DataFrame]:
    """Check the rows, and make a table of them once: the parts of a page ask for the same ones."""

    @wraps(table)
    def once(generations: pd.DataFrame, /, *given: P.args, **named: P.kwargs) -> pd.DataFrame:
        rows = checked(generations)
        made = rows.__dict__.setdefault("tables", {})  # not handed on to other frames
        key = (table, given, tuple(sorted(named.items())))
        if key not in made:
            made[key] = table(rows, *given, **named)
        return made[key].copy()

    return once


def checked(generations: pd.DataFrame) -> Generations:
    """Sort the rows, so that their order does not matter, and refuse frames that cannot be used.

    Every table begins with this, so checked rows are returned as they are.

    Raises
    ------
    DataError
        When the frame is empty, lacks a column, holds text for numbers, a generation twice, or
        lineages without generation 0.
    """
    if isinstance(generations, Generations):
        return generations
    keys = [*LINEAGE, "generation"]
    needed = [*NEEDED, share_metric(generations)]
    missing = [name for name in [*keys, *needed] if name not in generations]
    if missing:
        raise DataError(f"generations lack the columns {', '.join(missing)}; log the stage again")
    if generations.empty:
        raise DataError("there are no generations to report on; run a stage first")
    numbers = [*SIZES, "rate", "replicate", "generation", *needed]
    text = [name for name in numbers if not is_numeric_dtype(generations[name])]
    if text:
        raise DataError(f"generations hold text for numbers in {', '.join(text)}; convert them")
    rows, starts = _sorted(generations, keys)
    if (rows["generation"].to_numpy()[starts] > 0).any():
        raise DataError(
            "some lineages lack generation 0, which all are held against; run them again"
        )
    return Generations(rows)


def share_metric(generations: pd.DataFrame) -> str:
    """The metric of class shares: of the positive class of two, or of the largest of more."""
    positive, largest = SHARES
    return largest if largest in generations and positive not in generations else positive


def _sorted(generations: pd.DataFrame, keys: list[str]) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Rows by lineage and generation, and which of them start a lineage, (m,) bool.

    The columns of text are looked at once, which is most of the work: every table begins here.
    """
    lineage = generations.groupby(LINEAGE, dropna=False).ngroup().to_numpy()  # in sorted order
    step = generations["generation"].to_numpy()
    order = np.lexsort((step, lineage))
    lineage, step = lineage[order], step[order]
    starts = np.diff(lineage, prepend=-1) > 0
    twice = ~starts & (np.diff(step, prepend=-1) == 0)
    rows = generations.iloc[order].reset_index(drop=True)
    if twice.any():
        row = rows.loc[twice, keys].iloc[0].to_dict()
        raise DataError(f"generations hold {row} twice; report on one stage run at a time")
    return rows, starts


def known_metric(rows: pd.DataFrame, metric: str) -> None:
    """Refuse a metric that the frame does not hold."""
    if metric not in rows:
        raise ParameterError(f"metric={metric!r} is not a column of the generations")


@remembered
def at_generation(generations: pd.DataFrame, at: str | int = "final") -> pd.DataFrame:
    """One row a lineage: a numbered generation, or the last one of its condition.

    A lineage that stopped before that generation is left out, since comparing it there with one
    that went on would mix the effect of the rate with that of the size.
    """
    number = generations["generation"]
    if at == "final":
        last = generations.groupby(CONDITION, dropna=False)["generation"].transform("max")
        return generations[number == last].reset_index(drop=True)
    if not isinstance(at, int | np.integer) or at < 0:
        raise ParameterError(f"at={at!r} must be 'final' or the number of a generation, from 0")
    return generations[number == at].reset_index(drop=True)


def unfinished(generations: pd.DataFrame) -> int:
    """Number of lineages that stopped before the last generation of their condition."""
    lineages = checked(generations).groupby(LINEAGE, dropna=False).ngroups
    return int(lineages - len(at_generation(generations)))


@remembered
def one_class(generations: pd.DataFrame) -> pd.DataFrame:
    """The generations whose classifier puts all held-out rows into one class."""
    one_sided = generations[share_metric(generations)].isin([0.0, 1.0])
    return generations[one_sided].reset_index(drop=True)


def growing(generations: pd.DataFrame) -> bool:
    """Whether every training set is larger than that of the generation before."""
    rows = checked(generations)
    steps = rows.groupby(LINEAGE, dropna=False)["train_size"].diff().dropna()
    return bool((steps > 0).all())


def condition_names(generations: pd.DataFrame) -> dict[tuple[object, ...], str]:
    """Name each condition by what sets it apart in this frame; a lone one has no name.

    Returns
    -------
    dict
        Values of `CONDITION` to words, in the order of the sorted frame.
    """
    conditions = checked(generations)[CONDITION].drop_duplicates()
    told_apart = [name for name in CONDITION if conditions[name].nunique(dropna=False) > 1]
    for name in ("final_size", "increment"):  # said only where the rest leaves a doubt
        rest = [other for other in told_apart if other != name]
        if rest and not conditions.duplicated(rest).any():
            told_apart = rest
    words = {
        "initial_size": "from {:,} reviews",
        "increment": "in steps of {:,}",
        "final_size": "to {:,}",
    }
    return {
        tuple(row): ", ".join(
            words.get(name, "{}").format(value)
            for name, value in zip(CONDITION, row, strict=True)
            if name in told_apart
        )
        for row in conditions.itertuples(index=False, name=None)
    }
