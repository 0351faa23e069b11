"""Sentences about a recommender. Knows its tables (see `recommender.page`), and no figures.

``curves`` are means, ``changes`` are since generation 0, ``gains`` over the smallest epsilon,
``prices`` in clicks relative to it; each row is a regime, epsilon, generation and metric.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mc.report.wording import listed, points, span

Row = Any  # of a table


def narrowing(curves: pd.DataFrame, changes: pd.DataFrame) -> str:
    """What the loop does to the variety of items, with the least exploration."""
    least, last = _least(changes), changes["generation"].max()
    told = [
        f"{100 * _at(curves, row)['mean']:.1f}% under {row['regime']} "
        f"({_compared(row, 'fewer', 'more', 'than at generation 0')})"
        for row in _rows(changes, "coverage", least, last)
    ]
    return (
        f"{_exploring(least)}, after {last} retrainings on the clicks that its own lists caused, "
        f"the ranker recommends of all items {listed(told)}."
    )


def exchange(gains: pd.DataFrame, prices: pd.DataFrame, epsilon: float) -> str:
    """What an epsilon buys in variety by the end, and what it costs in clicks."""
    last = gains["generation"].max()
    told = [
        f"under {row['regime']}, {_compared(row, 'fewer', 'more', 'of the items are recommended')} "
        f"for {_clicks(_at(prices, row, 'total_clicks'))} in all"
        for row in _rows(gains, "coverage", epsilon, last)
    ]
    return f"Exploring with epsilon {epsilon:g}, until generation {last}: {'; '.join(told)}."


def exposure_findings(
    curves: pd.DataFrame, changes: pd.DataFrame, best: Mapping[str, float]
) -> list[str]:
    """How evenly items are recommended."""
    least, last = _least(changes), changes["generation"].max()
    told = [
        f"from {_at(curves, {**row, 'generation': 0})['mean']:.3f} to "
        f"{_at(curves, row)['mean']:.3f} under {row['regime']}"
        for row in _rows(changes, "gini", least, last)
    ]
    return [
        f"{_exploring(least)}, the Gini coefficient of recommendations goes {listed(told)}.",
        f"The best possible lists hold {100 * best['coverage']:.1f}% of the items, with a Gini "
        f"coefficient of {best['gini']:.3f}; {100 * best['tail_share']:.1f}% of their places go to "
        "the half of the items that is liked least.",
    ]


def likeness_findings(changes: pd.DataFrame) -> list[str]:
    """How alike lists become, with the least exploration."""
    least, last = _least(changes), changes["generation"].max()
    asked = {
        "homogeneity": ("the Jaccard index of two users' lists", "less", "more"),
        "list_diversity": ("the diversity within a list", "less", "more"),
    }
    return [
        f"{_exploring(least)}, {what} at generation {last} is "
        + "; ".join(
            f"{_compared(row, down, up, 'than at generation 0')} under {row['regime']}"
            for row in _rows(changes, metric, least, last)
        )
        + "."
        for metric, (what, down, up) in asked.items()
    ]


def knowledge_findings(changes: pd.DataFrame, gains: pd.DataFrame) -> list[str]:
    """Whether the ranker comes to know tastes, and whether exploring helps it."""
    least, last = _least(changes), changes["generation"].max()
    told = [
        f"{_compared(row, 'less', 'more', 'than at generation 0')} under {row['regime']}"
        for row in _rows(changes, "hit_rate", least, last)
    ]
    sentences = [
        f"{_exploring(least)}, hit rate of the ranker's own lists at generation {last} (0 points: "
        f"random, 100: the best possible): {'; '.join(told)}."
    ]
    for epsilon in sorted(gains["epsilon"].unique()):
        than = f"than with epsilon {least:g}"
        told = [
            f"{_compared(row, 'less', 'more', than)} under {row['regime']}"
            for row in _rows(gains, "hit_rate", epsilon, last)
        ]
        sentences.append(f"The same after exploring with epsilon {epsilon:g}: {'; '.join(told)}.")
    return sentences


def exchange_findings(gains: pd.DataFrame) -> list[str]:
    """Which epsilons leave more items recommended."""
    ends = gains[(gains["generation"] == gains["generation"].max()) & (gains["n"] > 1)]
    sentences = []
    for regime, rows in ends[ends["metric"] == "coverage"].groupby("regime", sort=False):
        kinds = {
            "more": rows["low"] > 0,
            "fewer": rows["high"] < 0,
            "no difference found": (rows["low"] <= 0) & (rows["high"] >= 0),
        }
        told = [
            f"{word} at epsilon {listed([f'{each:g}' for each in rows.loc[chosen, 'epsilon']])}"
            for word, chosen in kinds.items()
            if chosen.any()
        ]
        sentences.append(f"Items recommended by the ranker itself, {regime}: {'; '.join(told)}.")
    return sentences or ["One repetition has no interval: what exploration buys cannot be told."]


def price_findings(prices: pd.DataFrame) -> list[str]:
    """What exploring costs at once, and whether it returns."""
    last, sentences = prices["generation"].max(), []
    for (regime, epsilon), rows in prices.groupby(["regime", "epsilon"], sort=False):
        first, end = (_one(rows, "clicks", step) for step in (0, last))
        total = _one(rows, "total_clicks", last)
        sentences.append(
            f"{regime}, epsilon {epsilon:g}: {_clicks(first)} at generation 0, {_clicks(end)} at "
            f"generation {last}, {_clicks(total)} in all; {_returned(rows)}."
        )
    return sentences


def _returned(rows: pd.DataFrame) -> str:
    """Whether the clicks so far come to be more than without exploring, and stay so."""
    totals = rows[rows["metric"] == "total_clicks"].sort_values("generation")
    if totals["low"].iloc[-1] > 0:
        short = totals.loc[~(totals["low"] > 0), "generation"]
        since = 0 if short.empty else short.iloc[-1] + 1
        return f"from generation {since} on it has earned more than it cost"
    if totals["high"].iloc[-1] < 0:
        return "it has not earned back what it cost"
    return "whether it has earned back what it cost cannot be told"


def _exploring(epsilon: float) -> str:
    return "Without exploration" if epsilon == 0 else f"With epsilon {epsilon:g}"


def _clicks(row: Row) -> str:
    """A relative price in words: ``3.10% [2.90, 3.30] fewer clicks``."""
    return _signed(row, "%", "fewer clicks", "more clicks")


def _compared(row: Row, down: str, up: str, than: str) -> str:
    """A difference of shares in words: ``14.80 points [13.40, 16.10] fewer than ...``."""
    return f"{_signed(row, ' points', down, up)} {than}"


def _signed(row: Row, unit: str, down: str, up: str) -> str:
    """A difference by its size and direction; as it is where it may be nothing."""
    mean, low, high = row["mean"], row["low"], row["high"]
    unsure = " (no difference found)" if low <= 0 <= high else ""
    if mean < 0:
        mean, low, high, up = -mean, -high, -low, down
    return f"{points(mean)}{unit}{span(low, high)} {up}{unsure}"


def _least(table: pd.DataFrame) -> float:
    return float(table["epsilon"].min())


def _rows(table: pd.DataFrame, metric: str, epsilon: float, step: int) -> list[Row]:
    chosen = table.query("metric == @metric and epsilon == @epsilon and generation == @step")
    return [row for _, row in chosen.iterrows()]


def _at(table: pd.DataFrame, place: Any, metric: str = "") -> Row:
    """The row of another table at the same place, and of the same metric if no other is named."""
    same = (table["regime"] == place["regime"]) & (table["epsilon"] == place["epsilon"])
    return _one(table[same], metric or place["metric"], place["generation"])


def _one(rows: pd.DataFrame, metric: str, step: int) -> Row:
    return rows[(rows["metric"] == metric) & (rows["generation"] == step)].iloc[0]
