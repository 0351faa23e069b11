"""Chooses next words among the likeliest that have a given probability together, exactly.

Holtzman et al. (2020, "The curious case of neural text degeneration", section 3.1).
"""

import numpy as np
from numpy.typing import NDArray

from mc.text.ngram.likeliest import Likeliest
from mc.text.ngram.mixture import Mixture
from mc.text.ngram.model import Floats, Model
from mc.text.reviews import Tokens
from mc.types import Rows

FIRST = 32  # likeliest words that are looked at first; then four times as many, and so on


class Nucleus:
    """Chooses among the likeliest words of a model.

    Parameters
    ----------
    model : Model
        Gives the probabilities.
    temperature : float
        Above 1 flattens the distribution, below 1 sharpens it, before words are left out.
    mass : float in (0, 1]
        The likeliest words are kept until their probabilities sum to this.
    """

    def __init__(self, model: Model, temperature: float, mass: float) -> None:
        self._model, self._power, self._mass = model, 1 / temperature, mass
        self._likeliest = Likeliest(model, temperature, FIRST)
        self._totals = Mixture(model, temperature).totals

    def __call__(self, rows: NDArray[np.int64], draws: Floats) -> tuple[Tokens, NDArray[np.int64]]:
        """Add a word to each of m texts, see `mc.text.ngram.mixture.Mixture`."""
        words = np.empty(len(draws), np.int32)
        longest = (rows >= 0).sum(axis=0) - 1  # context that was read
        for place in np.unique(longest):
            texts = np.flatnonzero(longest == place)
            contexts = rows[place, texts]
            for part in np.array_split(np.argsort(contexts, kind="stable"), len(texts) // 1000 + 1):
                words[texts[part]] = self._drawn(place, contexts[part], draws[texts[part]])
        return words, self._model.follow(rows, words)

    def _drawn(self, place: int, contexts: Rows, draws: Floats) -> Tokens:
        """A word for each text of some contexts, by draws from [0, 1)."""
        words, many = np.empty(len(contexts), np.int32), FIRST
        waiting = np.arange(len(contexts))
        while len(waiting):
            distinct, of_text = np.unique(contexts[waiting], return_inverse=True)
            many = min(many, self._model.width)
            best, chances = self._likeliest.best(place, distinct, many)
            shares = chances**self._power / self._totals[place][distinct][:, None]
            ends = np.cumsum(shares, axis=1)  # (c, many)
            is_last = (ends >= self._mass) | (np.arange(many) == self._model.width - 1)
            last = is_last.argmax(axis=1)
            is_whole = is_last.any(axis=1)
            ready = is_whole[of_text]
            mine, rows = waiting[ready], of_text[ready]
            drawn = draws[mine] * ends[rows, last[rows]]
            words[mine] = best[rows, (ends[rows] <= drawn[:, None]).sum(axis=1)]
            waiting, many = waiting[~ready], 4 * many
        return words
