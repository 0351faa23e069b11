"""A part of the reviews as codes of their words and sequences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mc.data.array_file import StoredArray

SIZE = 25_000  # reviews of a part

Codes = NDArray[np.int32]  # one for each word of a part; -1: not a term
Lengths = NDArray[np.int32]  # (m,) words of each review
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Up to ``SIZE`` reviews.

    Parameters
    ----------
    lengths : (m,) int32
        Words of each review.
    codes : list of StoredArray
        For each word its column, then for each word the column of the sequence of two words that
        starts at it, and so on.
    """

    lengths: Lengths
    codes: list[StoredArray]


def matrix(codes: Codes, lengths: Lengths, width: int) -> csr_matrix:
    """How often each code occurs in each review, (m, width) csr, float32, with sorted columns."""
    valid = codes >= 0
    ends = np.cumsum(np.append(0, lengths))  # (m + 1,) counted in words
    ends = np.append(0, np.cumsum(valid, dtype=np.int32))[ends]  # counted in words with a code
    X = csr_matrix((np.ones(ends[-1], np.float32), codes[valid], ends), (len(lengths), width))
    X.sum_duplicates()
    return X


def occurrences(codes: Codes, lengths: Lengths, width: int) -> Numbers:
    """Number of reviews in which each code occurs, (width,)."""
    return np.bincount(matrix(codes, lengths, width).indices, minlength=width)
