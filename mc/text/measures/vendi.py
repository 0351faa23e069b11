"""The Vendi score: how many different texts a set amounts to.

Friedman & Dieng (2023, "The Vendi score: a diversity evaluation metric for machine learning").
"""

import numpy as np
from scipy.special import entr

from mc.text.measures.embedding import Points


def vendi(X: Points) -> float:
    """Exponential of the entropy of the eigenvalues of ``K / n``, K the cosines of all pairs.

    The eigenvalues that are not 0 are those of ``X.T @ X / n``, a matrix of d x d.

    Parameters
    ----------
    X : (n, d)
        Points of unit length.

    Returns
    -------
    float
        From 1, all are the same, to the smaller of n and d.
    """
    smaller = X.T @ X if X.shape[1] < len(X) else X @ X.T
    values = np.clip(np.linalg.eigvalsh(smaller / len(X)), 0, None)
    return float(np.exp(entr(values).sum()))
