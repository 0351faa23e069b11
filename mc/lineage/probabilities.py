"""Probabilities of classes, and what follows from them for two classes and for more.

Of two classes there is one number a row, the probability of class 1, shape (m,). Of K > 2 classes
there are K numbers a row, which sum to 1, shape (m, K). All else asks these functions.
"""

import numpy as np
from numpy.typing import NDArray

from mc.types import Classifier, Labels, Matrix, Probabilities, Shares, label_type


def positive_probability(classifier: Classifier, X: Matrix) -> Probabilities:
    """Probability of class 1 of two, (m,); 0 or 1 from a classifier of one class."""
    columns = np.asarray(classifier.predict_proba(X), np.float64)  # (m, number of classes)
    known = list(classifier.classes_)
    return columns[:, known.index(1)] if 1 in known else np.zeros(len(columns))


def probabilities(classifier: Classifier, X: Matrix, n_classes: int) -> Probabilities:
    """Probabilities of all classes; 0 of those that the classifier has not seen.

    Parameters
    ----------
    classifier : Classifier
        Its ``classes_`` are numbers below ``n_classes``.
    X : (m, d)
        Rows.
    n_classes : int
        Two or more.

    Returns
    -------
    (m,) or (m, n_classes) float64
    """
    if n_classes == 2:
        return positive_probability(classifier, X)
    columns = np.asarray(classifier.predict_proba(X), np.float64)  # (m, classes that it knows)
    spread = np.zeros((len(columns), n_classes))
    spread[:, np.asarray(classifier.classes_, np.int64)] = columns
    return spread


def likeliest(probability: Probabilities) -> Labels:
    """The likeliest class of each row, (m,); ties go to the lowest.

    >>> likeliest(np.array([0.5, 0.6])), likeliest(np.array([[0.2, 0.5, 0.3]]))
    (array([0, 1], dtype=int8), array([1], dtype=int8))
    """
    if probability.ndim == 1:
        return (probability > 0.5).astype(np.int8)
    classes: NDArray[np.int64] = probability.argmax(1)
    return classes.astype(label_type(probability.shape[1]))


def sureness(probability: Probabilities) -> NDArray[np.float64]:
    """How far the likeliest class is above one half (two classes) or above nothing (more), (m,)."""
    return np.abs(probability - 0.5) if probability.ndim == 1 else probability.max(1)


def drawn(probability: Probabilities, draws: NDArray[np.float64]) -> Labels:
    """A class of each row by its probabilities, (m,), from uniform random numbers, (m,)."""
    if probability.ndim == 1:
        return (draws < probability).astype(np.int8)
    n_classes = probability.shape[1]
    edges = np.cumsum(probability, axis=1)[:, :-1]  # the last is 1, but for rounding
    below: NDArray[np.int64] = (draws[:, None] >= edges).sum(1)
    return below.astype(label_type(n_classes))


def shares(labels: Labels, n_classes: int) -> Shares:
    """Share of class 1 of two classes; of each class, (n_classes,), of more."""
    if n_classes == 2:
        return float(labels.mean())
    counts = np.bincount(labels, minlength=n_classes)
    by_class: NDArray[np.float64] = counts / max(len(labels), 1)
    return by_class


def with_shares(probability: Probabilities, wanted: Shares) -> Labels:
    """Classes of which each has its share of the rows: the likeliest rows get it first.

    Parameters
    ----------
    probability : (m,) or (m, K) float
        Of the rows.
    wanted : float or (K,) float
        As of `shares`. Counts are rounded, so that they sum to m.

    Returns
    -------
    (m,) int
        Ties go to the earlier rows.
    """
    if np.ndim(wanted) == 0:
        labels = np.zeros(len(probability), np.int8)
        ranking = np.argsort(-probability, kind="stable")
        labels[ranking[: round(float(wanted) * len(probability))]] = 1
        return labels
    n, n_classes = probability.shape
    free = _whole(np.asarray(wanted) * n)  # places that each class still has
    chosen = np.full(n, -1, label_type(n_classes))
    for place in np.argsort(-probability, axis=None, kind="stable"):
        row, of_class = divmod(int(place), n_classes)
        if chosen[row] < 0 and free[of_class]:
            chosen[row] = of_class
            free[of_class] -= 1
    return chosen


def _whole(parts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the sum of the parts, by largest remainders."""
    whole = np.floor(parts).astype(np.int64)
    left = round(float(parts.sum())) - int(whole.sum())
    whole[np.argsort(whole - parts, kind="stable")[:left]] += 1
    return whole
