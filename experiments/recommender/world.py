"""Users and items with known tastes, and what follows: who would click what, at which place.

Knows nothing of rankers.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import rankdata

Floats = NDArray[np.float64]

MIDDLE = -2.0  # log-odds of a click at mean taste: 12% of those who look
SPREAD = 1.5  # of the log-odds over users and items: mean chance 19%, a user's ten best about 75%


@dataclass(frozen=True, eq=False)
class World:
    """What is true.

    Parameters
    ----------
    chances : (u, i) float in (0, 1)
        Probability that a user clicks an item that they look at.
    looks : (k,) float in (0, 1]
        Probability that a place of the list is looked at, falling.
    profiles : (u, i) float
        Who likes an item: unit columns of mean 0, whose products are correlations.
    """

    chances: Floats
    looks: Floats
    profiles: Floats

    @cached_property
    def unpopular(self) -> NDArray[np.bool_]:
        """The half of the items that are liked least on average, (i,)."""
        ranks = np.argsort(np.argsort(self.chances.mean(axis=0), kind="stable"))
        return np.asarray(ranks < self.chances.shape[1] // 2)

    @cached_property
    def best(self) -> NDArray[np.int64]:
        """The lists that are clicked most, (u, k): each user's own favourites in order."""
        return np.argsort(-self.chances, axis=1, kind="stable")[:, : len(self.looks)]

    @cached_property
    def ranks(self) -> Floats:
        """Each user's items by taste, `centred_ranks`, (u, i)."""
        return centred_ranks(self.chances)

    def clicks(self, lists: NDArray[np.int64]) -> float:
        """Expected clicks of a list, the mean over lists (..., u, k)."""
        users = np.arange(len(self.chances))[:, None]
        return float((self.chances[users, lists] @ self.looks).mean())

    def hit_rate(self, lists: NDArray[np.int64]) -> float:
        """Expected clicks of lists between those of random lists (0) and of the best (1)."""
        random = self.chances.mean() * self.looks.sum()
        return float((self.clicks(lists) - random) / (self.clicks(self.best) - random))


def centred_ranks(values: Floats) -> Floats:
    """Ranks within each row, equals sharing theirs, less their mean."""
    ranks = rankdata(values, axis=1)
    return np.asarray(ranks - ranks.mean(axis=1, keepdims=True))


def make(tastes: Floats, list_length: int, position_bias: float) -> World:
    """A world from tastes on any scale.

    Parameters
    ----------
    tastes : (u, i) float
        The higher, the better a user likes an item; must differ.
    list_length : int
        Places of a list.
    position_bias : float, at least 0
        Place j (from 1) is looked at with probability 1 / j**position_bias: the examination of the
        position-based click model (Craswell et al., WSDM 2008), in the form of Joachims et al.
        (WSDM 2017).
    """
    standard = (tastes - tastes.mean()) / tastes.std()
    centred = standard - standard.mean(axis=0)
    norms = np.linalg.norm(centred, axis=0)
    return World(
        chances=expit(MIDDLE + SPREAD * standard),
        looks=np.arange(1.0, list_length + 1) ** -position_bias,
        profiles=centred / np.where(norms > 0, norms, 1.0),
    )


def simulated_tastes(
    users: int, items: int, factors: int, popularity: float, rng: np.random.Generator
) -> Floats:
    """Normal tastes: what all users share, and products of latent factors, (u, i).

    Parameters
    ----------
    popularity : float in [0, 1]
        Share of the variance that is the item's alone, the same for all users.
    """
    shared = rng.standard_normal(items)
    own = rng.standard_normal((users, factors)) @ rng.standard_normal((factors, items))
    return np.asarray(np.sqrt(popularity) * shared + np.sqrt((1 - popularity) / factors) * own)
