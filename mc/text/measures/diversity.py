"""Measures how much texts differ from each other."""

import numpy as np
from scipy.sparse import csr_matrix

from mc.text.places import runs, tagged
from mc.text.reviews import Reviews

COMPARED = 100_000  # sequences that are compared: the share of distinct ones falls with more text
REPEATED = 4  # words of a sequence that counts as repeated elsewhere


def distinct(reviews: Reviews, length: int) -> float:
    """Share of sequences of words that are distinct, among the first `COMPARED` (distinct-n).

    Li et al. (2016, "A diversity-promoting objective function for neural conversation models").
    """
    numbers = reviews.sequences(length)[0][:COMPARED]
    return len(runs(np.sort(numbers))) / max(len(numbers), 1)


def self_repetition(reviews: Reviews) -> float:
    """Share of a text's distinct sequences of `REPEATED` words that also occur in another text.

    Salkar et al. (2022, "Self-repetition in abstractive neural summarizers"). Apart from clipping
    it is the precision of the same sequences in self-BLEU, of all texts: Shaib et al. (2024,
    "Standardizing the measurement of text diversity") find that both measure the same.
    """
    numbers, rows = reviews.sequences(REPEATED)
    pairs, bits = tagged(numbers, rows)
    once = pairs[runs(pairs)]  # each sequence of each text
    texts = np.diff(runs(once >> bits), append=len(once))  # that have each sequence
    return float(texts[texts > 1].sum() / max(len(once), 1))


def mean_distance(X: csr_matrix) -> float:
    """Mean cosine distance of all pairs of rows, 1 minus their product.

    With s the sum of all n rows of unit length, ``|s|^2`` is the sum of the products of all pairs
    and of each row with itself. Rows without a term are equal to each other and unlike all others.

    Parameters
    ----------
    X : (n, d) csr
        Rows of length 1 or without a term; at least two.
    """
    total = np.asarray(X.sum(axis=0, dtype=np.float64)).ravel()
    with_itself = float((X.data.astype(np.float64) ** 2).sum())
    n, empty = X.shape[0], int((np.diff(X.indptr) == 0).sum())
    alike = total @ total - with_itself + empty * (empty - 1)
    return float(1 - alike / (n * (n - 1)))
