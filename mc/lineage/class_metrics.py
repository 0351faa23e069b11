"""Metrics of one generation on held-out human labels, of more than two classes.

Two classes have `mc.lineage.metrics`; names that both have mean the same.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr
from scipy.stats import rankdata

from mc.lineage import metrics
from mc.lineage.metrics import CALIBRATION_BINS
from mc.lineage.probabilities import likeliest
from mc.types import Labels, Probabilities

MAX_NAMED = 50  # classes up to which each has metrics of its own
RARE = 0.1  # share of the human labels that the rarest classes together have at most

DESCRIPTIONS = {
    "accuracy": "share of held-out rows classified rightly",
    "balanced_accuracy": "mean over classes of the share of their rows classified rightly",
    "f1": "macro F1: mean over classes of the harmonic mean of precision and recall",
    "roc_auc": "mean over classes of the area under the ROC curve, one against the rest",
    "log_loss": "mean negative log-likelihood of the human labels, in nats",
    "brier_score": "mean over rows of the squared differences summed over classes",
    "calibration_error": "mean |probability - frequency| of the likeliest class over "
    f"{CALIBRATION_BINS} equal bins",
    "largest_share": "share of held-out rows in the class predicted most",
    "prediction_entropy": "mean entropy of the predictions, in bits",
    "agreement": "share of held-out rows classified as generation 0 does",
    "share_divergence": "Kullback-Leibler divergence of the predicted class shares from the human "
    "ones, in bits: 0 is none",
    "classes_lost": "classes with held-out rows that are never predicted",
    "rare_recall": f"share classified rightly of rows of the rarest classes, {RARE:.0%} of all",
}
SERIES = {  # of each class, where there are at most `MAX_NAMED`
    "recall": "share of the rows of the class classified rightly",
    "share": "share of held-out rows predicted to be of the class",
}


def descriptions(names: Iterable[str]) -> dict[str, str]:
    """What each of some metrics means, of two classes or of more; no other names."""
    known = metrics.DESCRIPTIONS | (
        DESCRIPTIONS if "largest_share" in (found := set(names)) else {}
    )
    of_classes = {
        name: f"{SERIES[kind]} {of}".replace("the class", "this class")
        for name in sorted(found)
        for kind, _, of in [name.partition("/")]
        if kind in SERIES and of
    }
    return {name: text for name, text in known.items() if name in found} | of_classes


@cache
def series(classes: Sequence[str]) -> tuple[str, ...]:
    """What stands for each class in names of metrics; no two are alike.

    >>> series(("5 stars", "German shepherd", "5-stars"))
    ('5_stars', 'german_shepherd', '5_stars_2')
    """
    plain = [re.sub(r"\W+", "_", name.lower()).strip("_") or "empty" for name in classes]
    counted = [plain[: place + 1].count(name) for place, name in enumerate(plain)]
    return tuple(name if n == 1 else f"{name}_{n}" for name, n in zip(plain, counted, strict=True))


def rarest(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """The classes that together have at most `RARE` of the labels, at least one, the rarest first.

    >>> rarest(np.array([0.5, 0.04, 0.4, 0.06]))
    array([1, 3])
    """
    order = np.argsort(shares, kind="stable")
    within = np.cumsum(shares[order]) <= RARE + 1e-12
    return order[: max(int(within.sum()), 1)]


def evaluate(
    probability: Probabilities,
    truth: Labels,
    reference: Labels,
    *,
    classes: Sequence[str],
    shares: NDArray[np.float64],
) -> dict[str, float]:
    """Score predictions.

    Parameters
    ----------
    probability : (m, K) float in [0, 1]
        Of each class.
    truth : (m,) int
        Human labels.
    reference : (m,) int
        Predicted classes of generation 0.
    classes : sequence of K str
        Their names.
    shares : (K,) float
        Class shares among the human labels of generation 0, which say what is rare.

    Returns
    -------
    dict
        Name to value, in the order of `DESCRIPTIONS`, then `SERIES`. A class without held-out
        rows has no recall (NaN) and is left out of means over classes.
    """
    n, n_classes = probability.shape
    predicted = likeliest(probability)
    right = predicted == truth
    actual, guessed, hits = (
        np.bincount(labels, minlength=n_classes).astype(float)
        for labels in (truth, predicted, truth[right])
    )
    present = actual > 0
    with np.errstate(invalid="ignore"):
        recall = hits / np.where(present, actual, np.nan)  # (K,)
    f1 = 2 * hits / np.maximum(guessed + actual, 1)
    of_truth = probability[np.arange(n), truth]
    rare = np.isin(truth, rarest(shares))
    scores = {
        "accuracy": float(right.mean()),
        "balanced_accuracy": float(recall[present].mean()),
        "f1": float(f1[present].mean()),
        "roc_auc": _roc_auc(probability, truth, np.flatnonzero(present & (actual < n))),
        "log_loss": float(-np.mean(np.log(np.clip(of_truth, np.finfo(float).eps, 1)))),
        "brier_score": float(np.mean((probability**2).sum(1) - 2 * of_truth + 1)),
        "calibration_error": _calibration_error(probability.max(1), right),
        "largest_share": float(guessed.max() / n),
        "prediction_entropy": float(np.mean(entr(probability).sum(1)) / np.log(2)),
        "agreement": float(np.mean(predicted == reference)),
        "share_divergence": _divergence(guessed, actual),
        "classes_lost": float(np.count_nonzero(present & (guessed == 0))),
        "rare_recall": float(right[rare].mean()) if rare.any() else float("nan"),
    }
    if n_classes > MAX_NAMED:
        return scores
    names = series(tuple(classes))
    return {
        **scores,
        **{f"recall/{name}": float(at) for name, at in zip(names, recall, strict=True)},
        **{f"share/{name}": float(at) for name, at in zip(names, guessed / n, strict=True)},
    }


def _roc_auc(probability: Probabilities, truth: Labels, of: NDArray[np.int64]) -> float:
    """Mean over classes of the rank-sum AUC (Hand & Till 2001 call it one against the rest)."""
    areas = []
    for each in of:
        actual = truth == each
        n_actual = int(actual.sum())
        rank_sum = float(rankdata(probability[:, each])[actual].sum())
        wins = rank_sum - n_actual * (n_actual + 1) / 2
        areas.append(wins / (n_actual * (len(truth) - n_actual)))
    return float(np.mean(areas)) if areas else float("nan")


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error of the likeliest class (Guo et al. 2017, eq. 3)."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(right))


def _divergence(guessed: NDArray[np.float64], actual: NDArray[np.float64]) -> float:
    """KL divergence of predicted from human class shares, in bits, of counts.

    It is finite where a class is predicted that has no held-out rows: such a class counts as half
    a row.
    """
    n = actual.sum()
    p, q = guessed / n, np.where(actual > 0, actual, 0.5) / n
    some = p > 0
    return float(max((p[some] * np.log2(p[some] / q[some])).sum(), 0.0))
