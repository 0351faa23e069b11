"""Labels that are probabilities, for classifiers that support classes only."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from mc.lineage import backends
from mc.lineage.training_set import Target, are_classes, classes
from mc.settings import Value, Values
from mc.types import Labels

Weights = NDArray[np.float64]


def weighted(
    X: csr_matrix, target: Target, weight: Weights | None
) -> tuple[csr_matrix, Labels, Weights | None]:
    """Turn soft labels into classes: a row with label p becomes two, weighted p and 1 - p.

    The log loss of both together is that of the soft label (Hinton et al. 2015, section 2).

    Parameters
    ----------
    X : (m, d) csr
        The rows.
    target : (m,) int, or float64 in [0, 1]
        Their labels.
    weight : (m,) float, above 0, optional
        Weights of the rows; None: all equal.

    Returns
    -------
    (csr, (k,) int, (k,) float or None)
        Rows, labels and weights. If all labels are classes, k is m and nothing is copied.
    """
    labels = classes(target)
    if are_classes(target):
        return X, labels, weight
    soft = np.flatnonzero((target > 0) & (target < 1))
    if not len(soft):
        return X, labels, weight
    share = np.where(labels == 1, target, 1 - target)
    counts = np.append(share, 1 - share[soft])
    if weight is not None:
        counts = np.append(weight, weight[soft]) * counts
    return vstack([X, X[soft]], "csr"), np.append(labels, 1 - labels[soft]), counts


def settings_for_pairs(backend: str, settings: Values) -> dict[str, Value]:
    """Settings with which a backend can fit rows that occur with both classes."""
    module = backends.find(backend)
    least: Mapping[str, float] = getattr(module, "least_with_pairs", {})
    return {**settings, **{name: max(settings[name], value) for name, value in least.items()}}
