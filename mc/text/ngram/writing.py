"""A model writes many texts in parallel, word by word."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mc.text.decoding import Decoding
from mc.text.generators import LONGEST
from mc.text.ngram.beams import search
from mc.text.ngram.likeliest import Likeliest
from mc.text.ngram.mixture import Mixture
from mc.text.ngram.model import Floats, Model
from mc.text.ngram.nucleus import Nucleus
from mc.text.places import sorting
from mc.text.reviews import Reviews, Tokens
from mc.text.tokens import END
from mc.types import Labels

# From the ends of texts and a draw for each: the next words, and the new ends.
Choose = Callable[[NDArray[np.int64], Floats], tuple[NDArray[np.int32], NDArray[np.int64]]]


class Writer:
    """Writes texts by a model.

    Parameters
    ----------
    model : Model
        Gives the probabilities; words that it has not read are never written.
    decoding : Decoding
        The rule by which words are chosen.
    """

    def __init__(self, model: Model, decoding: Decoding = Decoding()) -> None:  # noqa: B008  (frozen)
        self.model, self.decoding = model, decoding

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
        if self.decoding.method == "beam":
            return self._search(labels, beginnings, most)
        rows, choose = self.model.start(labels), self._choose()
        for words in () if beginnings is None else beginnings:
            rows = self.model.follow(rows, words)
        texts, owners = np.arange(many), [np.empty(0, np.int64)]
        tokens = [np.empty(0, np.int32)]
        while len(texts) and len(tokens) <= most:
            words, rows = choose(rows, rng.random(many)[texts])
            goes_on = words != END
            texts, words, rows = texts[goes_on], words[goes_on], rows[:, goes_on]
            owners.append(texts)
            tokens.append(words)
        return _by_text(np.concatenate(owners), np.concatenate(tokens), many)

    def _choose(self) -> Choose:
        """Draws words from the distribution that the rule leaves."""
        given = self.decoding
        if given.many:
            return Likeliest(self.model, given.temperature, given.many)
        if given.method == "nucleus":
            return Nucleus(self.model, given.temperature, given.mass)
        return Mixture(self.model, given.temperature)

    def _search(self, labels: Labels, beginnings: NDArray[np.int32] | None, most: int) -> Reviews:
        """Texts of the highest mean log probability that a beam search finds.

        Texts of one class and beginning are equal, so each is searched for once.
        """
        given = np.empty((0, len(labels)), np.int32) if beginnings is None else beginnings
        distinct, of_text = np.unique(np.vstack([labels, given]), axis=1, return_inverse=True)
        found = search(
            self.model, distinct[0].astype(np.int8), distinct[1:], self.decoding.many, most
        )
        return found.take(of_text)


def _by_text(owners: NDArray[np.int64], tokens: Tokens, many: int) -> Reviews:
    """Reviews of words in the order of writing; ``owners`` are their texts."""
    return Reviews.of_lengths(tokens[sorting(owners)], np.bincount(owners, minlength=many))
