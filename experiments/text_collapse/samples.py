"""A few texts for people to read: the same beginnings and the same chance in every generation."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mc.text.decoding import Decoding
from mc.text.generators import Generator
from mc.text.tokens import TokenCorpus, Tokens, written
from mc.types import Rows

BEGINNING = 4  # words that a sample is given
MOST = 60  # words that are written to it
EACH = 3  # samples of each class
CLASSES = ("negative", "positive")
NOTE = "sample_{}"  # column of the frame of generations


class Samples:
    """Beginnings that are written on in every generation.

    Parameters
    ----------
    corpus : TokenCorpus
        Where they are taken from: the first reviews of each class that begin with words.
    rows : (m,) int
        Reviews that nothing learns from.
    """

    def __init__(self, corpus: TokenCorpus, rows: Rows) -> None:
        self._words = corpus.words
        chosen = [
            (beginning, label)
            for label in range(len(CLASSES))
            for beginning, _ in zip(_beginnings(corpus, rows, label), range(EACH), strict=False)
        ]
        self.labels = np.array([label for _, label in chosen], np.int8)
        self._given = np.array([beginning for beginning, _ in chosen], np.int32)
        self._given = self._given.reshape(len(chosen), BEGINNING)

    def write(self, generator: Generator, rule: Decoding, rng: np.random.Generator) -> list[str]:
        """What a generator makes of all of them, beginnings included."""
        texts = generator.write(self.labels, rng, rule, self._given.T, MOST)
        ends = np.split(texts.tokens, texts.starts[1:-1])
        return [
            self._as_text(np.concatenate([given, end]), len(end) == MOST)
            for given, end in zip(self._given, ends, strict=False)
        ]

    def _as_text(self, tokens: Tokens, is_cut: bool) -> str:
        return written(self._words[tokens].tolist()) + " …" * is_cut

    def first(self, texts: Sequence[str]) -> dict[str, str]:
        """Of all texts, the first of each class."""
        found = dict.fromkeys(map(NOTE.format, CLASSES), "")
        for text, label in reversed(list(zip(texts, self.labels.tolist(), strict=True))):
            found[NOTE.format(CLASSES[label])] = text
        return found

    def page(self, texts: Sequence[str]) -> str:
        """All texts with their classes, one a paragraph."""
        named = zip(texts, self.labels.tolist(), strict=True)
        return "\n\n".join(f"{CLASSES[label]}: {text}" for text, label in named) + "\n"


def _beginnings(corpus: TokenCorpus, rows: Rows, label: int) -> Iterator[NDArray[np.int32]]:
    is_term = np.zeros(len(corpus.words), bool)
    is_term[corpus.terms] = True
    for row in rows[corpus.labels[rows] == label]:
        start, stop = corpus.reviews.starts[[row, row + 1]]
        words = corpus.reviews.tokens[start:stop][:BEGINNING]
        if len(words) == BEGINNING and is_term[words].all():
            yield words
