"""How near our curves come to the published ones. Careful: only a like classifier replicates."""

from typing import Any

import numpy as np
import pandas as pd

from mc import plugins
from mc.report.seed_study import published
from mc.report.wording import named, points, repetitions
from mc.settings import format_value
from mc.statistics import FAMILY, Shape, shape

LIKE = "random_forest"  # the backend whose classifier is the original's
PARAMETERS = "backend parameters"


def published_findings(beside: pd.DataFrame) -> list[str]:
    """Distance, order and direction, one family of conditions a sentence.

    Parameters
    ----------
    beside : DataFrame
        Of `mc.statistics.published.against_published`.
    """
    families = list(beside.groupby(FAMILY, dropna=False))
    return [
        named(
            ", ".join(map(str, keys)) if len(families) > 1 else "",
            " ".join([_distance(rows), *_order(shape(rows)), _direction(rows, shape(rows))]),
        )
        for keys, rows in families
    ]


def departures(backend: str, parameters: str) -> str:
    """How our classifier differs from the original's, in a sentence.

    Parameters
    ----------
    backend : str
        Names of backends, comma-separated, as among the facts.
    parameters : str
        Their settings, as ``name=value, name=value``.
    """
    if backend != LIKE:
        return (
            f"This is {backend}, not the original's {published.CLASSIFIER}: the curves stand "
            "beside each other, and nothing is replicated."
        )
    forest = plugins.load("backends", "backend", LIKE)
    seed = forest.Parameters.read_text("seed", "preset").values()
    ours = dict(part.split("=", 1) for part in parameters.split(", ") if "=" in part)
    apart = [
        f"{name}={ours[name]} where the original has {format_value(value)}"
        for name, value in seed.items()
        if name in ours and ours[name] != format_value(value)
    ]
    if apart:
        return f"A forest like the original's, but for {', '.join(apart)}, on other reviews."
    return "A forest with the original's parameters, on other reviews."


def _distance(rows: pd.DataFrame) -> str:
    mean = np.average(rows["difference"], weights=rows["sizes"])
    away = np.average(rows["distance"], weights=rows["sizes"])
    curves = "the published curve" if len(rows) == 1 else f"{len(rows)} published curves"
    text = (
        f"On average over sizes ours lie {points(away)} points away from {curves}, "
        f"{points(abs(mean))} {'above' if mean > 0 else 'below'}"
    )
    if len(rows) > 1:
        far = rows.loc[rows["distance"].idxmax()]
        text += f"; farthest {_which(rows, far)}, by {points(far.distance)}"
    return (
        f"{text} (ours {repetitions(int(rows['n'].min()))}, published "
        f"{repetitions(int(rows['published_n'].min()))})."
    )


def _which(rows: pd.DataFrame, row: Any) -> str:
    """A curve by its rate, or by its start where rates do not differ."""
    if rows["rate"].nunique() > 1:
        return f"at rate {row.rate:g}"
    return f"from {row.initial_size:,} reviews"


def _order(found: Shape) -> list[str]:
    if np.isnan(found.order):
        return []
    return [
        f"Their accuracies at the end have a rank correlation (Spearman) of {found.order:.2f} with "
        f"the published, over {found.curves} curves; 1 is the same order."
    ]


def _direction(rows: pd.DataFrame, found: Shape) -> str:
    """Which curves fall instead of growing."""
    if found.curves == 1:
        row = rows.iloc[0]
        return (
            f"At rate {row.rate:g} ours go from {row.start:.3f} to {row.accuracy:.3f}, the "
            f"published from {row.published_start:.3f} to {row.published:.3f}."
        )
    if rows["rate"].nunique() == 1:
        return (
            f"Mean accuracy ends below its start in {found.falling} of {found.curves} curves of "
            f"ours, and in {found.published_falling} of the published."
        )
    ours, theirs = (
        "at no rate" if np.isnan(rate) else f"first at rate {rate:g}"
        for rate in (found.falls_from, found.published_falls_from)
    )
    return (
        f"Mean accuracy ends below its start {ours} in ours, and {theirs} in the published curves, "
        f"of rates {rows['rate'].min():g} to {rows['rate'].max():g}."
    )
