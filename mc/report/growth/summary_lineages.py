"""Where lineages start and end, and how ranking and class shares change."""

import numpy as np
import pandas as pd

from mc import statistics
from mc.report.growth.tables import SHARE_WORDS
from mc.report.wording import (
    accuracy,
    column_in_points,
    extremes,
    firsts,
    groups,
    key,
    named,
    percent,
    place,
    points,
    repetitions,
    rows_of,
    span,
)
from mc.statistics import CONDITION, FAMILY, share_metric
from mc.types import Row


def headlines(generations: pd.DataFrame) -> list[str]:
    """What happens at the highest rate, one sentence a condition, the largest loss first."""
    if generations["generation"].max() == 0:
        return _growth(generations)
    table = extremes(statistics.summary(generations))
    table = table.loc[table.groupby(CONDITION, dropna=False)["rate"].idxmax()]
    table = table.sort_values("loss", ascending=False, kind="stable")
    first = firsts(generations)
    return [named(name, _headline(row, first)) for name, row in rows_of(generations, table)]


def curve_findings(generations: pd.DataFrame) -> list[str]:
    """Where accuracy starts and ends."""
    if generations["generation"].max() == 0:
        return []
    first, table = firsts(generations), extremes(statistics.summary(generations))
    return [named(name, _from_to(ends, first)) for name, ends in groups(generations, table)]


def metric_findings(generations: pd.DataFrame) -> list[str]:
    """How ranking and class shares change at the highest rate."""
    if generations["generation"].max() == 0:
        return []
    first, table = firsts(generations), extremes(statistics.summary(generations))
    return [
        named(name, _movement(ends.iloc[-1], first.loc[key(ends.iloc[-1])]))
        for name, ends in groups(generations, table)
    ]


def _headline(row: Row, first: pd.DataFrame) -> str:
    where, rate = place(row, first), f"{row.rate:g}"
    ending = f" {_one_class(row)}" if row.one_class else ""
    if row.rate == 0 or row.pairs == 0:
        start = first.loc[key(row), "accuracy"]
        unpaired = "; without rate 0 there is no paired loss" if row.rate else ""
        return (
            f"At rate {rate} accuracy goes from {100 * start:.1f}% to {_share(row)} {where}, over "
            f"{repetitions(row.repetitions)}{unpaired}.{ending}"
        )
    size = points(abs(row.loss))
    if row.pairs == 1:
        verb = "falls" if row.loss > 0 else "rises"
        moved = f"accuracy {verb} by {size} points" if row.loss else "accuracy is that of rate 0"
        return f"At rate {rate} {moved} {where} (1 repetition: no interval).{ending}"
    if row.loss_low <= 0 <= row.loss_high:
        return (
            f"At rate {rate} accuracy {where} is not distinguishable from rate 0 with "
            f"{repetitions(row.pairs)} (loss {column_in_points(row, 'loss')} points).{ending}"
        )
    verb, bounds = "falls", (row.loss_low, row.loss_high)
    if row.loss < 0:
        verb, bounds = "rises", (-row.loss_high, -row.loss_low)
    return (
        f"At rate {rate} accuracy {verb} by {size} points{span(*bounds)} against rate 0 {where}, "
        f"over {repetitions(row.pairs)}.{ending}"
    )


def _growth(generations: pd.DataFrame) -> list[str]:
    """For lineages of one generation: accuracy by the size that they start from."""
    sentences, several = [], len(generations[FAMILY].drop_duplicates()) > 1
    for keys, ends in statistics.summary(generations).groupby([*FAMILY, "rate"], dropna=False):
        low, high = ends.loc[ends["train_size"].idxmin()], ends.loc[ends["train_size"].idxmax()]
        name = ", ".join(map(str, keys[:3])) if several else ""
        sentences.append(
            named(
                name,
                f"Accuracy is {_share(low)} with {low.train_size:,.0f} reviews and {_share(high)} "
                f"with {high.train_size:,.0f}, over {repetitions(int(ends.repetitions.max()))}.",
            )
        )
    return sentences


def _from_to(ends: pd.DataFrame, first: pd.DataFrame) -> str:
    """Accuracy at the start and at the end for the lowest and the highest rate."""
    low, high = ends.iloc[0], ends.iloc[-1]
    start = first.loc[key(low)]
    size = f" with {start.train_size:,.0f} reviews" if start.growing else ""
    text = f"Accuracy starts at {percent(start.accuracy)}{size} and is {_share(low)} at rate "
    text += f"{low.rate:g}"
    if len(ends) > 1:
        text += f", {_share(high)} at rate {high.rate:g}"
    return f"{text} {place(low, first)}."


def _movement(row: Row, first: Row) -> str:
    share = share_metric(first.to_frame().T)
    what = SHARE_WORDS[share]
    return (
        f"At rate {row.rate:g}, from the first generation to the last, the area under the ROC "
        f"curve goes from {_auc(first.roc_auc)} to {_auc(row.roc_auc)} and the share "
        f"{what} from {100 * first[share]:.1f}% to {100 * row[share]:.1f}%."
    )


def _share(row: Row) -> str:
    return accuracy(row.accuracy, row.accuracy_low, row.accuracy_high)


def _auc(value: float) -> str:
    return "undefined (one class)" if np.isnan(value) else f"{value:.3f}"


def _one_class(row: Row) -> str:
    return (
        f"{row.one_class} of {repetitions(row.repetitions)} end in a classifier that predicts one "
        "class only."
    )
