"""A verifier moves the share of wrong labels at which a classifier stops to work.

Machine labels err with chance p; a verifier keeps a right one with chance phi and a wrong one with
chance rho. What is kept points the right way as long as (1 - p) phi > p rho, that is for

    p < 1 / (1 + rho / phi)

(Feng et al., arXiv 2406.07515; Firdoussi et al., arXiv 2410.08942), which is 1/2 without a
verifier. Feng et al. find a jump there, with ever more rows; Firdoussi et al. a smooth crossing
where rows and features grow together, which is what is seen here. The place of the crossing is the
same, and is what is checked: where the mean accuracy of a ridge classifier, trained on the kept
labels of two Gaussian classes, is 1/2.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from experiments.validate.laws._check import Check, mean_and_error
from mc.randomness import stream

title = "verified labels"
source = "arXiv 2406.07515; arXiv 2410.08942"

FEATURES, ROWS = 20, 100
DISTANCE = 1.5  # of a class's mean from the boundary
PENALTY = 1.0
ERRORS = np.round(np.arange(0.05, 1.0, 0.05), 2)  # shares of wrong labels that are tried
SHARE = 10  # one data set here for so many repetitions
BLOCKS = 20  # of data sets, each with its own crossing

Floats = NDArray[np.float64]


class Verifier(NamedTuple):
    """Chances to keep a right label and a wrong one."""

    right: float
    wrong: float


VERIFIERS = {"verifier 0.8/0.3": Verifier(0.8, 0.3), "no verifier": Verifier(1.0, 1.0)}


def check(repetitions: int, seed: int) -> list[Check]:
    """The share of wrong labels where accuracy crosses 1/2; a tenth of the repetitions."""
    datasets = max(repetitions // SHARE // BLOCKS, 1)
    return [
        Check(
            "breakdown",
            name,
            1,
            *mean_and_error(
                [crossing(accuracies(verifier, datasets, seed, block)) for block in range(BLOCKS)]
            ),
            1 / (1 + verifier.wrong / verifier.right),
        )
        for name, verifier in VERIFIERS.items()
    ]


def accuracies(verifier: Verifier, datasets: int, seed: int, block: int) -> Floats:
    """Mean accuracy at each of `ERRORS`, (errors,); they share rows and draws."""
    rng = stream(seed, "verified labels", block)
    classes = np.where(rng.random((datasets, ROWS)) < 0.5, -1.0, 1.0)
    X = rng.standard_normal((datasets, ROWS, FEATURES))
    X[..., 0] += DISTANCE * classes
    wrong, kept = rng.random((2, datasets, ROWS))
    return np.array([_accuracy(X, classes, wrong < p, kept, verifier).mean() for p in ERRORS])


def _accuracy(
    X: Floats, classes: Floats, wrong: NDArray[np.bool_], draws: Floats, verifier: Verifier
) -> Floats:
    """Accuracy of a ridge classifier on what the verifier keeps, (datasets,)."""
    kept = np.where(draws < np.where(wrong, verifier.wrong, verifier.right), 1.0, 0.0)
    across = (X * kept[..., None]).transpose(0, 2, 1) / ROWS  # (datasets, features, rows)
    labels = np.where(wrong, -classes, classes)
    w = np.linalg.solve(across @ X + PENALTY * np.eye(FEATURES), across @ labels[..., None])[..., 0]
    lengths = np.linalg.norm(w, axis=1)
    cosine = np.divide(w[:, 0], lengths, out=np.zeros(len(w)), where=lengths > 0)
    accuracy: Floats = ndtr(DISTANCE * cosine)
    return accuracy


def crossing(curve: Floats) -> float:
    """Where a curve over `ERRORS` first falls through 1/2, by linear interpolation, else NaN."""
    falls = (curve[:-1] >= 0.5) & (curve[1:] < 0.5)
    if not falls.any():
        return float("nan")
    place = int(np.argmax(falls))
    share = (curve[place] - 0.5) / (curve[place] - curve[place + 1])
    return float(ERRORS[place] + share * (ERRORS[place + 1] - ERRORS[place]))
