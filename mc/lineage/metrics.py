"""Metrics of one generation on held-out human labels.

Own code with few passes over the test rows, since every generation needs all metrics; the tests
compare each with scikit-learn's.
"""

import numpy as np
from scipy.special import entr
from scipy.stats import rankdata

from mc.types import Labels, Probabilities

CALIBRATION_BINS = 15

DESCRIPTIONS = {
    "accuracy": "share of held-out reviews classified rightly",
    "balanced_accuracy": "mean of the shares of positives and of negatives classified rightly",
    "f1": "harmonic mean of precision and recall of the positive class",
    "roc_auc": "chance that a positive review is ranked above a negative one; 0.5 is guessing",
    "log_loss": "mean negative log-likelihood of the human labels, in nats",
    "brier_score": "mean squared difference of probability and label",
    "calibration_error": f"mean |probability - frequency| over {CALIBRATION_BINS} equal bins",
    "positive_share": "share of held-out reviews predicted positive",
    "prediction_entropy": "mean entropy of the predictions, in bits; 1 is undecided",
    "agreement": "share of held-out reviews classified as generation 0 does",
    "train_size": "reviews in the training set",
    "synthetic_share": "share of the training set labelled by a model",
    "label_error": "share of the training set whose label differs from the human one",
    "fit_seconds": "wall time of training, in seconds",
    "score_seconds": "wall time of scoring the held-out reviews, in seconds",
}
LABEL_COUNTS = {  # human work that a strategy takes
    "human_labels": "human labels so far, those of generation 0 included",
    "verified_labels": "machine labels so far that a person has checked",
    "unused_share": "share of the collected reviews that this generation does not train on",
    "label_seconds": "wall time of labelling the new reviews and of the strategies, in seconds",
}
TIMINGS = ("fit_seconds", "score_seconds")  # all others repeat bit for bit


def evaluate(probability: Probabilities, truth: Labels, reference: Labels) -> dict[str, float]:
    """Score predictions.

    Parameters
    ----------
    probability : (m,) float in [0, 1]
        Probability of the positive class.
    truth : (m,) int8, 0 or 1
        Human labels; both classes must occur.
    reference : (m,) int8, 0 or 1
        Predicted classes of generation 0.

    Returns
    -------
    dict
        Name to value, in the order of `DESCRIPTIONS`.
    """
    positive, actual = probability > 0.5, truth == 1
    n, n_positive = len(truth), int(actual.sum())
    hits = int(np.count_nonzero(positive & actual))  # true positives
    predicted = int(np.count_nonzero(positive))
    rejections = n - n_positive - predicted + hits  # true negatives
    return {
        "accuracy": (hits + rejections) / n,
        "balanced_accuracy": (hits / n_positive + rejections / (n - n_positive)) / 2,
        "f1": 2 * hits / (predicted + n_positive),
        "roc_auc": _roc_auc(probability, actual),
        "log_loss": _log_loss(probability, actual),
        "brier_score": float(np.mean((probability - truth) ** 2)),
        "calibration_error": _calibration_error(probability, truth),
        "positive_share": predicted / n,
        "prediction_entropy": float(np.mean(entr(probability) + entr(1 - probability)) / np.log(2)),
        "agreement": float(np.mean(positive == (reference == 1))),
    }


def _roc_auc(probability: Probabilities, actual: np.ndarray) -> float:
    """Area under the ROC curve by the rank sum (Hanley & McNeil 1982; Mann-Whitney U)."""
    n_positive = int(actual.sum())
    rank_sum = float(rankdata(probability)[actual].sum())
    wins = rank_sum - n_positive * (n_positive + 1) / 2
    return wins / (n_positive * (len(actual) - n_positive))


def _log_loss(probability: Probabilities, actual: np.ndarray) -> float:
    tiny = np.finfo(
        np.float64
    ).eps  # clipped as in scikit-learn: a wrong certainty costs 36, not inf
    of_truth = np.where(actual, probability, 1 - probability)
    return float(-np.mean(np.log(np.clip(of_truth, tiny, 1 - tiny))))


def _calibration_error(probability: Probabilities, truth: Labels) -> float:
    """Expected calibration error over equal bins (Naeini, Cooper & Hauskrecht 2015, eq. 2)."""
    bins = np.minimum((probability * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=probability - truth, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(truth))
