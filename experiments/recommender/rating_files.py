"""A file of ratings to a table of users, items and numbers.

Knows what columns are usually called; how to read files is `mc.data.reviews`'.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.recommender.world import Floats
from mc.data.reviews import columns
from mc.data.reviews.layouts import CLASS_TITLE_TEXT, Layout, recognise
from mc.data.reviews.reading import chunks
from mc.errors import DataError, ParameterError

# Usual names by role, the surest first. Case and separators do not matter.
USUAL = {
    role: names.split()
    for role, names in {
        "user": "user_id user uid reviewer_id customer_id member_id account_id reader_id "
        "listener_id visitor_id username reviewer customer",
        "item": "item_id item iid movie_id product_id parent_asin asin book_id isbn track_id "
        "song_id artist_id article_id business_id anime_id game_id recipe_id movie product book "
        "title",
        "rating": "rating ratings stars star_rating overall score review_score review_rating",
    }.items()
}


def read_table(path: Path, asked: Mapping[str, str]) -> tuple[pd.DataFrame, Counter[str]]:
    """Columns user, item (text) and rating (numbers); how many rows were read, and malformed.

    Raises
    ------
    DataError, ParameterError
        When a column is missing, or a row of one; says which, and what to do.
    """
    layout = _headless(recognise(path))
    if layout.kind == "fasttext":
        raise DataError(f"{path} holds texts with labels, no ratings of items by users")
    names = _columns(layout, asked, path)
    counts: Counter[str] = Counter()
    wanted = list(names.values())
    parts = [part[wanted] for part in chunks(path, layout, wanted, counts)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=wanted)
    table.columns = pd.Index(names)
    table["rating"] = _numbers(table["rating"], names["rating"], path)
    for role in ("user", "item"):
        _refuse_missing(table[role], names[role], path)
        table[role] = table[role].astype(str)
    return table, counts


def _headless(layout: Layout) -> Layout:
    """A table whose first row is of numbers has no header: MovieLens' u.data and its like."""
    numbers = all(re.fullmatch(r"-?\d+(\.\d+)?( \(\d+\))?", name) for name in layout.columns)
    known = layout.columns == CLASS_TITLE_TEXT and not layout.header  # taken for labelled texts
    if layout.kind != "table" or len(layout.columns) not in (3, 4) or not (numbers or known):
        return layout
    names = ("user", "item", "rating", "time")[: len(layout.columns)]
    return replace(layout, columns=names, header=False)


def _columns(layout: Layout, asked: Mapping[str, str], path: Path) -> dict[str, str]:
    """Role to the file's column."""
    chosen = {
        role: columns.named(role, asked[f"{role}_column"], layout.columns, path) for role in USUAL
    }
    for role, known in USUAL.items():
        free = [name for name in layout.columns if name not in chosen.values()]
        chosen[role] = chosen[role] or columns.usual(known, free)
        if chosen[role] is None:
            shown = ", ".join(name[:40] for name in layout.columns[:30])
            raise DataError(
                f"{path} has no column for {role} that is known by its name; its columns are: "
                f"{shown}; looked for {', '.join(known)}; name it with {role}_column"
            )
    found = {role: name for role, name in chosen.items() if name is not None}
    if len(set(found.values())) < len(found):
        given = ", ".join(f"{role}_column={name}" for role, name in found.items())
        raise ParameterError(f"{given} name a column of {path} twice; name three columns")
    return found


def _numbers(values: pd.Series, name: str, path: Path) -> NDArray[np.float64]:
    numbers: Floats = pd.to_numeric(values, errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise DataError(
            f"{path}: {len(wrong)} of {len(values)} ratings in column {name!r} are no numbers, the "
            f"first {str(values.iloc[wrong[0]])[:40]!r} in row {wrong[0] + 1}; mend these rows, or "
            "name another column with rating_column"
        )
    return numbers


def _refuse_missing(values: pd.Series, name: str, path: Path) -> None:
    missing = np.flatnonzero((values.isna() | (values.astype(str) == "")).to_numpy())
    if len(missing):
        raise DataError(
            f"{path}: {len(missing)} of {len(values)} rows have nothing in column {name!r}, the "
            f"first is row {missing[0] + 1}; remove these rows"
        )
