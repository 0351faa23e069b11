"""Whether labels were given by another rule than people's, of texts that may well be human.

A classifier learned from human labels says how probable a positive label is, p(x). Of a row of
either side the residual y - p(x) is what its label says beyond its text. If both sides label alike
residuals are exchangeable, whatever they are weighted by that depends on the text alone:

- *rule*: by the difference of the log-odds that classifiers of both sides' labels give. Larger on
  the suspect's side where its labels follow another rule; it is the score test of the direction in
  which the two seem to differ.
- *fit*: by the log-odds of p(x) itself. Larger where labels follow the text too closely, as those
  of a machine do which learned the same rule; smaller where they follow it too little, as those of
  a machine do which knows the rule badly. It is the score test of the slope of a calibration curve.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.audit.permuting import Floats, Tail, Test, compare
from experiments.audit.sides import Sides
from experiments.audit.two_sample import Scored, by_words, fit_labels
from mc.lineage.loop import Condition

BANDS = 5  # of how much a text looks like the suspect's: sides are permuted within
TAILS: dict[str, Tail] = {"label_rule": "larger", "label_fit": "two-sided"}
STEEPEST = 4.0  # log-odds of weights at most, lest a few rows decide


def tests(
    sides: Sides,
    classifier: Condition,
    rng: np.random.Generator,
    permutations: int,
) -> dict[str, Test]:
    """Test residuals of labels, of sides with the same class shares.

    Sides are permuted within part, class and band of looks.
    """
    words = by_words(sides, classifier)
    weights: dict[str, list[Floats]] = {"label_rule": [], "label_fit": []}
    residuals = []
    for _, start, stop in sides.steps():
        before, new = np.arange(start), slice(start, stop)
        human, suspect = (
            fit_labels(classifier, sides, before[sides.suspect[:start] == side], sides.labels, new)
            for side in (False, True)
        )
        residuals.append(sides.labels[new] - 1 / (1 + np.exp(-human)))
        weights["label_rule"].append(np.clip(suspect - human, -STEEPEST, STEEPEST))
        weights["label_fit"].append(np.clip(human, -STEEPEST, STEEPEST))
    left, seen = np.concatenate(residuals), sides.suspect[words.rows]
    strata = (BANDS * words.parts + _bands(words)) * 2 + sides.labels[words.rows]
    return {
        name: compare(
            left * np.concatenate(own),
            seen,
            strata,
            tail=TAILS[name],
            rng=rng,
            permutations=permutations,
        )
        for name, own in weights.items()
    }


def _bands(words: Scored) -> NDArray[np.int64]:
    """Bands of scores of equal size within each part, (m,)."""
    bands = np.zeros(len(words.scores), np.int64)
    for part in np.unique(words.parts):
        own = words.parts == part
        inner = np.quantile(words.scores[own], np.linspace(0, 1, BANDS + 1)[1:-1])
        bands[own] = np.searchsorted(inner, words.scores[own])
    return bands
