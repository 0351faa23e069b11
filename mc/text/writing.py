"""A model writes many texts in parallel, word by word."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mc.text.likeliest import Likeliest
from mc.text.mixture import Mixture
from mc.text.model import Floats, Model
from mc.text.places import sorting
from mc.text.reviews import Reviews, Tokens
from mc.text.tokens import END
from mc.types import Labels

LONGEST = 1_000  # maximum words of a text, since a collapsed model may never write END

# From the ends of texts and a draw for each: the next words, and the new ends.
Choose = Callable[[NDArray[np.int64], Floats], tuple[NDArray[np.int32], NDArray[np.int64]]]


class Writer:
    """Writes texts by a model.

    Parameters
    ----------
    model : Model
        Gives the probabilities; words that it has not read are never written.
    temperature : float
        Takes all probabilities to the power 1 / temperature: below 1 likely words become likelier.
    top_k : int
        Number of likeliest words to choose from; 0 for all.
    """

    def __init__(self, model: Model, temperature: float = 1.0, top_k: int = 0) -> None:
        self.model, self.temperature, self.top_k = model, temperature, top_k
        self._choose: Choose = (
            Likeliest(model, temperature, top_k) if top_k else Mixture(model, temperature)
        )

    def write(
        self,
        labels: Labels,
        rng: np.random.Generator,
        beginnings: NDArray[np.int32] | None = None,
        most: int = LONGEST,
    ) -> Reviews:
        """Write texts; the draws of a text do not depend on when the others end.

        Parameters
        ----------
        labels : (m,) int8
            Class of each text.
        rng : Generator
            Source of the draws.
        beginnings : (p, m) int32, optional
            First words of each text; not in the result.
        most : int
            Maximum words of a text.
        """
        many = len(labels)
        rows = self.model.start(labels)
        for words in () if beginnings is None else beginnings:
            rows = self.model.follow(rows, words)
        texts, owners = np.arange(many), [np.empty(0, np.int64)]
        tokens = [np.empty(0, np.int32)]
        while len(texts) and len(tokens) <= most:
            words, rows = self._choose(rows, rng.random(many)[texts])
            goes_on = words != END
            texts, words, rows = texts[goes_on], words[goes_on], rows[:, goes_on]
            owners.append(texts)
            tokens.append(words)
        return _by_text(np.concatenate(owners), np.concatenate(tokens), many)


def _by_text(owners: NDArray[np.int64], tokens: Tokens, many: int) -> Reviews:
    """Reviews of words in the order of writing; ``owners`` are their texts."""
    return Reviews.of_lengths(tokens[sorting(owners)], np.bincount(owners, minlength=many))
