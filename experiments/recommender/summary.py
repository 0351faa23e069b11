"""Sentences about a recommender. Knows its tables (see `recommender.page`), and no figures.

Each row of a table is a regime, epsilon, generation and metric: ``curves`` are means, ``changes``
since generation 0, ``gains`` over the smallest epsilon, ``prices`` in clicks relative to it.
"""

from collections.abc import Mapping

import pandas as pd

from mc.report.wording import listed, points, span
from mc.types import Row


def narrowing(curves: pd.DataFrame, changes: pd.DataFrame) -> str:
    """What the loop does to the variety of items, with the least exploration."""
    least, last = _least(changes), changes["generation"].max()
    parts = [
        f"{100 * _at(curves, row)['mean']:.1f}% under {row['regime']} "
        f"({_compared(row, 'fewer', 'more', 'than at generation 0')})"
        for row in _rows(changes, "coverage", least, last)
    ]
    return (
        f"{_exploring(least)}, after {last} retrainings on clicks on its own lists, the share of "
        f"items that the ranker recommends is {listed(parts)}."
    )


def exchange(gains: pd.DataFrame, prices: pd.DataFrame, epsilon: float) -> str:
    """What an epsilon gains in variety by the end, and what it costs in clicks."""
    last = gains["generation"].max()
    parts = [
        f"under {row['regime']}, {_compared(row, 'fewer', 'more', 'of the items are recommended')} "
        f"for {_clicks(_at(prices, row, 'total_clicks'))} in total"
        for row in _rows(gains, "coverage", epsilon, last)
    ]
    return f"Exploring with epsilon {epsilon:g}, until generation {last}: {'; '.join(parts)}."


def exposure_findings(best: Mapping[str, float]) -> list[str]:
    """How evenly the best possible lists recommend items."""
    return [
        f"The best possible lists hold {100 * best['coverage']:.1f}% of the items, with a Gini "
        f"coefficient of {best['gini']:.3f}; {100 * best['tail_share']:.1f}% of their places go to "
        "the half of the items that is liked least.",
    ]


def likeness_findings(changes: pd.DataFrame) -> list[str]:
    """How alike lists become, with the least exploration."""
    metrics = {
        "homogeneity": "the Jaccard index of two users' lists",
        "list_diversity": "the diversity within a list",
    }
    return [_change(changes, metric, words) for metric, words in metrics.items()]


def knowledge_findings(changes: pd.DataFrame) -> list[str]:
    """Whether the ranker learns tastes, with the least exploration."""
    return [_change(changes, "hit_rate", "the hit rate of the ranker's own lists")]


def _change(changes: pd.DataFrame, metric: str, words: str) -> str:
    least, last = _least(changes), changes["generation"].max()
    parts = [
        f"{_compared(row, 'lower', 'higher', 'than at generation 0')} under {row['regime']}"
        for row in _rows(changes, metric, least, last)
    ]
    return f"{_exploring(least)}, {words} at generation {last} is {'; '.join(parts)}."


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
        parts = [
            f"{word} at epsilon {listed([f'{epsilon:g}' for epsilon in rows.loc[kind, 'epsilon']])}"
            for word, kind in kinds.items()
            if kind.any()
        ]
        sentences.append(f"Items recommended by the ranker itself, {regime}: {'; '.join(parts)}.")
    return sentences or ["One repetition has no interval, so no effect of exploration is shown."]


def price_findings(prices: pd.DataFrame) -> list[str]:
    """Whether exploring has earned back its clicks by the last generation."""
    by_answer: dict[str, list[str]] = {}
    for (regime, epsilon), rows in prices.groupby(["regime", "epsilon"], sort=False):
        by_answer.setdefault(_returned(rows), []).append(f"{regime}, epsilon {epsilon:g}")
    return [f"{answer}: {'; '.join(cells)}." for answer, cells in by_answer.items()]


def _returned(rows: pd.DataFrame) -> str:
    """Whether the clicks so far exceed those without exploring, and from when on."""
    totals = rows[rows["metric"] == "total_clicks"].sort_values("generation")
    if totals["low"].iloc[-1] > 0:
        short = totals.loc[~(totals["low"] > 0), "generation"]
        since = 0 if short.empty else short.iloc[-1] + 1
        return f"From generation {since} on, exploring has earned more clicks than it cost"
    if totals["high"].iloc[-1] < 0:
        return "Exploring has not earned back the clicks that it cost"
    return "Not shown whether exploring has earned back the clicks that it cost"


def _exploring(epsilon: float) -> str:
    return "Without exploration" if epsilon == 0 else f"With epsilon {epsilon:g}"


def _clicks(row: Row) -> str:
    """A relative price in words: ``3.10% [2.90, 3.30] fewer clicks``."""
    return _signed(row, "%", "fewer clicks", "more clicks")


def _compared(row: Row, down: str, up: str, than: str) -> str:
    """A difference of shares in words: ``14.80 points [13.40, 16.10] fewer than ...``."""
    return f"{_signed(row, ' points', down, up)} {than}"


def _signed(row: Row, unit: str, down: str, up: str) -> str:
    """A difference by its size and direction, with a note where the interval contains 0."""
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


def _at(table: pd.DataFrame, place: Row, metric: str = "") -> Row:
    """The row of another table at the same place, and of the same metric if no other is named."""
    same = (table["regime"] == place["regime"]) & (table["epsilon"] == place["epsilon"])
    return _one(table[same], metric or place["metric"], place["generation"])


def _one(rows: pd.DataFrame, metric: str, step: int) -> Row:
    return rows[(rows["metric"] == metric) & (rows["generation"] == step)].iloc[0]
