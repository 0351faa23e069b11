"""Counts words and their sequences in texts, in bounded memory.

scikit-learn's vectoriser keeps every sequence that occurs as a string before it drops the rare
ones: 2.5 GB for sequences of up to three words in 123,670 real reviews. Here sequences are numbers,
and longer ones extend frequent shorter ones only, since no sequence occurs in more reviews than its
parts (Agrawal & Srikant 1994). One part of the reviews is in memory at a time, the others are on
disk. The tests compare the result with scikit-learn's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack

from mc.data.ngrams.parts import Numbers, Part, matrix
from mc.data.ngrams.sequences import extend
from mc.data.ngrams.words import words_of

__all__ = ["Counts", "count"]


@dataclass(frozen=True)
class Counts:
    """Counts of terms in reviews.

    Parameters
    ----------
    terms : list of d str
        Sequences of words: shorter ones first, then by alphabet.
    reviews : (d,) int64
        Number of reviews in which each term occurs.
    parts : list of Part
        The reviews.
    widths : list of int
        Number of terms of one word, of two, and so on.
    """

    terms: list[str]
    reviews: Numbers
    parts: list[Part]
    widths: list[int]

    def matrices(self) -> Iterator[csr_matrix]:
        """Counts in the reviews of each part, (m, d) csr, float32, with sorted columns."""
        for part in self.parts:
            by_length = zip(part.codes, self.widths, strict=True)
            blocks = [matrix(codes.load(), part.lengths, width) for codes, width in by_length]
            yield hstack(blocks, format="csr") if len(blocks) > 1 else blocks[0]


def count(texts: Sequence[str], longest: int, least: int, letters: int) -> Counts:
    """Count sequences of up to ``longest`` words.

    Parameters
    ----------
    texts : sequence of n str
        Split into words as by scikit-learn's default.
    longest : int
        Maximum words of a sequence.
    least : int
        Minimum number of reviews in which a sequence occurs.
    letters : int
        Maximum letters of a word.
    """
    words, reviews, parts = words_of(texts, least, letters)
    terms, frequencies, beginnings = list(words), [reviews], words
    for length in range(2, longest + 1):
        codes, reviews = extend(parts, length, len(words), least)
        pairs = (divmod(code, len(words)) for code in codes.tolist())
        beginnings = [f"{beginnings[first]} {words[last]}" for first, last in pairs]
        terms += beginnings
        frequencies.append(reviews)
    return Counts(
        terms, np.concatenate(frequencies), parts, [len(counts) for counts in frequencies]
    )
