"""Intervals and paired effects from a frame of generations. Knows nothing of files or figures.

A frame of generations has one row for each generation of each lineage: the columns of `LINEAGE`,
``generation``, and metrics. Replicates share their random numbers across rates, so an effect is the
difference against rate 0 *of the same replicate*, and what they share cancels.

All results are tidy frames in the metrics' own units (shares, not percentage points).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.stats import sem, t

from mc.errors import DataError, ParameterError

FAMILY = ["backend", "regime", "labelling"]
SIZES = ["initial_size", "increment", "final_size"]
CONDITION = [*FAMILY, *SIZES]  # what rates are compared within
LINEAGE = [*CONDITION, "rate", "replicate"]
NEEDED = ("accuracy", "roc_auc", "positive_share", "train_size")
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with its confidence interval; the bounds are NaN for fewer than 2 values."""

    mean: float
    low: float
    high: float
    n: int


def checked(generations: pd.DataFrame) -> pd.DataFrame:
    """Sort the rows, so that their order does not matter, and refuse frames that cannot be used.

    Raises
    ------
    DataError
        When the frame is empty, lacks a column, holds text for numbers, a generation twice, or
        lineages without generation 0.
    """
    keys = [*LINEAGE, "generation"]
    missing = [name for name in [*keys, *NEEDED] if name not in generations]
    if missing:
        raise DataError(f"generations lack the columns {', '.join(missing)}; log the stage again")
    if generations.empty:
        raise DataError("there are no generations to report on; run a stage first")
    numbers = [*SIZES, "rate", "replicate", "generation", *NEEDED]
    text = [name for name in numbers if not is_numeric_dtype(generations[name])]
    if text:
        raise DataError(f"generations hold text for numbers in {', '.join(text)}; convert them")
    twice = generations.duplicated(keys)
    if twice.any():
        row = generations.loc[twice, keys].iloc[0].to_dict()
        raise DataError(f"generations hold {row} twice; report on one stage run at a time")
    if (generations.groupby(LINEAGE, dropna=False)["generation"].min() > 0).any():
        raise DataError(
            "some lineages lack generation 0, which all are held against; run them again"
        )
    return generations.sort_values(keys, ignore_index=True)


def mean_interval(values: Iterable[float], confidence: float = CONFIDENCE) -> Interval:
    """Mean and Student t interval.

    Parameters
    ----------
    values : iterable of float
        Independent values; NaNs are left out and not counted.
    confidence : float in (0, 1)
        Coverage of the interval.
    """
    array = np.asarray(list(values), dtype=float)
    array = array[~np.isnan(array)]
    if not len(array):
        return Interval(np.nan, np.nan, np.nan, 0)
    spread = sem(array) if len(array) > 1 else np.nan
    low, high = _bounds(array.mean(), spread, len(array), confidence)
    return Interval(float(array.mean()), float(low), float(high), len(array))


def _bounds(mean: Any, spread: Any, n: Any, confidence: float) -> tuple[Any, Any]:
    """Student t interval from mean, standard error and count, element by element."""
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence={confidence} must lie between 0 and 1, as 0.95 does")
    low, high = t.interval(confidence, n - 1)  # in standard errors; NaN for n < 2
    return mean + low * spread, mean + high * spread


def _intervals(
    rows: pd.DataFrame, by: Sequence[str], value: str, confidence: float
) -> pd.DataFrame:
    """`mean_interval` of each group at once: columns ``by``, mean, low, high, n."""
    groups = rows.groupby(list(by), dropna=False)[value]
    table = groups.agg(mean="mean", spread="sem", n="count").reset_index()
    counts = table["n"].to_numpy()
    table["low"], table["high"] = _bounds(table["mean"], table["spread"], counts, confidence)
    return table[[*by, "mean", "low", "high", "n"]]


def at_generation(generations: pd.DataFrame, at: str | int = "final") -> pd.DataFrame:
    """One row a lineage: a numbered generation, or the last one of its condition.

    A lineage that stopped before that generation is left out, since comparing it there with one
    that went on would mix the effect of the rate with that of the size.
    """
    rows = checked(generations)
    if at == "final":
        last = rows.groupby(CONDITION, dropna=False)["generation"].transform("max")
        return rows[rows["generation"] == last].reset_index(drop=True)
    if not isinstance(at, int | np.integer) or at < 0:
        raise ParameterError(f"at={at!r} must be 'final' or the number of a generation, from 0")
    return rows[rows["generation"] == at].reset_index(drop=True)


def unfinished(generations: pd.DataFrame) -> int:
    """Number of lineages that stopped before the last generation of their condition."""
    lineages = checked(generations).groupby(LINEAGE, dropna=False).ngroups
    return int(lineages - len(at_generation(generations)))


