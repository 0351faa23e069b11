"""Which texts tell a lineage its words and their weights, and its reviews as it then sees them.

Texts that are still to come have words that no classifier can know. A vectoriser that does know
them makes a model collapse faster than it would in life, see ``docs/leakage.md``.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from mc.data.features import Features
from mc.data.vectoriser import Embedding, Representation, Vectoriser, holders
from mc.lineage.replicate import Replicate
from mc.lineage.rows import take
from mc.types import Matrix, Representer, Rows

if TYPE_CHECKING:
    from mc.lineage.loop import Condition

MIN_REVIEWS = 5  # a term must occur in so many of these texts


class TextView:
    """The reviews of a replicate as the classifier of each generation sees them.

    Parameters
    ----------
    features : Features
        Counts of all terms in all reviews of the corpus.
    condition : Condition
        Its sizes, vocabulary and backend matter.
    draws : Replicate
        Which reviews are collected and held out.
    wanted : Representation
        What classifiers see of a review.
    """

    def __init__(
        self,
        features: Features,
        condition: "Condition",
        draws: Replicate,
        wanted: Representation,
    ) -> None:
        self._collected, self._held_out = features.X[draws.order], features.X[draws.test]
        self.representers = _representers(features, condition, self._collected, wanted)
        self._is_fixed = condition.vocabulary != "training"
        if self._is_fixed:
            self._collected, self._held_out = map(
                self.representers[0].transform, (self._collected, self._held_out)
            )

    def collected(self, step: int, rows: slice | Rows) -> Matrix:
        """Some of the collected reviews as generation ``step`` sees them."""
        return self._seen(step, take(self._collected, rows))

    def held_out(self, step: int) -> Matrix:
        """The held-out reviews as generation ``step`` sees them."""
        return self._seen(step, self._held_out)

    def _seen(self, step: int, X: csr_matrix) -> Matrix:
        return X if self._is_fixed else self.representers[step].transform(X)


def _representers(
    features: Features, condition: "Condition", X: csr_matrix, wanted: Representation
) -> Sequence[Representer]:
    """What represents the reviews of each generation."""
    sizes = condition.sizes
    if condition.vocabulary == "corpus":
        known = Vectoriser.known(features.reviews, len(features.labels), MIN_REVIEWS, wanted)
        return [_reduced(known, features.X, wanted)] * len(sizes)
    learned = sizes if condition.vocabulary == "training" else sizes[:1]
    reviews, fitted = np.zeros(X.shape[1], np.int64), list[Representer]()
    for start, stop in pairwise((0, *learned)):
        reviews = reviews + holders(take(X, slice(start, stop)))
        known = Vectoriser.known(reviews, stop, MIN_REVIEWS, wanted)
        fitted.append(_reduced(known, take(X, slice(0, stop)), wanted))
    return fitted if len(fitted) == len(sizes) else fitted * len(sizes)


def _reduced(known: Vectoriser, X: csr_matrix, wanted: Representation) -> Representer:
    """A vectoriser, or an embedding of what it gives of these rows."""
    return Embedding.fit(known, X) if wanted.weighting == "embedding" else known
