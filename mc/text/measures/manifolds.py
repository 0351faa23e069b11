"""Precision, recall, density and coverage: do written texts lie where human ones do, and back?

The space of a set of texts is approximated by balls around each, which reach to its k-th nearest
neighbour in the set. A ball ends before a right angle: a text that has nothing in common with any
other one, such as an empty text, would else have a ball that holds them all, and recall would be 1.
"""

from dataclasses import dataclass

from mc.text.measures.embedding import Points
from mc.text.measures.nearest import DIGITS, radii, squared_distances

WIDEST = 2 - 10.0**-DIGITS  # squared radius; two points at a right angle are sqrt(2) apart
NEIGHBOURS = 5  # as Naeem et al. use and recommend; Kynkäänniemi et al. use 3


@dataclass(frozen=True)
class Manifolds:
    """How two sets of texts overlap.

    Parameters
    ----------
    precision, recall : float in [0, 1]
        Share of written texts within the ball of a human one, and of human texts within that of a
        written one: Kynkäänniemi et al. (2019, "Improved precision and recall metric for assessing
        generative models").
    density, coverage : float
        Mean number of human balls that a written text lies in, divided by k: 1 is expected of texts
        from the same distribution, copies of the human ones themselves have (k + 1) / k. And share
        in [0, 1] of human balls that hold a written text: Naeem et al. (2020, "Reliable fidelity
        and diversity metrics for generative models").
    """

    precision: float
    recall: float
    density: float
    coverage: float


def manifolds(written: Points, human: Points, k: int = NEIGHBOURS) -> Manifolds:
    """Compare written texts with human ones.

    Parameters
    ----------
    written, human : (n, d), (m, d)
        Points of unit length; n and m should be equal, since balls shrink with the number of texts.
    k : int
        Neighbours that a ball reaches; fewer where there are no more texts.
    """
    squares = squared_distances(written, human)  # (n, m)
    in_human = squares <= radii(human, k).clip(max=WIDEST)
    in_written = squares <= radii(written, k).clip(max=WIDEST)[:, None]
    return Manifolds(
        precision=float(in_human.any(axis=1).mean()),
        recall=float(in_written.any(axis=0).mean()),
        density=float(in_human.sum(axis=1).mean() / k),
        coverage=float(in_human.any(axis=0).mean()),
    )
