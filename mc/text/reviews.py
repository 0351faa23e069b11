"""Many texts as one array of word numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.types import Rows

Tokens = NDArray[np.int32]  # numbers of words in a vocabulary
Sequences = NDArray[np.uint64]  # hashes of sequences of words


@dataclass(frozen=True, eq=False)
class Reviews:
    """Texts as word numbers, one after the other.

    Parameters
    ----------
    tokens : (N,) int32
        The words of all texts.
    starts : (n + 1,) int64
        The start of each text, and the end of the last one.
    """

    tokens: Tokens
    starts: NDArray[np.int64]

    @classmethod
    def of_lengths(cls, tokens: Tokens, lengths: NDArray[np.integer]) -> "Reviews":
        """Reviews that follow each other in ``tokens``, by their numbers of words."""
        return cls(tokens, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))

    @classmethod
    def join(cls, parts: Sequence["Reviews"]) -> "Reviews":
        """The reviews of all parts, in order."""
        lengths = np.concatenate([part.lengths for part in parts])
        return cls.of_lengths(np.concatenate([part.tokens for part in parts]), lengths)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of words of each review, (n,)."""
        return np.diff(self.starts)

    @property
    def rows(self) -> Rows:
        """The review that each word belongs to, (N,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: Rows | slice) -> "Reviews":
        """Some of the reviews, in any order; a slice is a view."""
        if isinstance(rows, slice):
            starts = self.starts[rows.start : rows.stop + 1]
            return Reviews(self.tokens[starts[0] : starts[-1]], starts - starts[0])
        lengths = self.lengths[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        shifts = np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Reviews(self.tokens[np.arange(starts[-1]) + shifts], starts)

    def cut(self, most: int | None) -> "Reviews":
        """The first words of each review, ``most`` or all that it has; None: all."""
        if most is None:
            return self
        lengths = np.minimum(self.lengths, most)
        is_kept = np.arange(len(self.tokens)) - self.starts[self.rows] < most
        return Reviews.of_lengths(self.tokens[is_kept], lengths)

    def followed_by(self, others: "Reviews") -> "Reviews":
        """Each review, with the words of another one after its own."""
        places = np.arange(len(self))
        pairs = np.column_stack([places, places + len(self)]).ravel()
        both = Reviews.join([self, others]).take(pairs)
        return Reviews(both.tokens, both.starts[::2])

    def replaced(self, others: "Reviews", chosen: NDArray[np.bool_]) -> "Reviews":
        """Each review, or the other one of its place where it is chosen, (n,)."""
        places = np.arange(len(self))
        return Reviews.join([self, others]).take(np.where(chosen, places + len(self), places))

    def sequences(self, length: int) -> tuple[Sequences, Rows]:
        """Hash each sequence of ``length`` words within a review; returns its review as well.

        Equal sequences have equal hashes; different ones collide with a chance of 2**-64 a pair.
        The hashes are polynomials in random values of the words, modulo 2**64.
        """
        n_sequences = max(len(self.tokens) - length + 1, 0)
        values = _values(int(self.tokens.max(initial=0)) + 1)
        hashes = np.zeros(n_sequences, np.uint64)
        for place in range(length):
            hashes = hashes * _FACTOR + values[self.tokens[place : place + n_sequences]]
        rows = self.rows
        within = rows[:n_sequences] == rows[length - 1 :][:n_sequences]
        return hashes[within], rows[:n_sequences][within]


_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # any odd number would do: they are invertible modulo 2**64


def _values(many: int) -> Sequences:
    """The same random values of the first ``many`` words at every call."""
    return np.random.default_rng(0).integers(2**64, size=many, dtype=np.uint64)
