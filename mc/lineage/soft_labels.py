"""Labels that are probabilities, for classifiers that support classes only."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mc.lineage import backends
from mc.lineage.rows import with_copies
from mc.lineage.training_set import Target, are_classes, classes
from mc.settings import Value, Values
from mc.types import Labels, Matrix

LEAST = 1e-4  # probability that is worth a copy of its row
Weights = NDArray[np.float64]


def weighted(
    X: Matrix, target: Target, weight: Weights | None
) -> tuple[Matrix, Labels, Weights | None]:
    """Turn soft labels into classes: a row comes once with each class that it may have.

    Each copy weighs the probability of its class, so a row with label p, of two classes, becomes
    two, weighted p and 1 - p. The log loss of all copies together is that of the soft label (Hinton
    et al. 2015, section 2).

    Parameters
    ----------
    X : (m, d)
        The rows: a csr matrix, an array or a frame; or (m,) texts.
    target : (m,) int, or float64 in [0, 1]; or (m, K) float64, whose rows sum to 1
        Their labels. Of more than two classes, probabilities below `LEAST` go to the likeliest.
    weight : (m,) float, above 0, optional
        Weights of the rows; None: all equal.

    Returns
    -------
    ((k, d), (k,) int, (k,) float or None)
        Rows, labels and weights. If all labels are classes, k is m and nothing is copied.
    """
    labels = classes(target)
    if are_classes(target):
        return X, labels, weight
    if target.ndim == 1:
        soft = np.flatnonzero((target > 0) & (target < 1))  # (s,)
        others = 1 - labels[soft]
        share = np.where(labels == 1, target, 1 - target)  # (m,) of the likelier class
        rest = 1 - share[soft]
    else:
        less_likely = target >= LEAST
        less_likely[np.arange(len(target)), labels] = False
        soft, found = np.nonzero(less_likely)  # (s,) a row once for each other class
        others, rest = found.astype(labels.dtype), target[soft, found]
        share = 1 - np.where(less_likely, target, 0).sum(1)
    if not len(soft):
        return X, labels, weight
    counts = np.append(share, rest)
    if weight is not None:
        counts = np.append(weight, weight[soft]) * counts
    return with_copies(X, soft), np.append(labels, others), counts


def settings_for_pairs(backend: str, settings: Values) -> dict[str, Value]:
    """Settings with which a backend can fit rows that occur with both classes."""
    module = backends.find(backend)
    least: Mapping[str, float] = getattr(module, "least_with_pairs", {})
    return {**settings, **{name: max(settings[name], value) for name, value in least.items()}}
