"""Self-BLEU: how well each written text could be put together from the others.

Zhu et al. (2018, "Texygen: a benchmarking platform for text generation models").
"""

import numpy as np
from numpy.typing import NDArray

from mc.text.reviews import Reviews
from mc.types import Rows

COMPARED = 500  # texts: more references can only raise the measure, so their number is fixed
LONGEST = 4  # words of a sequence: BLEU-4
EPSILON = 0.1  # in place of 0 matches, which would make the mean 0: NLTK's smoothing `method1`

Floats = NDArray[np.float64]


def self_bleu(texts: Reviews) -> float:
    """Mean BLEU of each text with all others as its references.

    BLEU as NLTK's `sentence_bleu` defines it, with equal weights and the smoothing `method1`. Own
    code, since that compares each pair of texts one by one, which takes minutes.

    Parameters
    ----------
    texts : Reviews
        At least two, of which the first `COMPARED` are compared.
    """
    few = texts.take(slice(0, min(len(texts), COMPARED)))
    precisions = np.array([_precision(few, length) for length in range(1, LONGEST + 1)])
    matches = precisions[0] > EPSILON / np.maximum(few.lengths, 1)  # a text that shares no word: 0
    scores = _brevity(few.lengths) * np.exp(np.log(precisions).mean(axis=0))
    return float((scores * matches).mean())


def _precision(texts: Reviews, length: int) -> Floats:
    """Smoothed share of each text's sequences that another text has as often, (n,)."""
    numbers, rows = texts.sequences(length)
    kinds, kind_of = np.unique(numbers, return_inverse=True)
    pairs, counts = np.unique(kind_of * len(texts) + rows, return_counts=True)
    kind, row = np.divmod(pairs, len(texts))
    clipped = np.minimum(counts, _most_elsewhere(kind, counts, len(kinds)))
    matches = np.bincount(row, clipped, len(texts))
    total = np.maximum(np.bincount(rows, minlength=len(texts)), 1)
    return np.where(matches > 0, matches, EPSILON) / total


def _most_elsewhere(kind: Rows, counts: Rows, many: int) -> Rows:
    """The highest count of the same kind of sequence in another text.

    Parameters
    ----------
    kind, counts : (m,) int
        Kinds of sequences, and how often a text has them: a row for each kind of each text.
    many : int
        Number of kinds.
    """
    highest, second = np.zeros(many, np.int64), np.zeros(many, np.int64)
    np.maximum.at(highest, kind, counts)
    is_highest = counts == highest[kind]
    np.maximum.at(second, kind[~is_highest], counts[~is_highest])
    is_shared = np.bincount(kind[is_highest], minlength=many) > 1
    return np.where(is_highest & ~is_shared[kind], second[kind], highest[kind])


def _brevity(lengths: Rows) -> Floats:
    """Penalty of each text that is shorter than the other text of the closest length, (n,)."""
    gaps = np.abs(lengths[:, None] - lengths) * 2 + (lengths > lengths[:, None])  # ties: shorter
    np.fill_diagonal(gaps, gaps.max() + 1)
    reference = lengths[gaps.argmin(axis=1)]
    penalty: Floats = np.exp(np.minimum(1 - reference / np.maximum(lengths, 1), 0))
    return penalty
