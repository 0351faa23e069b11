"""Some of the reviews, as codes of what they say. Knows nothing of what codes stand for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mc.data.array_file import StoredArray

SIZE = 25_000  # reviews of a part

Codes = NDArray[np.int32]  # one for each word of a part; -1 for none
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
        Columns of the words, of the sequences of two words that start at them, and so on.
    """

    lengths: Lengths
    codes: list[StoredArray]


def matrix(codes: Codes, lengths: Lengths, width: int) -> csr_matrix:
    """How often each code occurs in each review, (m, width) csr, float32, with sorted columns."""
    valid = codes >= 0
    ends = np.cumsum(np.append(0, lengths))  # (m + 1,) of the reviews, in words
    ends = np.append(0, np.cumsum(valid, dtype=np.int32))[ends]  # in those that have a code
    X = csr_matrix((np.ones(ends[-1], np.float32), codes[valid], ends), (len(lengths), width))
    X.sum_duplicates()
    return X


def occurrences(codes: Codes, lengths: Lengths, width: int) -> Numbers:
    """In how many reviews each code occurs, (width,)."""
    return np.bincount(matrix(codes, lengths, width).indices, minlength=width)
