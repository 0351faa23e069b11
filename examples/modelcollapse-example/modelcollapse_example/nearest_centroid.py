"""Nearest centroid: a review belongs to the class whose mean review is nearer."""

import numpy as np
from pydantic import Field
from sklearn.base import BaseEstimator, ClassifierMixin

from mc.data.vectoriser import Representation
from mc.settings import Settings

representation = Representation("tfidf")  # rows have length 1

# Types of the logged model that are not scikit-learn's own: MLflow loads no others.
trusted_types = ("modelcollapse_example.nearest_centroid.NearestCentroid",)


class Parameters(Settings):
    """Settings of the backend: ``--backend_params sharpness=5``."""

    sharpness: float = Field(
        10.0, ge=0.01, le=1_000, description="how fast probabilities leave one half"
    )


class NearestCentroid(ClassifierMixin, BaseEstimator):
    """Classes have a mean; probabilities fall with the squared distance from it."""

    def __init__(self, sharpness=10.0):
        self.sharpness = sharpness

    def fit(self, X, y, sample_weight=None):
        """Mean row of each class, weighted."""
        weights = np.ones(len(y)) if sample_weight is None else sample_weight
        self.classes_ = np.unique(y)
        shares = np.array([weights * (y == each) for each in self.classes_])  # (K, m)
        shares /= shares.sum(axis=1, keepdims=True)
        self.centroids_ = (X.T @ shares.T).T  # (K, d)
        return self

    def predict_proba(self, X):
        """Probability of each class, (m, K)."""
        # The squared distance but for |x|^2, which all classes have in common.
        distances = (self.centroids_**2).sum(axis=1) - 2 * (X @ self.centroids_.T)  # (m, K)
        scores = -self.sharpness * distances
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X):
        """The likeliest class, (m,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def fit(X, y, *, seed, previous=None, weights=None, sharpness=10.0):
    """Train on rows X (m, d) with labels y (m,), see `mc.lineage.backends`.

    There is nothing random here that ``seed`` would decide, and ``previous``, the classifier of the
    generation before, is no help.
    """
    return NearestCentroid(sharpness).fit(X, y, weights)
