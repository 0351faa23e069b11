"""How far the class shares can drift when models label rows for their descendants.

Theorem 1 of Taori & Hashimoto (Data Feedback Loops, ICML 2023, arXiv 2209.03942): from n_0 human
rows a data set grows each round by m human-labelled and k model-labelled rows, all of which are
kept. Let the bias of a model be the distance of a mean over its labels (here: the share of
positives) from that over human labels, and delta the most by which a model's mean departs from that
of the rows which it learned from (its calibration error). Then at round t, with n_i the rows at
round i, n_0 + i (m + k),

    bias_t <= (1 + sum over i <= t of k/n_i prod over i < j <= t of (1 - m/n_j)) delta
           <= (m + k)/m delta.

It follows from n_t D_t <= (n_t - m) D_(t-1) + k delta for the bias D of the data. Here k/(m + k) is
the rate, so the limit is delta/(1 - rate): none at rate 1.

Checked is the first inequality, on relabelling lineages of `mc.lineage.loop` under ``accumulate``:
simulated reviews, 10 positive to 7 negative, `logistic` with its defaults, labels given by
``argmax`` and by ``sample``. Means over lineages stand for the expectations. Assumed, as in the
paper: delta is the calibration error of the initial model on human labels, so that later models are
taken to be no worse calibrated on what is partly their ancestors' work ("consistent calibration").
A check fails where they are worse, or where the bias outgrows the bound.
"""

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from experiments.validate.laws._check import Check
from mc.data import datasets
from mc.data.features import Features, open_features, prepare
from mc.data.vectoriser import holders
from mc.lineage import backends
from mc.lineage.loop import Condition, lineage
from mc.lineage.replicate import Replicate

title = "bias amplification"
source = "arXiv 2209.03942, theorem 1"

CORPUS = "rows=6000"  # of simulated reviews
NEGATIVES = 0.7  # of them kept, so that there is a bias to amplify
INITIAL, INCREMENT, ROUNDS, TEST = 400, 400, 5, 1_600
RATE = 0.8
LABELLINGS = ("argmax", "sample")
SHARE = 500  # one lineage here for so many repetitions
MIN_LINEAGES = 4

Floats = NDArray[np.float64]


def check(repetitions: int, seed: int) -> list[Check]:
    """Bias and bound at each round; a labelling has one lineage for 500 repetitions."""
    lineages = max(repetitions // SHARE, MIN_LINEAGES)
    return [
        result
        for labelling in LABELLINGS
        for result in _compare(labelling, biases(labelling, lineages, seed))
    ]


def factors(initial: int, human: float, machine: float, rounds: int) -> Floats:
    """What the theorem multiplies delta with at rounds 0 to ``rounds``."""
    sizes = initial + np.arange(rounds + 1) * (human + machine)
    drift = np.zeros(rounds + 1)  # of the data, in deltas
    for t in range(1, rounds + 1):
        drift[t] = ((sizes[t] - human) * drift[t - 1] + machine) / sizes[t]
    return 1 + drift


def biases(labelling: str, lineages: int, seed: int) -> Floats:
    """Share of positive labels minus that of human ones, (lineages, rounds + 1)."""
    reviews = _reviews()
    backend = backends.find("logistic")
    sizes = tuple(INITIAL + INCREMENT * step for step in range(ROUNDS + 1))
    params = backend.Parameters().values()
    condition = Condition(sizes, RATE, "accumulate", labelling, "logistic", params, TEST, seed)
    return np.array([_biases(reviews, condition, replicate) for replicate in range(lineages)])


def _biases(reviews: Features, condition: Condition, replicate: int) -> list[float]:
    test = Replicate.draw(len(reviews.labels), condition, replicate).test
    X, human = reviews.X[test], float(reviews.labels[test].mean())
    biases_of_models = []
    for generation in lineage(reviews, condition, replicate):
        chance = generation.model.probabilities(X)
        positive = chance > 0.5 if condition.labelling == "argmax" else chance
        biases_of_models.append(float(positive.mean()) - human)
    return biases_of_models


def _compare(labelling: str, bias: Floats) -> list[Check]:
    """Means over lineages; the error is that of the distance between bias and bound."""
    signs = np.sign(bias.mean(axis=0))
    apart = bias * signs  # (lineages, rounds + 1)
    bounds = apart[:, :1] * factors(INITIAL, (1 - RATE) * INCREMENT, RATE * INCREMENT, ROUNDS)
    errors = (apart - bounds).std(axis=0, ddof=1) / np.sqrt(len(bias))
    observed, expected = apart.mean(axis=0), bounds.mean(axis=0)
    return [
        Check(
            f"bias, {labelling}",
            "accumulate",
            t,
            float(observed[t]),
            float(errors[t]),
            float(expected[t]),
            is_bound=True,
        )
        for t in range(1, ROUNDS + 1)
    ]


@cache
def _reviews() -> Features:
    """All positive reviews and some of the negative ones, in the order of the corpus."""
    source = datasets.find("simulated", CORPUS)
    features = open_features(prepare(source.fingerprint, source.load)[0])
    negative = np.flatnonzero(features.labels == 0)
    left_out = negative[round(NEGATIVES * len(negative)) :]
    kept = np.delete(np.arange(len(features.labels)), left_out)
    X = features.X[kept]
    return replace(features, X=X, labels=features.labels[kept], reviews=holders(X))
