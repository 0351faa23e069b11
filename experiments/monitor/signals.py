"""What a window of predictions shows of a classifier without any labels.

Knows probabilities, and nothing of where they come from.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from mc.lineage.probabilities import likeliest
from mc.types import Probabilities

DESCRIPTIONS = {
    "positive_share": "share of the window predicted positive",
    "confidence": "mean probability of the predicted class",
    "prediction_entropy": "mean entropy of the predictions, in bits",
    "agreement": "share of the window predicted as a frozen reference model does",
    "positive_shift": "positive share less the reference model's on the same reviews",
    "confidence_shift": "confidence less the reference model's on the same reviews",
    "largest_share": "share of the window in the class predicted most, of more than two classes",
    "share_shift": "share of the window by which the predicted class shares differ from the "
    "reference model's, of more than two classes (total variation)",
    "input_diversity": "chance that two terms of the window's reviews differ (Simpson)",
}


def prediction_signals(probability: Probabilities) -> dict[str, float]:
    """Signals of one model's predictions.

    Parameters
    ----------
    probability : (m,) float in [0, 1], or (m, K)
        Of the positive class; 0 or 1 where only the predicted class is known. Of more than two
        classes of each.
    """
    if probability.ndim == 2:
        return {
            "confidence": float(probability.max(1).mean()),
            "prediction_entropy": float(np.mean(entr(probability).sum(1)) / np.log(2)),
            "largest_share": float(_shares(probability).max()),
        }
    sure = np.maximum(probability, 1 - probability)  # (m,)
    return {
        "positive_share": float(np.mean(probability > 0.5)),
        "confidence": float(sure.mean()),
        "prediction_entropy": float(np.mean(_bits(sure) + _bits(1 - sure))),
    }


def reference_signals(probability: Probabilities, reference: Probabilities) -> dict[str, float]:
    """Signals of a model and a frozen one, on the same reviews.

    The two share what is easy or hard about a window, which cancels in a difference.

    Parameters
    ----------
    probability, reference : (m,) float in [0, 1], or (m, K)
        As of `prediction_signals`.
    """
    own, frozen = prediction_signals(probability), prediction_signals(reference)
    agreement = float(np.mean(likeliest(probability) == likeliest(reference)))
    confidence_shift = own["confidence"] - frozen["confidence"]
    if probability.ndim == 2:
        moved = np.abs(_shares(probability) - _shares(reference)).sum() / 2
        return {
            "agreement": agreement,
            "confidence_shift": confidence_shift,
            "share_shift": float(moved),
        }
    return {
        "agreement": agreement,
        "positive_shift": own["positive_share"] - frozen["positive_share"],
        "confidence_shift": confidence_shift,
    }


def measured(n_classes: int, *, has_texts: bool) -> tuple[str, ...]:
    """The signals that a lineage on such data has, in the order of `DESCRIPTIONS`."""
    blank = np.full((1, n_classes), 1 / n_classes) if n_classes > 2 else np.full(1, 0.5)
    known = {*prediction_signals(blank), *reference_signals(blank, blank)}
    known |= {"input_diversity"} if has_texts else set()
    return tuple(name for name in DESCRIPTIONS if name in known)


def input_signals(counts: NDArray[np.integer]) -> dict[str, float]:
    """Diversity of the inputs, by an estimate that does not depend on the window's size.

    Parameters
    ----------
    counts : (d,) int
        How often each term occurs in the window; 2 or more in all.

    Notes
    -----
    1 - sum n (n - 1) / (N (N - 1)), unbiased for the chance that two draws differ (Simpson,
    Measurement of diversity, Nature 1949).
    """
    n = counts.astype(np.float64)
    total = n.sum()
    return {"input_diversity": float(1 - (n * (n - 1)).sum() / (total * (total - 1)))}


def _shares(probability: Probabilities) -> NDArray[np.float64]:
    """Share of the rows in each class, (K,)."""
    shares: NDArray[np.float64] = np.bincount(
        likeliest(probability), minlength=probability.shape[1]
    ) / len(probability)
    return shares


def _bits(share: Probabilities) -> Probabilities:
    """-p log2 p, 0 at 0."""
    bits: Probabilities = -share * np.log2(np.where(share > 0, share, 1.0))
    return bits
