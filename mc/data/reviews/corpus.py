"""Files to a corpus: reads, rates and cleans reviews, drops copies, balances the classes.

Sets the order of the steps, and counts the rows that each step drops.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.data.classes import name_of
from mc.data.classes import numbered as numbered_classes
from mc.data.reviews import ratings
from mc.data.reviews.cleaning import review_text
from mc.data.reviews.columns import Columns, find
from mc.data.reviews.layouts import recognise
from mc.data.reviews.parameters import Parameters
from mc.data.reviews.reading import ROWS, chunks
from mc.data.reviews.selection import balanced, distinct, mark, with_text
from mc.data.reviews.slices import numbered, renumbered
from mc.data.texts import Texts
from mc.errors import DataError
from mc.types import REVIEW_CLASSES, Corpus, Labels, Rows, Slices

DROPPED = ("malformed", "no_rating", "three_stars", "no_text", "duplicate", "balanced_away")
LOOKED_AT = 1_000  # texts, to see whether they are texts
INVALID = "\ufffd"  # what stands for bytes that are no characters
SHOWN = 30  # letters of a text in a message
TOO_HIGH_SHARE = 0.01  # with more ratings above five, a column does not hold stars


@dataclass(frozen=True)
class _Part:
    """Reviews of one chunk without their texts; label numbers are not interpreted yet."""

    origin: "_Origin"
    codes: ratings.Codes
    slices: Slices


@dataclass(frozen=True)
class _Origin:
    """Kind and columns of files; files that share both share one scale of labels."""

    kind: str
    columns: Columns


@dataclass(frozen=True)
class _Collected:
    """Everything but the texts, collected while they are read."""

    parts: list[_Part] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    label_numbers: defaultdict[_Origin, set[int]] = field(default_factory=lambda: defaultdict(set))
    slice_numbers: dict[str, int] = field(default_factory=dict)  # name to number
    class_numbers: dict[str, int] = field(default_factory=dict)  # of a target: name to number


def assemble(paths: Sequence[Path], name: str, settings: Parameters) -> Corpus:
    """Read files into one corpus.

    Parameters
    ----------
    paths : sequence of Path
        Files of any layouts.
    name : str
        The corpus' name.
    settings : Parameters
        How to read them.

    Returns
    -------
    Corpus
        ``counts`` holds ``read``, which is the sum of ``used`` and the reasons in ``DROPPED``, and
        ``invalid_characters``, which were not UTF-8.

    Raises
    ------
    DataError, ParameterError
        When files cannot be read, their layout is unknown, or no row is usable.
    """
    collected = _Collected()
    counts = collected.counts
    texts = Texts.write(chunk for path in paths for chunk in _texts(path, settings, collected))
    verdicts = _verdicts(collected, settings, name)
    marks = mark(texts)
    rows = _rated(verdicts, counts)
    rows = with_text(rows, texts, counts)
    _check_words(texts.take(rows[:LOOKED_AT]), collected, name)
    rows = distinct(rows, marks, counts)
    if not len(rows):
        raise _none_usable(name, counts, paths)
    if settings.balance and not settings.target:
        rows = balanced(rows, marks, verdicts, counts, name)
    chosen = texts.take(rows)
    labels, classes = _classes(verdicts[rows], collected, settings.target, name)
    slices = np.concatenate([part.slices for part in collected.parts])
    slices, names = renumbered(slices[rows], collected.slice_numbers)
    digest = _digest(chosen, labels, slices, names)
    return Corpus(name, chosen, labels, slices, names, digest, _shown(counts, len(rows)), classes)


def _texts(path: Path, settings: Parameters, collected: _Collected) -> Iterator[list[str]]:
    """Texts of the usable rows, chunk by chunk; adds everything else to ``collected``."""
    layout = recognise(path)
    columns = find(layout.columns, settings.values(), path)
    origin = _Origin(layout.kind, columns)
    rated_above_five = rows = 0
    for frame in chunks(path, layout, columns.wanted, collected.counts):
        codes, labels = _codes(frame, columns, collected.class_numbers)
        collected.label_numbers[origin] |= ratings.pending(labels)
        rated_above_five += int((codes == ratings.TOO_HIGH).sum())
        rows += len(frame)
        usable = _usable(codes, collected.counts)
        slices = numbered(_fields(frame, columns.group, usable), collected.slice_numbers)
        collected.parts.append(_Part(origin, codes[usable], slices))
        yield _cleaned(frame, columns, usable)
    if rated_above_five > TOO_HIGH_SHARE * rows:
        raise DataError(
            f"{path}: {rated_above_five} of {rows} ratings in column {columns.stars!r} are above "
            "5, so it holds no stars from 1 to 5; name another with stars_column or label_column "
            "in data_params"
        )


def _class_codes(values: pd.Series, numbers: dict[str, int]) -> ratings.Codes:
    """Number of each row's class; adds new classes to ``numbers``."""
    positions, distinct = pd.factorize(values)
    names = [name_of(value) for value in distinct]
    codes = [numbers.setdefault(name, len(numbers)) if name else ratings.UNRATED for name in names]
    by_position = np.array([*codes, ratings.UNRATED], np.int32)  # of a missing value: -1
    column: ratings.Codes = by_position[positions]
    return column


