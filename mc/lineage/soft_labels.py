"""Labels that are probabilities, for classifiers that take classes only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from mc import plugins
from mc.types import Labels, Probabilities

Weights = NDArray[np.float64]


def weighted(
    X: csr_matrix, target: Probabilities, weight: Weights
) -> tuple[csr_matrix, Labels, Weights | None]:
    """Rows with labels 0 or 1; one whose label is p comes twice, as both, weighted p and 1 - p.

    The log loss of the two is that of the soft label (Hinton et al. 2015, section 2).

    Parameters
    ----------
    X : (m, d) csr
        The rows.
    target : (m,) float in [0, 1]
        Their labels.
    weight : (m,) float, above 0
        How much each counts.

    Returns
    -------
    (csr, (k,) int8, (k,) float or None)
        Rows, labels and weights; None where all weights are 1.
    """
    labels = (target > 0.5).astype(np.int8)
    soft = np.flatnonzero((target > 0) & (target < 1))
    if len(soft):
        share = np.where(labels == 1, target, 1 - target)
        X = vstack([X, X[soft]], "csr")
        labels = np.append(labels, 1 - labels[soft])
        weight = np.append(weight, weight[soft]) * np.append(share, 1 - share[soft])
    return X, labels, None if (weight == 1).all() else weight


def settings_for_pairs(backend: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with which a backend can fit rows that come as both classes."""
    module = plugins.load("backends", "backend", backend)
    least: Mapping[str, float] = getattr(module, "least_with_pairs", {})
    return {**settings, **{name: max(settings[name], value) for name, value in least.items()}}
