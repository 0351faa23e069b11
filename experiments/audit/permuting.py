"""Whether values differ between two sides, by permuting the sides within strata.

Knows numbers only. A value may depend on its row and on anything outside its part (see
`experiments.audit.sides`), never on the side of a row of the same part.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Tail = Literal["larger", "two-sided"]
BINS = (
    64  # of the values of a stratum, for draws: of equal bins it only matters how many are suspect
)
TINY = 1e-9  # relative: sums that differ by less are the same


@dataclass(frozen=True)
class Test:
    """What a check found.

    Parameters
    ----------
    effect : float
        In the check's own unit; 0 where both sides are alike.
    spread : float
        Standard deviation of the effect if they are.
    p : float
        Chance of such an effect, or a larger one, if they are.
    tail : "larger" or "two-sided"
        Which effects count as large.
    """

    effect: float
    spread: float
    p: float
    tail: Tail = "larger"

    @property
    def z(self) -> float:
        """The effect in standard deviations; 0 where it cannot vary."""
        return self.effect / self.spread if self.spread > 0 else 0.0


def compare(
    values: Floats,
    suspect: NDArray[np.bool_],
    strata: NDArray[np.int64],
    *,
    tail: Tail,
    rng: np.random.Generator,
    permutations: int = 0,
) -> Test:
    """Mean of the suspect's values minus that of human ones, within strata.

    Parameters
    ----------
    values : (n,) float
        One of each row.
    suspect : (n,) bool
        Sides.
    strata : (n,) int
        Rows whose sides are permuted with each other have the same number.
    tail : "larger" or "two-sided"
        Which effects are evidence.
    rng : Generator
        Chance.
    permutations : int
        Draws for the p-value, (1 + as large ones) / (1 + draws); with 0 it is that of the normal
        law with the exact variance over all permutations, to which it tends (Hoeffding 1951).

    Notes
    -----
    With n1 of a stratum's n rows suspect, strata count in proportion to n1 (n - n1) / n. The
    effect is then a constant times the sum, over the suspect's rows, of values minus the mean of
    their stratum; that sum is what is permuted.
    """
    _, place = np.unique(strata, return_inverse=True)
    sizes, ones = np.bincount(place), np.bincount(place, suspect)
    centred = values - (np.bincount(place, values) / sizes)[place]
    squares = np.bincount(place, centred**2)
    weight = float((ones * (sizes - ones) / sizes).sum())
    variance = float((ones * (sizes - ones) / sizes * squares / np.maximum(sizes - 1, 1)).sum())
    total = float(centred[suspect].sum())
    if weight == 0 or variance <= 0:
        return Test(0.0, 0.0, 1.0, tail)
    spread = float(np.sqrt(variance))
    if permutations:
        seen, drawn = _draws(centred, suspect, place, permutations, rng)
        beyond = np.abs(drawn) >= abs(seen) if tail == "two-sided" else drawn >= seen
        p = (1 + int(beyond.sum())) / (1 + permutations)
    else:
        z = total / spread
        p = float(2 * norm.sf(abs(z)) if tail == "two-sided" else norm.sf(z))
    return Test(total / weight, spread / weight, p, tail)


def _draws(
    centred: Floats,
    suspect: NDArray[np.bool_],
    place: NDArray[np.int64],
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float, Floats]:
    """The sum over suspect rows, and under permutations, (permutations,); of values in bins.

    Permuting sides draws, of each bin, a hypergeometric number of suspect rows: as exact as
    permuting all rows, and its time does not grow with them.
    """
    seen, sums = 0.0, np.zeros(permutations)
    for stratum in range(place.max() + 1):
        own = place == stratum
        means, bins = _binned(centred[own])
        many = int(suspect[own].sum())
        seen += float(means[bins[suspect[own]]].sum())
        counts = np.bincount(bins, minlength=len(means))
        sums += rng.multivariate_hypergeometric(counts, many, permutations) @ means
    return seen - TINY * abs(seen), sums


def _binned(values: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Mean of each bin of about as many values; the bin of each value."""
    inner = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(inner, values, "right")
    counts = np.bincount(bins, minlength=len(inner) + 1)
    return np.bincount(bins, values, len(counts)) / np.maximum(counts, 1), bins


def ranks(values: Floats, parts: NDArray[np.int64]) -> Floats:
    """Ranks within each part, from 0 to 1, ties alike.

    The mean rank of one side minus that of the other is then the area under the ROC curve less
    one half.
    """
    found = np.empty(len(values))
    for part in np.unique(parts):
        own = parts == part
        _, place, counts = np.unique(values[own], return_inverse=True, return_counts=True)
        middle = np.cumsum(counts) - (counts - 1) / 2 - 0.5
        found[own] = (middle / own.sum())[place]
    return found
