"""What a little contamination costs, how much of it is tolerable, and where on the surface."""

import numpy as np
import pandas as pd

from mc.report.wording import groups, interval, named, points, repetitions, rows_of
from mc.statistics import CONDITION, Surface
from mc.types import Row


def dose_findings(
    generations: pd.DataFrame, doses: pd.DataFrame, trends: pd.DataFrame
) -> list[str]:
    """Loss for 1% of contamination at the end, and how it moves along the lineage.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    doses, trends : DataFrame
        Of `mc.statistics.dose.dose_response` and `mc.statistics.dose.dose_trend`, made from them.
    """
    moves = {tuple(row[CONDITION]): row for _, row in trends.iterrows()}
    sentences = []
    for name, rows in groups(generations, doses):
        last = rows.iloc[-1]
        text = (
            f"Each 1% of contamination costs {_fine(last)} points of accuracy at "
            f"{last.train_size:,.0f} reviews, over {repetitions(int(last.n))}."
        )
        move = moves.get(tuple(last[CONDITION]))
        sentences.append(named(name, text if move is None else f"{text} {_moving(move)}"))
    return sentences


def tolerance_findings(
    generations: pd.DataFrame, tolerable: pd.DataFrame, margin: float
) -> list[str]:
    """Largest rate whose mean loss stays within the margin at the end.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`.
    tolerable : DataFrame
        Of `mc.statistics.tolerance.tolerable_rates`, made from them with this margin.
    margin : float
        Largest loss of accuracy that does not matter, as a share.
    """
    last = tolerable.groupby(CONDITION, dropna=False).tail(1)
    return [named(name, _tolerance(row, margin)) for name, row in rows_of(generations, last)]


def surface_findings(surface: Surface) -> list[str]:
    """Where the tolerable frontier lies at the smallest and at the largest size."""
    most, within = surface.grid["rate"].max(), f"within {points(surface.margin)} points"
    first, last = (surface.frontier.iloc[place] for place in (0, -1))
    where = [f"at {row['train_size']:,.0f} reviews" for row in (first, last)]
    text = f"{surface.family}: the predicted loss stays {within} "
    if (surface.frontier["rate"] >= most).all():
        text += f"at all rates run, up to {most:g}, and all sizes"
    else:
        text += f"up to rate {_or_more(first['rate'], most)} {where[0]} and rate "
        text += f"{_or_more(last['rate'], most)} {where[1]}"
    if (surface.frontier["safe_rate"] >= most).all():
        text += f", and so does its upper {surface.confidence:.0%} bound"
    else:
        text += f"; its upper {surface.confidence:.0%} bound stays within them up to rate "
        text += f"{_or_more(first['safe_rate'], most)} and rate {_or_more(last['safe_rate'], most)}"
    return [f"{text} ({repetitions(surface.n)})."]


def _fine(row: Row) -> str:
    """Points of a small loss, with one digit more than the others."""
    mean, low, high = 100 * row[["mean", "low", "high"]]
    return interval(mean, low, high, 3)


def _moving(trend: Row) -> str:
    """Change of that loss as the training set doubles."""
    change = f"by {_fine(trend)} points with each doubling of the training set"
    if np.isnan(trend["low"]):
        return f"That cost changes {change} (no interval)."
    if trend["low"] <= 0 <= trend["high"]:
        return f"Whether that cost changes with the training set is open: it changes {change}."
    return f"That cost {'rises' if trend['mean'] > 0 else 'falls'}: it changes {change}."


def _tolerance(row: Row, margin: float) -> str:
    most = row["largest_tested"]
    up_to = f"a rate of {row['rate']:.3g}"
    if row["rate"] >= most:
        up_to = f"{most:g}, the highest rate tested"
    return (
        f"At {row['train_size']:,.0f} reviews the mean loss stays within the margin of "
        f"{points(margin)} points up to {up_to} ({_bounds(row, most)})."
    )


def _bounds(row: Row, most: float) -> str:
    """The interval of a tolerable rate; it ends at the highest rate tested."""
    if np.isnan(row["low"]):
        return "1 repetition: no interval"
    many = repetitions(int(row["n"]))
    if row["low"] >= most:
        return f"95% interval {most:g} or more, {many}"
    return f"95% interval {row['low']:.3g} to {_or_more(row['high'], most)}, {many}"


def _or_more(rate: float, most: float) -> str:
    return f"{rate:.3g}" + (" or more" if rate >= most else "")
