"""How a review is written, in a dozen numbers. Knows texts as word numbers, and no labels.

A writer that puts one word after the other has the right words in the right numbers; what betrays
it is how they follow each other and how they go together within a review.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mc.text.reviews import Reviews
from mc.text.tokens import RARE

FEATURES = (
    "log of the number of words",
    *(f"sequences of {n} words that human reviews have, too" for n in (2, 3, 4)),
    *(f"sequences of {n} words that suspect reviews have, too" for n in (2, 3, 4)),
    "mean rarity of words",
    "spread of the rarity of words",
    "different words, over the root of all",
    "share of words that are in hardly any review",
)
LENGTHS = (2, 3, 4)
BITS = 24  # of a table of the sequences that were read; those that meet there count as the same
Floats = NDArray[np.float64]


def style(reviews: Reviews, read: Sequence[Reviews], width: int) -> Floats:
    """Features of reviews, (n, 11), see `FEATURES`.

    Parameters
    ----------
    reviews : Reviews
        Which are described.
    read : sequence of two Reviews
        Others, of the human and of the suspect side, that they are compared with.
    width : int
        Size of the vocabulary.
    """
    lengths, rows = reviews.lengths, reviews.rows
    many = np.maximum(lengths, 1)
    columns = [np.log1p(lengths)]
    looked_up = {n: reviews.sequences(n) for n in LENGTHS}
    for others in read:
        columns += [_seen(looked_up[n], others.sequences(n)[0], len(reviews)) for n in LENGTHS]
    rarity = _rarity(read, width)[reviews.tokens]
    mean = np.bincount(rows, rarity, len(reviews)) / many
    square = np.bincount(rows, rarity**2, len(reviews)) / many
    words = np.sort(rows * width + reviews.tokens)
    kinds = words[np.diff(words, prepend=-1) > 0] // width  # each word of each review once
    columns += [
        mean,
        np.sqrt(np.maximum(square - mean**2, 0)),
        np.bincount(kinds, minlength=len(reviews)) / np.sqrt(many),
        np.bincount(rows, reviews.tokens == RARE, len(reviews)) / many,
    ]
    return np.column_stack(columns)


def _seen(
    sequences: tuple[NDArray[np.uint64], NDArray[np.int64]], read: NDArray[np.uint64], many: int
) -> Floats:
    """Share of each review's sequences that were read; one half where it has none."""
    numbers, rows = sequences
    shift = np.uint64(64 - BITS)
    known = np.zeros(1 << BITS, bool)
    known[read >> shift] = True
    found = np.bincount(rows, known[numbers >> shift], many)
    share: Floats = (found + 0.5) / (np.bincount(rows, minlength=many) + 1)
    return share


def _rarity(read: Sequence[Reviews], width: int) -> Floats:
    """Of each word: minus the log of its share among all words that were read."""
    counts = np.bincount(np.concatenate([each.tokens for each in read]), minlength=width) + 0.5
    rarity: Floats = -np.log(counts / counts.sum())
    return rarity
