"""Reviews out of files, put together: rated, cleaned, each once, both classes alike.

Knows the order of the steps and counts what each leaves out; reading, columns, ratings and
cleaning are their own files.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.errors import DataError
from mc.reviews import ratings
from mc.reviews.cleaning import review_text
from mc.reviews.columns import Columns, find
from mc.reviews.layouts import recognise
from mc.reviews.reading import chunks
from mc.reviews.selection import balanced, distinct, with_text
from mc.types import Corpus, Labels, Rows

DROPPED = ("malformed", "no_rating", "three_stars", "no_text", "duplicate", "balanced_away")
GROUP_LENGTH = 32
TOO_HIGH_SHARE = 0.01  # of ratings above five stars: then they are no stars


@dataclass(frozen=True)
class _Part:
    """Reviews of one chunk, before labels are settled."""

    origin: "_Origin"
    texts: list[str]
    codes: ratings.Codes
    groups: list[str]


@dataclass(frozen=True)
class _Origin:
    """What files share whose labels are on one scale: their kind and columns."""

    kind: str
    columns: Columns


def assemble(paths: Sequence[Path], name: str, settings: Mapping[str, Any]) -> Corpus:
    """Read files into one corpus.

    Parameters
    ----------
    paths : sequence of Path
        Files, in any mixture of layouts.
    name : str
        The corpus' name.
    settings : mapping
        Every parameter of ``mc.reviews.parameters``.

    Returns
    -------
    Corpus
        ``counts`` holds ``read``, ``used``, the reasons in ``DROPPED`` (these add up) and
        ``invalid_characters``, those that were no UTF-8.

    Raises
    ------
    DataError, ParameterError
        When files cannot be read or understood, or nothing in them is usable.
    """
    counts: Counter[str] = Counter()
    seen: defaultdict[_Origin, set[int]] = defaultdict(set)
    parts = [part for path in paths for part in _parts(path, settings, counts, seen)]
    texts = [text for part in parts for text in part.texts]
    groups = [group for part in parts for group in part.groups]
    verdicts = _settled(parts, seen, settings["label_scale"], name)
    rows = _rated(verdicts, counts)
    rows = with_text(rows, texts, counts)
    rows = distinct(rows, texts, counts)
    if not len(rows):
        raise _none_usable(name, counts, paths)
    if settings["balance"]:
        rows = balanced(rows, texts, verdicts, counts, name)
    chosen = [texts[row] for row in rows]
    labels: Labels = verdicts[rows]
    slices = np.array([groups[row] for row in rows], dtype=np.str_)
    digest = _digest(chosen, labels, slices)
    return Corpus(name, chosen, labels, slices, digest, _shown(counts, len(rows)))


def _parts(
    path: Path,
    settings: Mapping[str, Any],
    counts: Counter[str],
    seen: defaultdict[_Origin, set[int]],
) -> Iterator[_Part]:
    layout = recognise(path)
    columns = find(layout.columns, settings, path)
    origin = _Origin(layout.kind, columns)
    rated_above_five = rows = 0
    for frame in chunks(path, layout, columns.wanted, counts):
        codes, labels = _codes(frame, columns)
        seen[origin] |= ratings.pending(labels)
        rated_above_five += int((codes == ratings.TOO_HIGH).sum())
        rows += len(frame)
        yield _part(origin, frame, codes, counts)
    if rated_above_five > TOO_HIGH_SHARE * rows:
        raise DataError(
            f"{path}: {rated_above_five} of {rows} ratings in column {columns.stars!r} are above "
            "5, so it holds no stars from 1 to 5; name another with stars_column or label_column "
            "in data_params"
        )


def _codes(frame: pd.DataFrame, columns: Columns) -> tuple[ratings.Codes, ratings.Codes]:
    """Codes of the rows (stars where there are any, else the label), and those of all labels."""
    none = np.full(len(frame), ratings.UNRATED, np.int8)
    stars = ratings.from_stars(frame[columns.stars]) if columns.stars else none
    labels = ratings.from_labels(frame[columns.label]) if columns.label else none
    return np.where(stars == ratings.UNRATED, labels, stars).astype(np.int8), labels


def _part(
    origin: _Origin, frame: pd.DataFrame, codes: ratings.Codes, counts: Counter[str]
) -> _Part:
    """Clean the rows that can be used; the others are counted and left behind at once."""
    neutral, unrated = codes == ratings.NEUTRAL, _is_unrated(codes)
    counts["three_stars"] += int(neutral.sum())
    counts["no_rating"] += int(unrated.sum())
    usable = np.flatnonzero(~(neutral | unrated))
    columns = origin.columns
    bodies, titles, groups = (
        frame[name].to_numpy(object)[usable] if name else [""] * len(usable)
        for name in (columns.text, columns.title, columns.group)
    )
    texts = [review_text(title, body) for title, body in zip(titles, bodies, strict=True)]
    return _Part(origin, texts, codes[usable], _groups(groups))


def _is_unrated(codes: ratings.Codes) -> NDArray[np.bool_]:
    return np.isin(codes, (ratings.UNRATED, ratings.TOO_HIGH))


def _groups(values: Iterable[object]) -> list[str]:
    """Short names, each distinct one worked out (and kept in memory) once."""
    names = [value if isinstance(value, str) else "" for value in values]
    short = {name: _shorten(name) for name in set(names)}
    return [short[name] for name in names]


def _shorten(value: str) -> str:
    """Last part of a path, first of a list."""
    last = value.strip().rstrip("/").rpartition("/")[2]
    return " ".join(last.partition(",")[0].split())[:GROUP_LENGTH]


def _settled(
    parts: Sequence[_Part], seen: Mapping[_Origin, set[int]], asked: str, name: str
) -> ratings.Codes:
    """Codes of all rows, with label numbers read on the scale of their origin."""
    waiting = {part.origin for part in parts if ratings.pending(part.codes)}
    scales = {
        origin: ratings.scale(seen[origin], asked, f"{name}: column {origin.columns.label!r}")
        for origin in waiting
    }
    settled = [ratings.settle(part.codes, scales.get(part.origin)) for part in parts]
    return np.concatenate(settled) if settled else np.empty(0, np.int8)


def _rated(verdicts: ratings.Codes, counts: Counter[str]) -> Rows:
    counts["three_stars"] += int((verdicts == ratings.NEUTRAL).sum())
    counts["no_rating"] += int(_is_unrated(verdicts).sum())
    return np.flatnonzero((verdicts == ratings.NEGATIVE) | (verdicts == ratings.POSITIVE))


def _shown(counts: Counter[str], used: int) -> dict[str, int]:
    shown = {"read": counts["read"], "used": used}
    return shown | {reason: counts[reason] for reason in (*DROPPED, "invalid_characters")}


def _digest(texts: Sequence[str], labels: Labels, groups: NDArray[np.str_]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\n")  # clean texts hold no line ends
    digest.update(labels.tobytes())
    digest.update("\n".join(groups).encode())
    return digest.hexdigest()


def _none_usable(name: str, counts: Counter[str], paths: Sequence[Path]) -> DataError:
    reasons = ", ".join(f"{reason} {counts[reason]}" for reason in DROPPED if counts[reason])
    layout = recognise(paths[0])
    return DataError(
        f"{name}: none of {counts['read']} rows is usable ({reasons or 'there are none'}). "
        f"{paths[0].name} was read as {layout.kind} with the columns "
        f"{', '.join(column[:40] for column in layout.columns[:30])}. Wanted are a text, and stars "
        "from 1 to 5 or a label; name columns with text_column, stars_column or label_column "
        "in data_params"
    )
