"""Counts of words and their sequences in texts, in bounded memory. Knows nothing of models.

scikit-learn's vectoriser keeps every sequence that ever occurs as a text of its own before it drops
the rare ones: 2.5 GB for sequences of up to three words in 123,670 real reviews. Here sequences are
numbers, and longer ones are made from frequent shorter ones only, since no sequence occurs in more
reviews than its parts (Agrawal & Srikant 1994). Reviews are worked on part by part, and what is
known of the other parts lies on disk. The tests hold the result against scikit-learn's.
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
    """How often terms occur in reviews.

    Parameters
    ----------
    terms : list of d str
        Sequences of words: shorter ones first, then by alphabet.
    reviews : (d,) int64
        In how many reviews each occurs.
    parts : list of Part
        The reviews.
    widths : list of int
        How many terms have one word, two, and so on.
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
        Split into words as scikit-learn does by default.
    longest : int
        Words of a sequence at most.
    least : int
        Reviews in which a sequence must occur.
    letters : int
        Letters of a word at most.
    """
    words, reviews, parts = words_of(texts, least, letters)
    terms, found, kept = list(words), [reviews], words
    for length in range(2, longest + 1):
        codes, reviews = extend(parts, length, len(words), least)
        kept = [f"{kept[code // len(words)]} {words[code % len(words)]}" for code in codes.tolist()]
        terms += kept
        found.append(reviews)
    return Counts(terms, np.concatenate(found), parts, [len(some) for some in found])
