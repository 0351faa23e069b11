"""Chooses next words among the few likeliest: exactly, without writing out a distribution.

A word that never followed a context is ranked there as after the shorter context. So the k
likeliest words are among the k likeliest that followed, and the k likeliest after the shorter one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc.text.model import Floats, Level, Model
from mc.text.reviews import Tokens
from mc.types import Rows

Table = tuple[NDArray[np.int32], Floats]  # (contexts, k) words and their chances, likeliest first


@dataclass(frozen=True, eq=False)
class _Ranked:
    """What followed each context, likeliest first; ``starts`` (contexts + 1,) tell where."""

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
        """The first of each context; where there are fewer, chances of 0."""
        places = self.starts[contexts][:, None] + np.arange(many)  # (c, k)
        is_there = places < self.starts[contexts + 1][:, None]
        places = np.where(is_there, places, 0)
        return self.words[places], np.where(is_there, self.chances[places], 0.0)


class Likeliest:
    """Chooses among the likeliest of the words that a model has read.

    Parameters
    ----------
    model : Model
        Whose probabilities.
    temperature : float
        Among them: above 1 more evenly, below 1 more by the likeliest.
    many : int
        How many; 1 leaves nothing to chance.
    """

    def __init__(self, model: Model, temperature: float, many: int) -> None:
        self._model, self._power, self._many = model, 1 / temperature, many
        known = model.probabilities(model.base_of_read)
        self._ranked = [_Ranked.of(*each) for each in zip(model.levels, known, strict=True)]

    def __call__(self, rows: NDArray[np.int64], draws: Floats) -> tuple[Tokens, NDArray[np.int64]]:
        """Add a word to each of m texts, as `Mixture` does."""
        words = np.empty(len(draws), np.int32)
        longest = (rows >= 0).sum(axis=0) - 1  # of the contexts that were read
        for place in np.unique(longest):
            texts = np.flatnonzero(longest == place)
            contexts, own = np.unique(rows[place, texts], return_inverse=True)
            best, chances = self._best(place, contexts)
            ends = np.cumsum(chances**self._power, axis=1)
            ends /= ends[:, -1:]
            picked = (ends[own] <= draws[texts, None]).sum(axis=1)
            words[texts] = best[own, picked]
        return words, self._model.follow(rows, words)

    def _best(self, place: int, contexts: Rows) -> Table:
        """The likeliest words after contexts, which are rows of `Model.follow`'s at a place."""
        level = self._model.levels[place]
        words, chances = self._ranked[place].first(contexts, self._many)
        if place == 0:
            return words, chances
        shorter = self._model.levels[place - 1].suffixes[contexts]
        distinct, own = np.unique(shorter, return_inverse=True)
        lower = self._best(place - 1, distinct)
        others, theirs = lower[0][own], lower[1][own]
        each = np.repeat(contexts, self._many)
        followed = level.find(each, others.ravel(), self._model.width).reshape(others.shape) >= 0
        theirs = np.where(followed, 0.0, level.spare[contexts][:, None] * theirs)
        words, chances = np.hstack([words, others]), np.hstack([chances, theirs])
        order = np.argsort(-chances, axis=1, kind="stable")[:, : self._many]
        return np.take_along_axis(words, order, 1), np.take_along_axis(chances, order, 1)
