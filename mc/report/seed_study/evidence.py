"""What claims are judged by: mean accuracies and contrasts of them, ours or the published ones.

A rule sees `Evidence` and nothing else, so one rule judges both. They differ in how a contrast
varies. Our lineages share reviews and random numbers within a replicate: a contrast is computed in
each replicate, and what it shares cancels. The original drew reviews anew for each repetition of
each start and each rate: nothing is paired, and variances add up.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol, Self

import numpy as np
import pandas as pd

from mc import statistics
from mc.report.seed_study import published
from mc.report.wording import repetitions
from mc.statistics import CONDITION, CONFIDENCE, Interval
from mc.statistics.intervals import bounds
from mc.types import Array


class Cell(NamedTuple):
    """Where a mean accuracy is known.

    Parameters
    ----------
    start, size : int
        Reviews at generation 0, and reviews collected since, those included.
    rate : float
        Share of the growth that the model labels.
    """

    start: int
    size: int
    rate: float

    @property
    def growth(self) -> float:
        """How many times the start the size is."""
        return self.size / self.start

    @property
    def human(self) -> "Cell":
        """The same size with human labels only."""
        return self._replace(rate=0.0)


Weights = Mapping[Cell, float]  # of a contrast: the sum of weight times mean accuracy


class Evidence(Protocol):
    """Mean accuracies that a rule may ask for."""

    @property
    def cells(self) -> Collection[Cell]:
        """Where an accuracy is known, in order."""

    def contrast(
        self, weights: Weights, confidence: float = CONFIDENCE, skewness: float = 0.0
    ) -> Interval:
        """Estimate a weighted sum of accuracies, which leans by that much at most.

        ``n`` is 0 where no repetition has all of them.
        """

    def remark(self, cells: Sequence[Cell]) -> str:
        """What else is known of these cells, to follow their accuracy; empty for nothing."""


class Lineages:
    """Our lineages of one family, paired within replicates.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`; any starts and rates of one backend, regime and labelling.
    """

    def __init__(self, generations: pd.DataFrame) -> None:
        rows = statistics.checked(generations)
        rows = rows.assign(collected=_collected(rows), rate=rows["rate"].round(6))
        self._rows = rows.dropna(subset=["collected", "accuracy"])
        place = ["initial_size", "collected", "rate"]
        table = self._rows.pivot_table("accuracy", index="replicate", columns=place)
        self._column = {
            Cell(int(start), int(size), float(rate)): column
            for column, (start, size, rate) in enumerate(table.columns)
        }
        self._accuracy = table.to_numpy()  # (replicates, cells)

    @property
    def cells(self) -> Collection[Cell]:
        """Where at least one replicate has an accuracy, in order."""
        return self._column.keys()

    def contrast(
        self, weights: Weights, confidence: float = CONFIDENCE, skewness: float = 0.0
    ) -> Interval:
        """Mean over the replicates that have all cells, each with its own contrast."""
        chosen = self._accuracy[:, [self._column[cell] for cell in weights]]
        values = (chosen * np.array(list(weights.values()))).sum(axis=1)
        values = values.round(12)  # equal accuracies cancel
        return statistics.mean_interval(values, confidence, skewness)

    def remark(self, cells: Sequence[Cell]) -> str:
        """Ranking and class share, since accuracy also falls by a mere drift of the shares."""
        places = self._rows[["initial_size", "collected", "rate"]]
        rows = self._rows[[Cell(*place) in cells for place in places.itertuples(index=False)]]
        return (
            f", with an area under the ROC curve of {_ranking(rows['roc_auc'])} and "
            f"{100 * rows['positive_share'].mean():.0f}% predicted positive"
        )


class Published:
    """Published means and standard errors of one stage, all of them independent.

    Parameters
    ----------
    points : DataFrame
        Of one stage, see `published.seed_study`. A start's first point has human labels only,
        whatever its rate, and stands for human labels at that size from any start.
    """

    def __init__(self, points: pd.DataFrame) -> None:
        points = points.sort_values(["initial_size", "size", "rate"], ignore_index=True)
        self._mean = points["accuracy_mean"].to_numpy()
        self._sem = points["accuracy_sem"].to_numpy()
        self._n = points["repetitions"].to_numpy()
        places = points[["initial_size", "size", "rate"]].itertuples(index=False)
        known = {
            Cell(int(p[0]), int(p[1]), round(float(p[2]), 6)): row for row, p in enumerate(places)
        }
        human = {cell.size: row for cell, row in known.items() if cell.size == cell.start}
        others = {
            cell.human: human[cell.size]
            for cell in known
            if cell.human not in known and cell.size in human
        }
        self._row = dict(sorted({**known, **others}.items()))

    @classmethod
    def of(cls, stage: str) -> Self:
        """The published points of a stage; without any cell where there are none."""
        study = published.seed_study()
        return cls(study[study["stage"] == stage])

    @property
    def cells(self) -> Collection[Cell]:
        """Where an accuracy was published, in order."""
        return self._row.keys()

    def contrast(
        self, weights: Weights, confidence: float = CONFIDENCE, skewness: float = 0.0
    ) -> Interval:
        """Variances add up; degrees of freedom are those of Welch and Satterthwaite.

        A sum of independent parts leans less than they do: third moments add up as well.
        """
        total = np.zeros(len(self._mean))  # of a point that several cells stand for
        for cell, weight in weights.items():
            total[self._row[cell]] += weight
        used = [self._row[cell] for cell in weights]
        n = self._n[used].min()
        variances = (total * self._sem) ** 2
        variance, freedom = variances.sum(), n - 1.0
        if variance > 0:
            with np.errstate(divide="ignore", invalid="ignore"):  # one repetition: no interval
                freedom = variance**2 / (variances**2 / (self._n - 1)).sum()
            skewness *= float((variances**1.5).sum() / variance**1.5)
        mean, lean = float(total @ self._mean), math.ceil(10 * skewness) / 10
        low, high = bounds(mean, np.sqrt(variance), freedom + 1, confidence, lean)
        return Interval(mean, float(low), float(high), int(n))

    def remark(self, cells: Sequence[Cell]) -> str:
        """Nothing but accuracies was published."""
        return ""


def _collected(rows: pd.DataFrame) -> Array:
    """Reviews collected by each generation, (n,); NaN where the frame does not show it.

    Where the training set is not all of them, other starts show it: each begins at a size that
    those before it grow through.
    """
    step = rows["generation"]
    last = rows.groupby(CONDITION, dropna=False)["generation"].transform("max")
    ladder = np.unique(rows[["initial_size", "final_size"]])
    first = np.searchsorted(ladder, rows["initial_size"])
    passed = ladder[np.minimum(first + step, len(ladder) - 1)]
    return np.select(
        [rows["regime"] == "accumulate", step == 0, step == last, first + last == len(ladder) - 1],
        [rows["train_size"], rows["initial_size"], rows["final_size"], passed],
        np.nan,
    )


def _ranking(auc: pd.Series) -> str:
    """Mean area under the ROC curve, which a classifier of one class may not have."""
    known = auc.dropna()
    if known.empty:
        return "undefined (one class)"
    few = "" if len(known) == len(auc) else f" (undefined in {repetitions(len(auc) - len(known))})"
    return f"{known.mean():.3f}{few}"