def paired_differences(
    generations: pd.DataFrame, metric: str = "accuracy", at: str | int = "final"
) -> pd.DataFrame:
    """What each lineage loses against rate 0 of its own replicate.

    Returns
    -------
    DataFrame
        Columns of `LINEAGE`, generation, train_size and loss: the metric at rate 0 minus the metric
        at the rate, in the metric's unit. Without rate 0 it has no rows.
    """
    rows = at_generation(generations, at)
    if metric not in rows:
        raise ParameterError(f"metric={metric!r} is not a column of the generations")
    pair = [*CONDITION, "replicate", "generation"]
    human = rows.loc[rows["rate"] == 0, [*pair, metric]].rename(columns={metric: "human"})
    pairs = rows.merge(human, on=pair)
    pairs["loss"] = pairs["human"] - pairs[metric]
    kept = pairs[[*LINEAGE, "generation", "train_size", "loss"]].dropna(subset=["loss"])
    return kept.reset_index(drop=True)


def paired_loss(
    generations: pd.DataFrame,
    metric: str = "accuracy",
    at: str | int = "final",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Mean paired loss of each condition and rate, with its t interval over replicates.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, metric, mean, low, high (see `paired_differences`) and n, the
        number of pairs. Rates without a pair have no row.
    """
    pairs = paired_differences(generations, metric, at)
    table = _intervals(pairs, [*CONDITION, "rate"], "loss", confidence)
    table.insert(len(CONDITION) + 1, "metric", metric)
    return table


def curve(
    generations: pd.DataFrame, metric: str = "accuracy", confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Mean of a metric over replicates at each generation, with its pointwise t interval.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, generation, train_size, metric, mean, low, high, n. The
        generation is among them since under some regimes the training set does not grow.
    """
    rows = checked(generations)
    if metric not in rows:
        raise ParameterError(f"metric={metric!r} is not a column of the generations")
    by = [*CONDITION, "rate", "generation", "train_size"]
    table = _intervals(rows, by, metric, confidence)
    table.insert(len(by), "metric", metric)
    return table


def one_class(generations: pd.DataFrame) -> pd.DataFrame:
    """The generations whose classifier calls all held-out reviews positive, or none."""
    rows = checked(generations)
    return rows[rows["positive_share"].isin([0.0, 1.0])].reset_index(drop=True)


def summary(generations: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """The state of each condition and rate at its last generation.

    Returns
    -------
    DataFrame
        Columns of `CONDITION`, rate, generation, train_size; accuracy with accuracy_low and
        accuracy_high; means of roc_auc and positive_share; loss with loss_low and loss_high, of
        accuracy against rate 0 (NaN without pairs); repetitions; pairs; one_class, the number of
        repetitions that end predicting one class only.
    """
    ends, by = at_generation(generations), [*CONDITION, "rate"]
    ends = ends.assign(one_class=ends["positive_share"].isin([0.0, 1.0]))
    table = _intervals(ends, by, "accuracy", confidence).rename(
        columns={
            "mean": "accuracy",
            "low": "accuracy_low",
            "high": "accuracy_high",
            "n": "repetitions",
        }
    )
    others = ends.groupby(by, dropna=False).agg(
        generation=("generation", "max"),
        train_size=("train_size", "max"),
        roc_auc=("roc_auc", "mean"),
        positive_share=("positive_share", "mean"),
        one_class=("one_class", "sum"),
    )
    losses = paired_loss(generations, "accuracy", "final", confidence).rename(
        columns={"mean": "loss", "low": "loss_low", "high": "loss_high", "n": "pairs"}
    )
    table = table.merge(others.reset_index(), on=by)
    table = table.merge(losses.drop(columns="metric"), on=by, how="left")
    table["pairs"] = table["pairs"].fillna(0).astype(int)
    shown = "accuracy accuracy_low accuracy_high roc_auc positive_share loss loss_low loss_high"
    return table[
        [*by, "generation", "train_size", *shown.split(), "repetitions", "pairs", "one_class"]
    ]


def end_means(generations: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Means over replicates of many metrics at the last generation of each condition and rate."""
    ends = at_generation(generations)
    known = [metric for metric in metrics if metric in ends]
    return ends.groupby([*CONDITION, "rate"], dropna=False)[known].mean().reset_index()


def growing(generations: pd.DataFrame) -> bool:
    """Whether every training set is larger than that of the generation before."""
    rows = checked(generations)
    steps = rows.groupby(LINEAGE, dropna=False)["train_size"].diff().dropna()
    return bool((steps > 0).all())


def condition_names(generations: pd.DataFrame) -> dict[tuple[Any, ...], str]:
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
