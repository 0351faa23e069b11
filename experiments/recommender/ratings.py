"""Tastes out of a file of ratings: a low-rank completion, which is an estimate.

Knows how to get from columns to tastes; reading files is `mc.data.reviews`'.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.recommender.completion import Cells, Completion, complete
from experiments.recommender.rating_files import read_table
from experiments.recommender.world import Floats
from mc.errors import DataError
from mc.randomness import stream
from mc.types import About, Labels

LEAST = {"users": 20, "items": 20}  # fewer say nothing of who likes what


@dataclass(frozen=True, eq=False)
class Ratings:
    """Estimated tastes of the users and items that have the most ratings.

    Parameters
    ----------
    tastes : (u, i) float
        On the scale of the ratings, less each user's mean.
    about : mapping
        ``name``, ``digest`` and ``counts`` of the file's part that is used.
    completion : Completion
        Where the tastes come from.
    """

    tastes: Floats
    about: About
    completion: Completion
    labels: Labels = field(default_factory=lambda: np.empty(0, np.int8))


@cache
def open_ratings(
    ratings: str, asked: tuple[tuple[str, str], ...], users: int, items: int, factors: int
) -> Ratings:
    """Read a file and complete it.

    Parameters
    ----------
    ratings : str
        Path of a csv, tsv, JSON lines or parquet file, compressed or not.
    asked : tuple of (str, str)
        ``user_column``, ``item_column`` and ``rating_column`` with their names, empty for usual
        ones. (A tuple, since calls are remembered.)
    users, items : int
        At most so many: the items with the most ratings, of these the users with the most.
    factors : int
        Of the completion.

    Raises
    ------
    DataError, ParameterError
        When the file cannot be used; says what was found and what to do.
    """
    path = Path(ratings).expanduser()
    if not path.is_file():
        raise DataError(
            f"ratings={ratings!r} is no file; give the path of a csv, tsv, JSON lines or parquet "
            "file with columns for user, item and rating"
        )
    table, read = read_table(path, dict(asked))
    kept = _most_rated(table, users, items, path)
    cells = _cells(kept, path)
    completion, tastes = complete(cells, factors, stream(0, "completion"))
    read["used"], (read["users"], read["items"]) = len(kept), cells.shape
    about = {"name": path.name, "digest": _digest(cells), "counts": dict(read)}
    return Ratings(tastes, about, completion)


def _cells(table: pd.DataFrame, path: Path) -> Cells:
    """Users and items as numbers, in the order of their names; several ratings become one mean."""
    means = table.groupby(["user", "item"], sort=True)["rating"].mean().reset_index()
    values = means["rating"].to_numpy(float)
    if np.ptp(values) == 0:
        raise DataError(
            f"{path}: all ratings are {values[0]:g}, so they say nothing of tastes; name the "
            "column of ratings with rating_column"
        )
    (user, users), (item, items) = (
        pd.factorize(means[role], sort=True) for role in ("user", "item")
    )
    return Cells(user, item, values, (len(users), len(items)))


def _digest(cells: Cells) -> str:
    digest = hashlib.sha256(repr(cells.shape).encode())
    for part in (cells.user, cells.item, cells.values):
        digest.update(part.tobytes())
    return digest.hexdigest()


def _most_rated(table: pd.DataFrame, users: int, items: int, path: Path) -> pd.DataFrame:
    """The rows of the items with the most ratings, and among these of the busiest users."""
    for role, most in (("item", items), ("user", users)):
        counts = table[role].value_counts()  # equals by name, whatever the rows' order
        ordered = counts.sort_index().sort_values(ascending=False, kind="stable")
        table = table[table[role].isin(ordered.index[:most])]
    found = {"users": table["user"].nunique(), "items": table["item"].nunique()}
    if any(found[name] < least for name, least in LEAST.items()):
        raise DataError(
            f"{path} has ratings of {found['users']} users and {found['items']} items only; bring "
            f"more: at least {LEAST['users']} users and {LEAST['items']} items are needed"
        )
    return table
