"""MAUVE: how close the distribution of written texts is to that of human ones.

Pillutla et al. (2021, "MAUVE: measuring the gap between neural text and human text using divergence
frontiers"). Own code, since the package mauve-text is under GPLv3 and needs faiss.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr
from sklearn.cluster import KMeans

from mc.text.measures.embedding import Points

SCALING = 5.0  # c of the paper's equation 2
PER_CLUSTER = 10  # texts of one side for each cluster, as the paper recommends
MIXTURES = 101  # points of the frontier, its ends included
SEEDS = 5  # of the quantisation
ITERATIONS = 50


@dataclass(frozen=True)
class Mauve:
    """The measure over several quantisations.

    Parameters
    ----------
    mean : float in (0, 1]
        1: the same distribution.
    spread : float
        Standard deviation over the seeds of k-means.
    """

    mean: float
    spread: float


def mauve(written: Points, human: Points) -> Mauve:
    """Compare the shares of clusters of both texts together.

    Parameters
    ----------
    written, human : (n, d), (m, d)
        Points of unit length.
    """
    X = np.concatenate([written, human]).astype(np.float32)
    k = max(2, round(min(len(written), len(human)) / PER_CLUSTER))
    k = min(k, len(np.unique(X, axis=0)))
    found = []
    for seed in range(SEEDS):
        # Random first centres, as in the paper's own code: five times faster than k-means++.
        means = KMeans(k, init="random", n_init=1, max_iter=ITERATIONS, random_state=seed)
        clusters = means.fit_predict(X)
        parts = clusters[: len(written)], clusters[len(written) :]
        q, p = (np.bincount(part, minlength=k) / len(part) for part in parts)
        found.append(frontier_area(p, q))
    return Mauve(float(np.mean(found)), float(np.std(found, ddof=1)))


def frontier_area(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Area under the divergence frontier of two discrete distributions.

    With ``R = w P + (1 - w) Q`` the frontier has the points ``exp(-c KL(Q|R))`` and
    ``exp(-c KL(P|R))`` for all w in [0, 1], in nats, and the corners (1, 0) and (0, 1).
    """
    w = np.linspace(0, 1, MIXTURES)[:, None]
    r = w * p + (1 - w) * q  # (MIXTURES, k)
    x, y = (np.exp(-SCALING * rel_entr(side, r).sum(axis=1)) for side in (q, p))
    x, y = np.concatenate([[1.0], x, [0.0]]), np.concatenate([[0.0], y, [1.0]])
    return float(np.trapezoid(y[::-1], x[::-1]))
