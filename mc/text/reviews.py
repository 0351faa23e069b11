"""Many texts as one array of word numbers. Knows nothing of words, models or labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.types import Rows

Tokens = NDArray[np.int32]  # places in a vocabulary
Sequences = NDArray[np.uint64]  # a number for each sequence of words


@dataclass(frozen=True, eq=False)
class Reviews:
    """Texts, one after the other.

    Parameters
    ----------
    tokens : (N,) int32
        The words of all.
    starts : (n + 1,) int64
        Where each begins, and where the last one ends.
    """

    tokens: Tokens
    starts: NDArray[np.int64]

    @classmethod
    def of_lengths(cls, tokens: Tokens, lengths: NDArray[np.integer]) -> "Reviews":
        """Reviews that follow each other in ``tokens`` and have so many words each."""
        return cls(tokens, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))

    @classmethod
    def join(cls, parts: Sequence["Reviews"]) -> "Reviews":
        """All reviews of some parts, in order."""
        lengths = np.concatenate([part.lengths for part in parts])
        return cls.of_lengths(np.concatenate([part.tokens for part in parts]), lengths)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each, (n,)."""
        return np.diff(self.starts)

    @property
    def rows(self) -> Rows:
        """The review that each word belongs to, (N,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: Rows | slice) -> "Reviews":
        """Some of the reviews: of a slice a view, else in any order."""
        if isinstance(rows, slice):
            starts = self.starts[rows.start : rows.stop + 1]
            return Reviews(self.tokens[starts[0] : starts[-1]], starts - starts[0])
        lengths = self.lengths[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        shifts = np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Reviews(self.tokens[np.arange(starts[-1]) + shifts], starts)

    def sequences(self, length: int) -> tuple[Sequences, Rows]:
        """A number for each sequence of so many words within a review, and its review.

        Equal sequences have equal numbers. Others differ but for one chance in 2**64 a pair: the
        numbers are polynomials in random values of the words, modulo 2**64.
        """
        many = max(len(self.tokens) - length + 1, 0)
        values = _values(int(self.tokens.max(initial=0)) + 1)
        numbers = np.zeros(many, np.uint64)
        for place in range(length):
            numbers = numbers * _FACTOR + values[self.tokens[place : place + many]]
        rows = self.rows
        whole = rows[:many] == rows[length - 1 :][:many]
        return numbers[whole], rows[:many][whole]


_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, hence invertible; any such would do


def _values(many: int) -> Sequences:
    """Random values of the first words, always the same."""
    return np.random.default_rng(0).integers(2**64, size=many, dtype=np.uint64)
