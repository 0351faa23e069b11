"""What is compared: reviews of both sides, shuffled, in parts that are looked at one by one.

Each part is tested by what was learned from the parts before it. Given these, and if both sides
are drawn alike, its rows' sides are exchangeable; so a test that permutes them is exact, and no
model is ever refitted (as in sequential two-sample testing: Podkopaev & Ramdas 2023; Pandeva et
al. 2024). Ordinary cross-validation is not exact in this way: its folds train on each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from mc.text.classifying import count_terms
from mc.text.reviews import Reviews
from mc.types import Labels, Rows

CUTS = (0.3, 0.5, 0.75, 1.0)  # where parts end; the first is only learned from


@dataclass(frozen=True, eq=False)
class Part:
    """Labelled reviews."""

    reviews: Reviews
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Rows) -> "Part":
        """Some of them."""
        return Part(self.reviews.take(rows), self.labels[rows])


@dataclass(frozen=True, eq=False)
class Sides:
    """The reviews that are compared, in random order.

    Parameters
    ----------
    reviews : Reviews
        All n.
    labels : (n,) int8
        Their labels.
    suspect : (n,) bool
        Whether each is the suspect's.
    terms : (d,) int
        Numbers of the words that classifiers look at.
    width : int
        Size of the vocabulary.
    """

    reviews: Reviews
    labels: Labels
    suspect: NDArray[np.bool_]
    terms: NDArray[np.int64]
    width: int

    @cached_property
    def counts(self) -> csr_matrix:
        """How often each review has each term, (n, d)."""
        return count_terms(self.reviews, self.terms, self.width)

    @cached_property
    def weighted(self) -> csr_matrix:
        """The same as tf-idf, weighted by all rows of both sides alike."""
        return TfidfTransformer().fit_transform(self.counts)

    @property
    def ends(self) -> list[int]:
        """Where parts end, the first included."""
        return [int(cut * len(self.labels)) for cut in CUTS]

    def steps(self, after: int = 0) -> Iterator[tuple[int, int, int]]:
        """Number of each part that is tested, where it starts and where it stops."""
        ends = self.ends[after:]
        for number, (start, stop) in enumerate(pairwise(ends)):
            yield number, start, stop


def compose(
    human: Part,
    suspect: Part,
    *,
    terms: NDArray[np.int64],
    width: int,
    rng: np.random.Generator,
    matched: bool = True,
) -> Sides:
    """Put two sides together.

    With ``matched``, human reviews are left out until the class shares agree. That is for checks of
    labels, lest a shift of class shares, which has its own check, be found again in them. Checks of
    texts must not have it: where labels of human texts were changed, it would make the texts of
    both sides differ.
    """
    if matched:
        human = human.take(matching(human.labels, suspect.labels))
    order = rng.permutation(len(human) + len(suspect))
    both = Reviews.join([human.reviews, suspect.reviews]).take(order)
    labels = np.concatenate([human.labels, suspect.labels])[order]
    return Sides(both, labels, order >= len(human), terms, width)


def matching(labels: Labels, wanted: Labels) -> Rows:
    """The first rows of each class, as many as leave the class shares of other labels."""
    share = float(wanted.mean())
    positive, negative = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    if share in (0.0, 1.0):
        return positive if share else negative
    size = min(len(positive) / share, len(negative) / (1 - share))
    kept = positive[: round(size * share)], negative[: round(size * (1 - share))]
    return np.sort(np.concatenate(kept))