def _codes(
    frame: pd.DataFrame, columns: Columns, class_numbers: dict[str, int]
) -> tuple[ratings.Codes, ratings.Codes]:
    """Codes of the rows (by target, stars or label, the first that is), and of all labels."""
    none = np.full(len(frame), ratings.UNRATED, np.int8)
    if columns.target:
        return _class_codes(frame[columns.target], class_numbers), none
    stars = ratings.from_stars(frame[columns.stars]) if columns.stars else none
    labels = ratings.from_labels(frame[columns.label]) if columns.label else none
    return np.where(stars == ratings.UNRATED, labels, stars).astype(np.int8), labels


def _usable(codes: ratings.Codes, counts: Counter[str]) -> Rows:
    """Usable rows; counts the others."""
    neutral, unrated = codes == ratings.NEUTRAL, _is_unrated(codes)
    counts["three_stars"] += int(neutral.sum())
    counts["no_rating"] += int(unrated.sum())
    return np.flatnonzero(~(neutral | unrated))


def _cleaned(frame: pd.DataFrame, columns: Columns, rows: Rows) -> list[str]:
    titles, bodies = (_fields(frame, name, rows) for name in (columns.title, columns.text))
    return [review_text(title, body) for title, body in zip(titles, bodies, strict=True)]


def _fields(frame: pd.DataFrame, name: str | None, rows: Rows) -> Iterable[object]:
    return frame[name].to_numpy(object)[rows] if name else [""] * len(rows)


def _is_unrated(codes: ratings.Codes) -> NDArray[np.bool_]:
    return np.isin(codes, (ratings.UNRATED, ratings.TOO_HIGH))


def _verdicts(collected: _Collected, settings: Parameters, name: str) -> ratings.Codes:
    """Codes of all rows: of a target as they are, else positive, negative or not usable."""
    if settings.target:
        parts = [part.codes for part in collected.parts]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)
    return _settled(collected, settings.label_scale, name)


def _check_words(texts: Texts, collected: _Collected, name: str) -> None:
    """Refuse a column of which most texts hold no letter, or bytes that are none.

    Raises
    ------
    DataError
        Shows what it holds.
    """
    wrong = [text for text in texts if not _is_text(text)]
    if len(wrong) > len(texts) / 2:
        columns = next(iter(collected.label_numbers)).columns
        raise DataError(
            f"{name}: column {columns.text!r} holds no texts, as {wrong[0][:SHOWN]!r} shows; name "
            "that of the texts with text_column in data_params, or learn from a table's columns "
            "with target=...,features=table"
        )


def _is_text(text: str) -> bool:
    """Whether it holds a letter of any alphabet, and is not binary.

    >>> _is_text("So so"), _is_text("-0.25"), _is_text("a\ufffd\ufffd"), _is_text("よい")
    (True, False, False, True)
    """
    return any(map(str.isalpha, text)) and text.count(INVALID) <= len(text) / 4


def _classes(
    verdicts: ratings.Codes, collected: _Collected, target: str, name: str
) -> tuple[Labels, tuple[str, ...]]:
    """Labels of the used rows, and the names of their classes."""
    if not target:
        return verdicts.astype(np.int8), REVIEW_CLASSES
    return numbered_classes(collected.class_numbers, verdicts, f"{name}: target={target}")


def _settled(collected: _Collected, asked: str, name: str) -> ratings.Codes:
    """Codes of all rows, label numbers interpreted on the scale of their origin."""
    pending = {part.origin for part in collected.parts if ratings.pending(part.codes)}
    scales = {
        origin: ratings.scale(
            collected.label_numbers[origin], asked, f"{name}: column {origin.columns.label!r}"
        )
        for origin in pending
    }
    settled = [ratings.settle(part.codes, scales.get(part.origin)) for part in collected.parts]
    return np.concatenate(settled) if settled else np.empty(0, np.int8)


def _rated(verdicts: ratings.Codes, counts: Counter[str]) -> Rows:
    counts["three_stars"] += int((verdicts == ratings.NEUTRAL).sum())
    counts["no_rating"] += int(_is_unrated(verdicts).sum())
    return np.flatnonzero(verdicts >= ratings.NEGATIVE)


def _shown(counts: Counter[str], used: int) -> dict[str, int]:
    shown = {"read": counts["read"], "used": used}
    return shown | {reason: counts[reason] for reason in (*DROPPED, "invalid_characters")}


def _digest(texts: Texts, labels: Labels, slices: Slices, names: NDArray[np.str_]) -> str:
    digest = hashlib.sha256()
    for text in texts.encoded():
        digest.update(text + b"\n")  # clean texts have no line ends
    digest.update(labels.tobytes())
    for start in range(0, len(slices), ROWS):
        digest.update(b"\n" if start else b"")
        digest.update("\n".join(names[slices[start : start + ROWS]]).encode())
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
