"""Texts to codes of their frequent words."""

from array import array
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from mc.data.array_file import ArrayFile, StoredArray
from mc.data.ngrams.parts import SIZE, Codes, Lengths, Numbers, Part, occurrences


def words_of(
    texts: Sequence[str], least: int, letters: int
) -> tuple[list[str], Numbers, list[Part]]:
    """Frequent words by alphabet, the number of reviews that have each, and the coded reviews."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new word takes the next number
    reviews, raw = np.empty(0, np.int64), ArrayFile()
    coded: list[tuple[StoredArray, Lengths]] = []
    for start in range(0, len(texts), SIZE):
        codes, lengths = _number(texts[start : start + SIZE], numbers)
        coded.append((raw.store(codes), lengths))
        before, reviews = reviews, occurrences(codes, lengths, len(numbers))
        reviews[: len(before)] += before
    words = sorted(w for w, n in numbers.items() if reviews[n] >= least and len(w) <= letters)
    chosen = np.array([numbers[word] for word in words], np.int64)
    columns, file = np.full(len(numbers), -1, np.int32), ArrayFile()
    columns[chosen] = np.arange(len(words))
    parts = [Part(lengths, [file.store(columns[codes.load()])]) for codes, lengths in coded]
    return words, reviews[chosen], parts


def _number(texts: Sequence[str], numbers: defaultdict[str, int]) -> tuple[Codes, Lengths]:
    """Number of each word in order, and the number of words of each text."""
    analyse = CountVectorizer().build_analyzer()
    codes, lengths = array("i"), array("i")
    for text in texts:
        words = analyse(text)
        codes.extend(map(numbers.__getitem__, words))
        lengths.append(len(words))
    return np.array(codes, np.int32), np.array(lengths, np.int32)
