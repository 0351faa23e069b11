"""What a generation is about to read, as cures see and change it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mc.text.generators import Generator
from mc.text.reviews import Reviews
from mc.types import Labels, Rows

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Origin:
    """What a cure may learn from generation 0, once for a lineage.

    Parameters
    ----------
    texts : Reviews
        The human texts that generation 0 has read.
    labels : (n,) int8
        Their classes.
    find : callable
        Gives the generator of generation 0; called at most once.
    compose : callable
        From a generator and a random stream to texts of the same classes, written as the lineage
        writes.
    rng : callable
        Function from a name to a random generator of this replicate.
    """

    texts: Reviews
    labels: Labels
    find: Callable[[], Generator]
    compose: Callable[[Generator, np.random.Generator], Reviews]
    rng: Callable[[str], np.random.Generator]

    @cached_property
    def generator(self) -> Generator:
        """The generator of generation 0, which has read human texts alone."""
        return self.find()


@dataclass(frozen=True, eq=False)
class Reading:
    """The texts that a generation is to be trained on, before training.

    Parameters
    ----------
    texts : Reviews
        The n texts.
    labels : (n,) int8
        Their classes.
    rows : (n,) int
        Place of each text in the order in which the lineage collects texts. Those of generation 0
        come first. A text that is read twice has its place twice.
    is_written : (n,) bool
        Whether a generator has written the text.
    human : Reviews
        The human texts of the same places. A cure that uses one must count it by `humanised`.
    draws : (n,) float64 in [0, 1)
        A random number for each place, the same in every generation.
    before : Generator, optional
        The generator of the generation before; None in generation 0, which is not treated.
    rng : Generator
        Random numbers of this replicate and generation.
    spent : (k,) int
        Places whose human texts a cure has used, though the lineage gave it written ones.
    weights : (n,) float64 above 0, optional
        Weights of the texts for generator and classifier; None: all equal.
    counted : (N + n,) bool, optional
        Words, and after each text its end, that the generator learns to predict; None: all.
        Neither this nor weights follow when texts are taken or changed, so they are set last.
    altered : float in [0, 1]
        Share of words that are drawn anew, or not learned.
    """

    texts: Reviews
    labels: Labels
    rows: Rows
    is_written: Mask
    human: Reviews
    draws: Floats
    before: Generator | None
    rng: np.random.Generator
    spent: Rows
    weights: Floats | None = None
    counted: Mask | None = None
    altered: float = 0.0

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def previous(self) -> Generator:
        """The generator of the generation before."""
        if self.before is None:
            raise ValueError("generation 0 has no generation before it")
        return self.before

    def take(self, chosen: Rows) -> "Reading":
        """Read some of the texts only, in any order, each as often as it is chosen."""
        return replace(
            self,
            texts=self.texts.take(chosen),
            labels=self.labels[chosen],
            rows=self.rows[chosen],
            is_written=self.is_written[chosen],
            human=self.human.take(chosen),
            draws=self.draws[chosen],
        )

    def humanised(self, chosen: Mask) -> "Reading":
        """Read the human texts of some places instead of written ones, which counts as spending."""
        asked = chosen & self.is_written
        return replace(
            self,
            texts=self.texts.replaced(self.human, asked),
            is_written=self.is_written & ~asked,
            spent=np.union1d(self.spent, self.rows[asked]),
        )

    def resampled(self, weights: Floats) -> "Reading":
        """Draw as many texts of each class as there are, with expected numbers by weight.

        Parameters
        ----------
        weights : (n,) float64 above 0
            In any unit.
        """
        by_class = [np.flatnonzero(self.labels == label) for label in np.unique(self.labels)]
        drawn = [own[systematic(weights[own], len(own), self.rng)] for own in by_class]
        return self.take(np.sort(np.concatenate(drawn)))

    @property
    def of_words(self) -> Floats | None:
        """Weights of words, and after each text of its end, (N + n,); None: all equal."""
        if self.weights is None:
            return None if self.counted is None else self.counted.astype(np.float64)
        weights = np.repeat(self.weights, self.texts.lengths + 1)
        return weights if self.counted is None else weights * self.counted

    @property
    def learned(self) -> Reviews:
        """The words that the generator learns to predict."""
        if self.counted is None:
            return self.texts
        ends = self.texts.starts[1:] + np.arange(len(self))
        words = np.delete(self.counted, ends)  # (N,)
        lengths = np.bincount(self.texts.rows, words, len(self)).astype(np.int64)
        return Reviews.of_lengths(self.texts.tokens[words], lengths)


Apply = Callable[[Reading], Reading]  # what a cure does


def systematic(weights: Floats, many: int, rng: np.random.Generator) -> Rows:
    """Draw rows so that each comes as often as its share says, rounded up or down.

    Systematic resampling (Kitagawa 1996): equally spaced points with one common random shift. Its
    noise is less than that of independent draws.

    Parameters
    ----------
    weights : (n,) float64, at least 0
        In any unit; their sum is above 0.
    many : int
        Number of draws.

    Returns
    -------
    (many,) int64
        Ascending.
    """
    ends = np.cumsum(weights)
    points = (rng.random() + np.arange(many)) * (ends[-1] / many)
    rows: Rows = np.minimum(ends.searchsorted(points, "right"), len(weights) - 1)
    return rows
