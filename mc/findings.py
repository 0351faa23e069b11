"""Sentences made from the statistics of generations. Knows nothing of figures, files or HTML.

"No difference found" is never worded as "no difference": where an interval includes 0 the sentence
says how large the loss may still be.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mc import reference, statistics
from mc.statistics import CONDITION, FAMILY


def headlines(generations: pd.DataFrame) -> list[str]:
    """What happens at the highest rate, one sentence a condition, the largest loss first."""
    if generations["generation"].max() == 0:
        return _growth(generations)
    table = statistics.summary(generations)
    table = table.loc[table.groupby(CONDITION, dropna=False)["rate"].idxmax()]
    table = table.sort_values("loss", ascending=False, kind="stable")
    first = _firsts(generations)
    return [_named(name, _headline(row, first)) for name, row in _rows(generations, table)]


def curve_findings(generations: pd.DataFrame, study: pd.DataFrame) -> list[str]:
    """Where accuracy starts and ends, and what the original study published."""
    if generations["generation"].max() == 0:
        found = []
    else:
        first = _firsts(generations)
        table = statistics.summary(generations)
        found = [_named(name, _from_to(ends, first)) for name, ends in _groups(generations, table)]
    return [*found, *_published(study)]


def metric_findings(generations: pd.DataFrame) -> list[str]:
    """How ranking and class shares move beside accuracy at the highest rate."""
    table = statistics.summary(generations)
    first = _firsts(generations)
    return [
        _named(name, _movement(ends.iloc[-1], first.loc[_key(ends.iloc[-1])]))
        for name, ends in _groups(generations, table)
        if generations["generation"].max() > 0
    ] + _collapses(generations)


def loss_findings(generations: pd.DataFrame) -> list[str]:
    """Which rates are told apart from rate 0, and how large a loss the others may hide."""
    rates = set(generations["rate"])
    if 0 not in rates:
        return ["Rate 0 is not among the lineages, so there is no paired loss."]
    if rates == {0}:
        return ["Rate 0 is the only rate, so there is no loss to show."]
    table = statistics.summary(generations).query("rate > 0")
    return [
        _named(name, sentence)
        for name, rows in _groups(generations, table)
        for sentence in _told_apart(rows)
    ]


def points(share: float) -> str:
    """A difference of shares in percentage points, without a sign for zero."""
    text = f"{100 * share:.2f}"
    return "0.00" if text == "-0.00" else text


def repetitions(n: int) -> str:
    """``1 repetition`` or ``5 repetitions``."""
    return f"{n} repetition" + ("" if n == 1 else "s")


def _headline(row: Any, first: pd.DataFrame) -> str:
    place, rate = _place(row, first), f"{row.rate:g}"
    ending = f" {_one_class(row)}" if row.one_class else ""
    if row.rate == 0:
        return f"At rate 0 accuracy is {_share(row)} {place}, over {repetitions(row.repetitions)}."
    if row.pairs == 0:
        start = first.loc[_key(row), "accuracy"]
        return (
            f"At rate {rate} accuracy goes from {100 * start:.1f}% to {_share(row)} {place}, over "
            f"{repetitions(row.repetitions)}; without rate 0 there is no paired loss.{ending}"
        )
    size = points(abs(row.loss))
    if row.pairs == 1:
        verb = "falls" if row.loss > 0 else "rises"
        moved = f"accuracy {verb} by {size} points" if row.loss else "accuracy is that of rate 0"
        return f"At rate {rate} {moved} {place} (1 repetition: no interval).{ending}"
    if row.loss_low <= 0 <= row.loss_high:
        return (
            f"At rate {rate} accuracy {place} is not distinguishable from rate 0 with "
            f"{repetitions(row.pairs)} (loss {_loss(row)} points).{ending}"
        )
    verb, bounds = "falls", (row.loss_low, row.loss_high)
    if row.loss < 0:
        verb, bounds = "rises", (-row.loss_high, -row.loss_low)
    span = f"[{points(bounds[0])}, {points(bounds[1])}]"
    return (
        f"At rate {rate} accuracy {verb} by {size} points {span} against rate 0 {place}, over "
        f"{repetitions(row.pairs)}.{ending}"
    )


def _growth(generations: pd.DataFrame) -> list[str]:
    """For lineages of one generation: accuracy by the size that they start from."""
    found, several = [], len(generations[FAMILY].drop_duplicates()) > 1
    for keys, ends in statistics.summary(generations).groupby([*FAMILY, "rate"], dropna=False):
        low, high = ends.loc[ends["train_size"].idxmin()], ends.loc[ends["train_size"].idxmax()]
        name = ", ".join(map(str, keys[:3])) if several else ""
        found.append(
            _named(
                name,
                f"Accuracy is {_share(low)} with {low.train_size:,.0f} reviews and {_share(high)} "
                f"with {high.train_size:,.0f}, over {repetitions(int(ends.repetitions.max()))}.",
            )
        )
    return found


def _from_to(ends: pd.DataFrame, first: pd.DataFrame) -> str:
    """Accuracy at the start and at the end for the lowest and the highest rate."""
    low, high = ends.iloc[0], ends.iloc[-1]
    start = first.loc[_key(low), "accuracy"]
    text = f"Accuracy starts at {100 * start:.2f}% and is {_share(low)} at rate {low.rate:g}"
    if len(ends) > 1:
        text += f", {_share(high)} at rate {high.rate:g}"
    return f"{text} {_place(low, first)}."


def _published(study: pd.DataFrame) -> list[str]:
    """The published start and end at the highest rate of the original study."""
    if study.empty:
        return []
    rows = study[study["rate"] == study["rate"].max()]
    start, end = rows.loc[rows["size"].idxmin()], rows.loc[rows["size"].idxmax()]
    same = rows[rows["initial_size"] == start["initial_size"]]
    end = same.iloc[-1] if len(same) > 1 else end
    return [
        f"The original study ({reference.SOURCE}, {reference.CLASSIFIER}) published "
        f"{100 * start.accuracy_mean:.1f}% at {start['size']:,} reviews and "
        f"{100 * end.accuracy_mean:.1f}% at {end['size']:,} at rate {start.rate:g}, over "
        f"{repetitions(int(end.repetitions))}; its classifier, features and rows differ from these."
    ]


def _movement(row: Any, first: Any) -> str:
    return (
        f"At rate {row.rate:g}, from the first generation to the last, accuracy goes from "
        f"{100 * first.accuracy:.2f}% to {100 * row.accuracy:.2f}%, the area under the ROC curve "
        f"from {_auc(first.roc_auc)} to {_auc(row.roc_auc)}, and the share predicted positive from "
        f"{100 * first.positive_share:.1f}% to {100 * row.positive_share:.1f}%."
    )


def _collapses(generations: pd.DataFrame) -> list[str]:
    """Which rates end in a classifier that predicts one class, and from when on."""
    table = statistics.summary(generations).query("one_class > 0")
    return [
        _named(name, f"At rate {row.rate:g}: {_one_class(row)}")
        for name, row in _rows(generations, table)
    ]


def _told_apart(rows: pd.DataFrame) -> Iterator[str]:
    """Rates above 0 of one condition by what their intervals say."""
    tested, alone = sorted(rows["rate"]), rows[rows["pairs"] == 0]
    if len(alone):
        yield f"No finished pair with rate 0, so no paired loss: {_rates(alone, tested)}."
    single = rows[rows["pairs"] == 1]
    if len(single):
        yield f"1 repetition: no interval, so nothing is told apart at {_rates(single, tested)}."
    known = rows[rows["pairs"] > 1]
    lost, gained = known[known["loss_low"] > 0], known[known["loss_high"] < 0]
    if len(lost):
        yield f"Accuracy is lower than at rate 0, beyond the 95% interval: {_rates(lost, tested)}."
    if len(gained):
        where = _rates(gained, tested)
        yield f"Accuracy is higher than at rate 0, beyond the 95% interval: {where}."
    open_ = known[(known["loss_low"] <= 0) & (known["loss_high"] >= 0)]
    if len(open_):
        n, most = int(open_["pairs"].min()), points(open_["loss_high"].max())
        yield (
            f"Not distinguishable from rate 0 with {repetitions(n)}: {_rates(open_, tested)}. "
            f"That is not the same as no loss: it may be up to {most} points."
        )


def _rates(rows: pd.DataFrame, tested: list[float]) -> str:
    """``rate 0.1``, ``rates 0.1, 0.5``, or ``rates 0.1 to 0.9, 1.5`` for runs of 4 and more."""
    places = np.array([tested.index(rate) for rate in rows["rate"]])
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    words = []
    for run in runs:
        names = [f"{tested[place]:g}" for place in run]
        words += names if len(names) < 4 else [f"{names[0]} to {names[-1]}"]
    return f"rate{'s' if len(rows) > 1 else ''} {', '.join(words)}"


def _firsts(generations: pd.DataFrame) -> pd.DataFrame:
    """Means at generation 0 by condition and rate."""
    rows = statistics.at_generation(generations, 0).assign(growing=statistics.growing(generations))
    named = ["accuracy", "roc_auc", "positive_share", "growing"]
    return rows.groupby([*CONDITION, "rate"], dropna=False)[named].mean()


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(row[name] for name in [*CONDITION, "rate"])


def _groups(generations: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each condition in the table, with the condition's name."""
    names = statistics.condition_names(generations)
    for keys, rows in table.groupby(CONDITION, dropna=False, sort=False):
        yield names.get(keys, ""), rows


