"""Chooses next words among the k likeliest, exactly, without computing whole distributions.

Words that never followed a context have the same ranking as after the shorter context. So the k
likeliest words are among the k likeliest that followed it, and the k likeliest after the shorter
context.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.text.ngram.model import Floats, Level, Model
from mc.text.reviews import Tokens
from mc.types import Rows

Table = tuple[NDArray[np.int32], Floats]  # (contexts, k) words and their chances, likeliest first


@dataclass(frozen=True, eq=False)
class _Ranked:
    """Words that followed each context, likeliest first; ``starts`` (contexts + 1,) bound them."""

    words: Tokens
    chances: Floats
    starts: Rows

    @classmethod
    def of(cls, level: Level, chances: Floats) -> "_Ranked":
        order = np.lexsort((-chances, level.contexts))
        sizes = np.bincount(level.contexts, minlength=len(level.spare))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(level.words[order], chances[order], starts)

    def first(self, contexts: Rows, many: int) -> Table:
        """The first ``many`` words of each context; missing ones have chances of 0."""
        places = self.starts[contexts][:, None] + np.arange(many)  # (c, k)
        is_there = places < self.starts[contexts + 1][:, None]
        places = np.where(is_there, places, 0)
        return self.words[places], np.where(is_there, self.chances[places], 0.0)


class Likeliest:
    """Chooses among the likeliest words that a model has read.

    Parameters
    ----------
    model : Model
        Gives the probabilities.
    temperature : float
        Above 1 flattens the distribution over the likeliest words, below 1 sharpens it.
    many : int
        Number of likeliest words; 1 is deterministic.
    """

    def __init__(self, model: Model, temperature: float, many: int) -> None:
        self._model, self._power, self._many = model, 1 / temperature, many
        known = model.probabilities(model.base_of_read)
        self._ranked = [_Ranked.of(*level) for level in zip(model.levels, known, strict=True)]

    def __call__(self, rows: NDArray[np.int64], draws: Floats) -> tuple[Tokens, NDArray[np.int64]]:
        """Add a word to each of m texts, see `Mixture`."""
        words = np.empty(len(draws), np.int32)
        longest = (rows >= 0).sum(axis=0) - 1  # context that was read
        for place in np.unique(longest):
            texts = np.flatnonzero(longest == place)
            contexts, of_text = np.unique(rows[place, texts], return_inverse=True)
            best, chances = self.best(place, contexts, self._many)
            ends = np.cumsum(chances**self._power, axis=1)
            ends /= ends[:, -1:]
            picked = (ends[of_text] <= draws[texts, None]).sum(axis=1)
            words[texts] = best[of_text, picked]
        return words, self._model.follow(rows, words)

    def best(self, place: int, contexts: Rows, many: int) -> Table:
        """The likeliest words after contexts, which are rows of `Model.follow` at one place."""
        level = self._model.levels[place]
        words, chances = self._ranked[place].first(contexts, many)
        if place == 0:
            return words, chances
        shorter = self._model.levels[place - 1].suffixes[contexts]
        distinct, of_context = np.unique(shorter, return_inverse=True)
        others, other_chances = self.best(place - 1, distinct, many)
        others, other_chances = others[of_context], other_chances[of_context]
        repeated = np.repeat(contexts, many)
        rows = level.find(repeated, others.ravel(), self._model.width).reshape(others.shape)
        spare = level.spare[contexts][:, None]
        other_chances = np.where(rows >= 0, 0.0, spare * other_chances)  # 0: listed already
        words, chances = np.hstack([words, others]), np.hstack([chances, other_chances])
        order = np.argsort(-chances, axis=1, kind="stable")[:, :many]
        return np.take_along_axis(words, order, 1), np.take_along_axis(chances, order, 1)
