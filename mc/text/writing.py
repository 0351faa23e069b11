"""A model writes texts, all at once and word by word. Knows nothing of who reads them."""

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

LONGEST = 1_000  # words of a text at most: a collapsed model may never come to an end

# From what texts end with and a draw for each: next words, and what they end with then.
Choose = Callable[[NDArray[np.int64], Floats], tuple[NDArray[np.int32], NDArray[np.int64]]]


class Writer:
    """Writes as a model has read.

    Parameters
    ----------
    model : Model
        What to write by; a word that it has not read is never written.
    temperature : float
        All probabilities are taken to the power 1 / temperature: below 1 likely words become
        likelier.
    top_k : int
        Choose among so many likeliest words each time; 0 for all.
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
        """Write texts; each has its own draws, whatever becomes of the others.

        Parameters
        ----------
        labels : (m,) int8
            Class that each is written for.
        rng : Generator
            Chance.
        beginnings : (p, m) int32, optional
            The words that each begins with; not in the result.
        most : int
            Words of a text at most.
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
    """Words in the order in which they were written to the texts that they belong to."""
    return Reviews.of_lengths(tokens[sorting(owners)], np.bincount(owners, minlength=many))