def _rows(generations: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    """Each row of the table, with its condition's name."""
    names = statistics.condition_names(generations)
    for _, row in table.iterrows():
        yield names.get(tuple(row[CONDITION]), ""), row


def _place(row: Any, first: pd.DataFrame) -> str:
    """Where a lineage ends: its training size, or its generation where sizes do not grow."""
    if first.loc[_key(row), "growing"]:
        return f"by {row.train_size:,.0f} reviews"
    return f"by generation {row.generation:.0f}"


def _share(row: Any) -> str:
    if np.isnan(row.accuracy_low):
        return f"{100 * row.accuracy:.2f}%"
    return (
        f"{100 * row.accuracy:.2f}% [{100 * row.accuracy_low:.2f}, {100 * row.accuracy_high:.2f}]"
    )


def _loss(row: Any) -> str:
    return f"{points(row.loss)} [{points(row.loss_low)}, {points(row.loss_high)}]"


def _auc(value: float) -> str:
    return "undefined (one class)" if np.isnan(value) else f"{value:.3f}"


def _one_class(row: Any) -> str:
    return (
        f"{row.one_class} of {repetitions(row.repetitions)} end in a classifier that predicts one "
        "class only."
    )


def _named(name: str, sentence: str) -> str:
    """Put a condition's name before its sentence."""
    return f"{name}: {sentence}" if name else sentence
