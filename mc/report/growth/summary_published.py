"""How near our curves come to the published ones.

Only the same kind of classifier can replicate them.
"""

import numpy as np
import pandas as pd

from mc.lineage import backends
from mc.report.seed_study import published
from mc.report.wording import named, points, repetitions
from mc.settings import format_value
from mc.statistics import FAMILY, Shape, shape
from mc.types import Row

LIKE = "random_forest"  # the backend whose classifier is the original's
PARAMETERS = "backend parameters"


def published_findings(compared: pd.DataFrame) -> list[str]:
    """Distance, order and direction, one family of conditions a sentence.

    Parameters
    ----------
    compared : DataFrame
        Of `mc.statistics.published.against_published`.
    """
    families = list(compared.groupby(FAMILY, dropna=False))
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
            f"This is {backend}, not the original's {published.CLASSIFIER}: the curves are "
            "compared, and nothing is replicated."
        )
    forest = backends.find(LIKE)
    seed = forest.Parameters.read_text("seed", "preset").values()
    ours = dict(part.split("=", 1) for part in parameters.split(", ") if "=" in part)
    differences = [
        f"{name}={ours[name]} where the original has {format_value(value)}"
        for name, value in seed.items()
        if name in ours and ours[name] != format_value(value)
    ]
    if differences:
        return (
            f"A forest with the original's parameters except {', '.join(differences)}, on other "
            "reviews."
        )
    return "A forest with the original's parameters, on other reviews."


def _distance(rows: pd.DataFrame) -> str:
    mean = np.average(rows["difference"], weights=rows["sizes"])
    distance = np.average(rows["distance"], weights=rows["sizes"])
    curves = "the published curve" if len(rows) == 1 else f"{len(rows)} published curves"
    text = (
        f"Averaged over sizes, our accuracy is {points(distance)} points away from {curves}, "
        f"on balance {points(abs(mean))} {'above' if mean > 0 else 'below'}"
    )
    if len(rows) > 1:
        far = rows.loc[rows["distance"].idxmax()]
        text += f"; most {_which(rows, far)}, {points(far.distance)}"
    return (
        f"{text} (ours {repetitions(int(rows['n'].min()))}, published "
        f"{repetitions(int(rows['published_n'].min()))})."
    )


def _which(rows: pd.DataFrame, row: Row) -> str:
    """Name a curve by its rate, or by its start where rates do not differ."""
    if rows["rate"].nunique() > 1:
        return f"at rate {row.rate:g}"
    return f"from {row.initial_size:,} reviews"


def _order(shapes: Shape) -> list[str]:
    if np.isnan(shapes.order):
        return []
    return [
        f"The order of the curves at the end has a rank correlation (Spearman) of "
        f"{shapes.order:.2f} with the published one, over {shapes.curves} curves."
    ]


def _direction(rows: pd.DataFrame, shapes: Shape) -> str:
    """Which curves fall instead of growing."""
    if shapes.curves == 1:
        row = rows.iloc[0]
        return (
            f"At rate {row.rate:g} our accuracy goes from {row.start:.3f} to {row.accuracy:.3f}, "
            f"the published one from {row.published_start:.3f} to {row.published:.3f}."
        )
    if rows["rate"].nunique() == 1:
        return (
            f"Mean accuracy ends below its start in {shapes.falling} of our {shapes.curves} "
            f"curves, and in {shapes.published_falling} of the published ones."
        )
    ours, theirs = (
        "at no rate" if np.isnan(rate) else f"first at rate {rate:g}"
        for rate in (shapes.falls_from, shapes.published_falls_from)
    )
    return (
        f"Among rates {rows['rate'].min():g} to {rows['rate'].max():g}, mean accuracy ends below "
        f"its start {ours} in our curves, and {theirs} in the published ones."
    )
