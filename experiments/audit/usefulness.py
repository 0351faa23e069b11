"""What training on the suspect costs: tested on human reviews, against training on human ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.audit.sides import Sides
from mc.lineage.loop import Condition, train
from mc.lineage.probabilities import positive_probability
from mc.statistics.resampling import two_way
from mc.types import Rows

BLOCKS = 5  # disjoint training sets of each side
Floats = NDArray[np.float64]
TESTED = 0.3  # share of human reviews that nothing learns from


@dataclass(frozen=True)
class Usefulness:
    """Accuracies on human reviews.

    Parameters
    ----------
    human, suspect : float
        Trained on either side.
    loss, low, high : float
        Their difference and its 95% interval over training sets and test reviews.
    train_size, test_size : int
        Reviews of a training set; human reviews that all are tested on.
    """

    human: float
    suspect: float
    loss: float
    low: float
    high: float
    train_size: int
    test_size: int


def usefulness(sides: Sides, classifier: Condition, rng: np.random.Generator) -> Usefulness:
    """Train on disjoint blocks of as many reviews of either side; test on other human reviews."""
    human, suspect = np.flatnonzero(~sides.suspect), np.flatnonzero(sides.suspect)
    test = human[: round(TESTED * len(human))]
    rest = human[len(test) :]
    size = min(len(rest), len(suspect)) // BLOCKS
    hits = np.array(
        [
            [
                _hits(sides, classifier, block, test)
                for block in rows[: size * BLOCKS].reshape(BLOCKS, size)
            ]
            for rows in (rest, suspect)
        ]
    )  # (2, BLOCKS, m)
    found = two_way(hits[0] - hits[1], rng)
    return Usefulness(float(hits[0].mean()), float(hits[1].mean()), *found, size, len(test))


def _hits(sides: Sides, classifier: Condition, block: Rows, test: Rows) -> Floats:
    model = train(classifier, sides.weighted[block], sides.labels[block], 0, None)
    guesses = positive_probability(model, sides.weighted[test]) > 0.5
    hits: Floats = (guesses == (sides.labels[test] == 1)).astype(np.float64)
    return hits
