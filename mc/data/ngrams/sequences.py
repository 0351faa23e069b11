"""Extends the sequences of parts by one word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mc.data.array_file import ArrayFile, StoredArray
from mc.data.ngrams.parts import Codes, Numbers, Part, occurrences


@dataclass(frozen=True)
class _Tally:
    """Distinct sequences of a part, sorted, and the number of its reviews that have each."""

    kinds: StoredArray
    reviews: StoredArray


def extend(parts: Sequence[Part], length: int, n_words: int, least: int) -> tuple[Numbers, Numbers]:
    """Append the codes of the frequent sequences of ``length`` to each part.

    Returns
    -------
    (k,) int64, (k,) int64
        The sequences, each as the column of its beginning times ``n_words`` plus the column of its
        last word; and the number of reviews in which each occurs.
    """
    raw, file = ArrayFile(), ArrayFile()
    coded, tallies = [], []
    for part in parts:
        pairs = _pairs(part, length, n_words)
        numbers, valid = np.full(len(pairs), -1, np.int32), pairs >= 0
        kinds, numbers[valid] = np.unique(pairs[valid], return_inverse=True)
        coded.append(raw.store(numbers))
        reviews = occurrences(numbers, part.lengths, len(kinds))
        tallies.append(_Tally(raw.store(kinds), raw.store(reviews)))
    frequent, reviews = _frequent(tallies, least)
    for part, codes, tally in zip(parts, coded, tallies, strict=True):
        part.codes.append(file.store(_columns(tally.kinds.load(), frequent)[codes.load()]))
    return frequent, reviews


def _pairs(part: Part, length: int, n_words: int) -> Numbers:
    """A number for each sequence of ``length``, from its beginning and its last word; -1: none."""
    words, shorter = part.codes[0].load(), part.codes[-1].load()
    rows = np.repeat(np.arange(len(part.lengths)), part.lengths)
    pairs = np.full(len(words), -1, np.int64)
    first, last = shorter[: 1 - length], words[length - 1 :]
    whole = (first >= 0) & (last >= 0) & (rows[: 1 - length] == rows[length - 1 :])
    pairs[: 1 - length][whole] = first[whole].astype(np.int64) * n_words + last[whole]
    return pairs


def _frequent(tallies: Sequence[_Tally], least: int) -> tuple[Numbers, Numbers]:
    """Sequences that occur in enough reviews of all parts, sorted, and the numbers of reviews."""
    by_range = []
    for kinds, reviews in _ranges(tallies):
        distinct, places = np.unique(kinds, return_inverse=True)
        total = np.bincount(places, reviews, len(distinct)).astype(np.int64)
        by_range.append((distinct[total >= least], total[total >= least]))
    frequent, totals = zip(*by_range, strict=True)
    return np.concatenate(frequent), np.concatenate(totals)


def _ranges(tallies: Sequence[_Tally]) -> Iterator[tuple[Numbers, Numbers]]:
    """The tallies of all parts, one range of sequences after the other.

    There are as many ranges as parts, so that a range of all parts is about as large as one part.
    """
    largest = max((tally.kinds.load() for tally in tallies), key=len)
    ranges = len(tallies) if len(largest) else 1
    edges = largest[np.arange(1, ranges) * len(largest) // ranges]
    bounds = [[0, *np.searchsorted(tally.kinds.load(), edges), None] for tally in tallies]
    for number in range(ranges):
        slices = [
            (tally, *ends[number : number + 2]) for tally, ends in zip(tallies, bounds, strict=True)
        ]
        yield (
            np.concatenate([tally.kinds.load(start, stop) for tally, start, stop in slices]),
            np.concatenate([tally.reviews.load(start, stop) for tally, start, stop in slices]),
        )


def _columns(kinds: Numbers, frequent: Numbers) -> Codes:
    """Column of each sequence among the frequent ones, else -1; a last -1 stands for code -1."""
    columns, kept = np.full(len(kinds) + 1, -1, np.int32), np.isin(kinds, frequent)
    columns[:-1][kept] = np.searchsorted(frequent, kinds[kept])
    return columns
