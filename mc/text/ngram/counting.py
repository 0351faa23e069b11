"""Counts sequences of words in texts, with weights.

A sequence has a number of occurrences and their mean weight, 1 without weights. For sequences that
are not the longest, distinct words before them are counted, each with the mean weight of the longer
sequence.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.text.places import runs, sorting
from mc.text.reviews import Reviews, Tokens
from mc.text.tokens import END, START
from mc.types import Labels, Rows

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Text:
    """Tokens of all texts, one after the other; the class of each, and its place in its text.

    ``weights`` are those of sequences that end at each token, 0 where they are not counted.
    """

    tokens: Tokens
    labels: NDArray[np.int64]
    places: NDArray[np.int64]
    weights: Floats


@dataclass(frozen=True, eq=False)
class Table:
    """Sequences of one length; their counts, mean weights, and whether they start a text.

    ``keys`` and ``suffixes`` are those of `mc.text.ngram.model.Level`.
    """

    keys: NDArray[np.int64]
    suffixes: Rows
    occurrences: Counts
    means: Floats
    at_start: NDArray[np.bool_]


def padded(reviews: Reviews, labels: Labels, order: int, weights: Floats | None = None) -> Text:
    """Texts with `START` before, at places below 0, and `END` after.

    Parameters
    ----------
    weights : (N + n,) float64, optional
        Of words, and after each text of its end; None: 1.
    """
    starts = max(order - 1, 1)  # at least one between texts
    lengths = reviews.lengths + starts + 1  # (n,)
    ends = np.cumsum(lengths)
    places = np.arange(lengths.sum()) - np.repeat(ends - lengths + starts, lengths)
    tokens = np.full(len(places), START, np.int32)
    inner = places >= 0
    of_tokens = np.zeros(len(places))
    of_tokens[inner] = 1.0 if weights is None else weights
    inner[ends - 1] = False
    tokens[inner], tokens[ends - 1] = reviews.tokens, END
    return Text(tokens, np.repeat(labels.astype(np.int64), lengths), places, of_tokens)


def before(rows: Rows, first: int) -> Rows:
    """Each row's predecessor."""
    shifted = np.empty_like(rows)
    shifted[0], shifted[1:] = first, rows[:-1]
    return shifted


def single_words(text: Text, width: int, classes: int) -> Table:
    """Single words of each class, the whole vocabulary."""
    rows, words = np.arange(classes * width), np.tile(np.arange(width), classes)
    counts, means = _counted(text.labels * width + text.tokens, text.weights, len(rows))
    return Table(rows, rows // width, counts, means, words == START)


def sequences(keys: Rows, shorter: Rows, text: Text, length: int) -> tuple[Table, Rows]:
    """Distinct keys as a table, and the row of each token's key."""
    order = sorting(keys)
    starts = runs(keys[order])
    rows = np.empty(len(keys), np.int64)
    rows[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(keys)))
    first = order[starts]  # the first token at which each ends
    counts, means = _counted(rows, text.weights, len(starts))
    at_start = text.places[first] < length - 1
    return Table(keys[first], shorter[first], counts, means, at_start), rows


def distinct_before(shorter: Table, longer: Table) -> tuple[Counts, Floats]:
    """Number of distinct words before each shorter sequence; occurrences at a text's start.

    Returns
    -------
    (e,) int64, (e,) float64
        Counts, and mean weights of what is counted: of the longer sequences, or of occurrences.
    """
    is_read = longer.occurrences > 0
    suffixes, many = longer.suffixes[is_read], len(shorter.keys)
    distinct = np.bincount(suffixes, minlength=many)
    totals = np.bincount(suffixes, longer.means[is_read], many)
    means = np.divide(totals, distinct, out=np.ones(many), where=distinct > 0)
    return (
        np.where(shorter.at_start, shorter.occurrences, distinct),
        np.where(shorter.at_start, shorter.means, means),
    )


def _counted(rows: Rows, weights: Floats, many: int) -> tuple[Counts, Floats]:
    """Occurrences of rows that count, and their mean weights; 1 where there is none."""
    counts_here = weights > 0
    rows, weights = rows[counts_here], weights[counts_here]
    counts = np.bincount(rows, minlength=many)
    totals = np.bincount(rows, weights, many)
    return counts, np.divide(totals, counts, out=np.ones(many), where=counts > 0)
