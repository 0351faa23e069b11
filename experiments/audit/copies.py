"""Near-duplicates: reviews that share most of their sequences of words.

Candidates by MinHash (Broder 1997) in bands, each checked by its true Jaccard index. All in arrays:
datasketch does the same a review at a time in Python.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from experiments.audit.permuting import Test
from mc.text.reviews import Reviews
from mc.types import Rows

WORDS = 4  # of a sequence
LIKE = 0.5  # Jaccard index from which two reviews are near-duplicates
SHORTEST = 8  # words of a review that is looked at: short ones are alike by chance
BANDS, IN_BAND = 12, 2  # at a Jaccard index of 0.5, 97% of pairs share a band; at 0.05, 3%
NEIGHBOURS = 3  # that a review of a band is compared with, next to it in order
ALONE = -1
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Copies:
    """Groups of near-duplicates.

    Parameters
    ----------
    groups : (n,) int
        Number of the group that each review belongs to; `ALONE` without one.
    """

    groups: NDArray[np.int64]

    def shares(self, suspect: NDArray[np.bool_]) -> dict[str, float]:
        """Shares of each side's reviews that have a near-duplicate on the same or other side."""
        own, other = self._partners(suspect)
        return {
            "copies_in_suspect": float(own[suspect].mean()),
            "copies_in_human": float(own[~suspect].mean()),
            "copies_across": float(other[suspect].mean()),
        }

    def tests(
        self,
        suspect: NDArray[np.bool_],
        rng: np.random.Generator,
        permutations: int,
    ) -> dict[str, Test]:
        """Test shares within the suspect, and of it across; sides are permuted.

        Groups stay as they are, so only the sides of their members are drawn again.
        """
        names = ("copies", "copied_human")
        found = self._figures(suspect)
        if not (self.groups >= 0).any():
            return dict.fromkeys(names, Test(0.0, 0.0, 1.0))
        drawn = np.array(
            [self._figures(rng.permutation(suspect)) for _ in range(permutations)]
        )  # (permutations, 2)
        centre, spread = drawn.mean(axis=0), drawn.std(axis=0, ddof=1)
        p = (1 + (drawn >= found).sum(axis=0)) / (1 + permutations)
        return {
            name: Test(float(found[at] - centre[at]), float(spread[at]), float(p[at]))
            for at, name in enumerate(names)
        }

    def _figures(self, suspect: NDArray[np.bool_]) -> Floats:
        shares = self.shares(suspect)
        return np.array([shares["copies_in_suspect"], shares["copies_across"]])

    def _partners(self, suspect: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
        """Whether each review has a near-duplicate of its own side; of the other."""
        grouped = self.groups >= 0
        number, side = self.groups[grouped], suspect[grouped]
        size = np.bincount(number)
        suspects = np.bincount(number, side, len(size))[number]
        same = np.where(side, suspects, size[number] - suspects)
        own, other = np.zeros((2, len(suspect)), bool)
        own[grouped], other[grouped] = same > 1, size[number] > same
        return own, other


def find(reviews: Reviews) -> Copies:
    """Find near-duplicates among all reviews."""
    numbers, rows = reviews.sequences(WORDS)
    long_enough = reviews.lengths[rows] >= SHORTEST
    numbers, rows = numbers[long_enough], rows[long_enough]
    present, starts, sizes = np.unique(rows, return_index=True, return_counts=True)
    if not len(present):
        return Copies(np.full(len(reviews), ALONE))
    least = _least(numbers, starts)  # (hashes, reviews present)
    pairs = np.unique(np.concatenate([_candidates(band) for band in least]), axis=0)
    like = _jaccard(numbers, starts, sizes, pairs) >= LIKE
    return Copies(_grouped(present[pairs[like]], len(reviews)))


def _least(numbers: NDArray[np.uint64], starts: Rows) -> NDArray[np.uint64]:
    """Of each band a number that two reviews share when its least hashes agree."""
    rng = np.random.default_rng(0)
    factors = rng.integers(2**64, size=(BANDS, IN_BAND), dtype=np.uint64) | np.uint64(1)
    return np.array(
        [
            sum(
                np.minimum.reduceat(_mixed(numbers * factor), starts) * np.uint64(2 * place + 1)
                for place, factor in enumerate(band)
            )
            for band in factors
        ]
    )


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Upper bits into lower ones: products alone keep the order of lower bits."""
    return (numbers ^ (numbers >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)


def _candidates(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Pairs of places with the same key, near each other in its order, (k, 2)."""
    order = np.argsort(keys, kind="stable")
    pairs = []
    for apart in range(1, NEIGHBOURS + 1):
        same = keys[order[apart:]] == keys[order[:-apart]]
        pairs.append(np.column_stack([order[:-apart][same], order[apart:][same]]))
    return np.sort(np.concatenate(pairs), axis=1)


def _jaccard(
    numbers: NDArray[np.uint64], starts: Rows, sizes: Rows, pairs: NDArray[np.int64]
) -> Floats:
    """Share of the different sequences of two reviews that both have."""
    like = np.empty(len(pairs))
    for place, pair in enumerate(pairs):
        own = [set(numbers[starts[at] : starts[at] + sizes[at]].tolist()) for at in pair]
        like[place] = len(own[0] & own[1]) / len(own[0] | own[1])
    return like


def _grouped(pairs: NDArray[np.int64], many: int) -> NDArray[np.int64]:
    """Numbers of groups that pairs connect."""
    graph = coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (many, many))
    _, component = connected_components(graph, directed=False)
    sizes = np.bincount(component)
    return np.where(sizes[component] > 1, component, ALONE).astype(np.int64)
