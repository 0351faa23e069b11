"""Families of text generators: one file each, named by the file.

A file declares

``Parameters``
    The settings in ``generator_params``, with named groups of settings as ``presets``.
``libraries``, ``extra`` (optional)
    As of `mc.text.extras.find`.
``fit(reviews, labels, words, *, seed, previous, **parameters)``
    A `Generator` that has read texts. ``words`` (W,) is the vocabulary, ``previous`` the generator
    of the previous generation or None. Deterministic, on one thread. With a parameter
    ``weights``, (N + n,) float64 or None, words and ends of texts can have weights; at 0 they are
    read, but the generator does not learn to predict them.
``needs_previous`` (optional)
    Whether ``fit`` depends on ``previous``, so that a checkpoint has to hold it.
``edits`` (optional)
    Whether its generators are `Editor`, as ``cure=edit`` asks.
``check(decoding, parameters)``
    Raises `ParameterError` for a rule that it does not know, and parameters that do not fit.
``seconds(read, written, parameters)`` (optional)
    CPU seconds that it takes to read and to write so many words; of those that take long.
``restore(arrays)``
    A generator from its `Generator.arrays`.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mc.text import extras

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mc.text.decoding import Decoding
    from mc.text.reviews import Reviews
    from mc.types import Array, Labels

LONGEST = 1_000  # words of a text at most, since a collapsed generator may never end it


class Generator(Protocol):
    """Writes texts of classes, and knows how likely others are."""

    def write(
        self,
        labels: "Labels",
        rng: "np.random.Generator",
        decoding: "Decoding",
        beginnings: "NDArray[np.int32] | None" = None,
        most: int = LONGEST,
    ) -> "Reviews":
        """Write texts; the draws of a text do not depend on when others end.

        Parameters
        ----------
        labels : (m,) int8
            Class of each text.
        rng : Generator
            Source of the draws.
        decoding : Decoding
            The rule by which words are chosen.
        beginnings : (p, m) int32, optional
            First words of each text; not in the result.
        most : int
            Maximum words of a text.
        """

    def log_probability(self, reviews: "Reviews", labels: "Labels") -> "NDArray[np.float64]":
        """Log probability of each word, and of the end after each text, (N + n,), in nats."""

    def arrays(self) -> Mapping[str, "Array"]:
        """All that it knows."""


@runtime_checkable
class Editor(Generator, Protocol):
    """A generator that can also draw the words of texts anew."""

    def edit(
        self,
        reviews: "Reviews",
        labels: "Labels",
        threshold: float,
        rng: "np.random.Generator",
    ) -> "tuple[Reviews, float]":
        """Draw tokens anew whose probability is at least a threshold; all others stay.

        Each is drawn after the tokens before it as they were.

        Returns
        -------
        Reviews, float
            The texts, and the share of tokens that were drawn.
        """


def find(name: str, parameter: str = "generator") -> ModuleType:
    """The family of a name.

    Raises
    ------
    ParameterError
        When there is none, or its libraries are not installed.
    """
    return extras.find("generators", parameter, name)
