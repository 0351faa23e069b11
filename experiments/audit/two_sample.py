"""Classifier two-sample tests: can a classifier tell the sides apart in rows that it never saw?

Lopez-Paz & Oquab (2017, "Revisiting classifier two-sample tests"), with the area under the ROC
curve in place of the accuracy. One classifier looks at words, another at how texts are written.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from experiments.audit.permuting import Floats, Test, compare, ranks
from experiments.audit.sides import Sides
from experiments.audit.style import style
from mc.lineage.loop import Condition, train
from mc.lineage.probabilities import positive_probability
from mc.types import Labels, Rows

STYLE_C = 0.1  # a dozen features, their squares and products: little needs to be held back


@dataclass(frozen=True, eq=False)
class Scored:
    """Held-out scores.

    Parameters
    ----------
    rows : (m,) int
        Rows of the sides that were scored.
    scores : (m,) float
        Larger where a row looks like the suspect's.
    parts : (m,) int
        The part that each belongs to; its classifier saw only those before.
    """

    rows: Rows
    scores: Floats
    parts: NDArray[np.int64]

    def test(self, sides: Sides, rng: np.random.Generator, permutations: int) -> Test:
        """Area under the ROC curve less one half; sides are permuted within part."""
        values, suspect = ranks(self.scores, self.parts), sides.suspect[self.rows]
        return compare(
            values, suspect, self.parts, tail="larger", rng=rng, permutations=permutations
        )


def by_words(sides: Sides, classifier: Condition) -> Scored:
    """Score rows by the words that they contain."""
    X, sought = sides.weighted, sides.suspect.astype(np.int8)
    scores = [
        log_odds(positive_probability(train(classifier, X[:start], sought[:start], 0, None), new))
        for _, start, stop in sides.steps()
        for new in [X[start:stop]]
    ]
    return _scored(sides, scores, 0)


def by_style(sides: Sides) -> tuple[Scored, Floats]:
    """Score rows by how they are written; their features, too, those of the rows scored."""
    first = sides.ends[0]
    own = np.arange(first)
    read = [sides.reviews.take(own[sides.suspect[:first] == side]) for side in (False, True)]
    features = style(sides.reviews.take(slice(first, len(sides.labels))), read, sides.width)
    scores = []
    for _, start, stop in sides.steps(after=1):
        model = make_pipeline(
            StandardScaler(),
            PolynomialFeatures(2, include_bias=False),
            StandardScaler(),
            LogisticRegression(C=STYLE_C, solver="newton-cholesky"),
        )
        model.fit(features[: start - first], sides.suspect[first:start])
        scores.append(model.decision_function(features[start - first : stop - first]))
    return _scored(sides, scores, 1), features[sides.ends[1] - first :]


def log_odds(probability: Floats) -> Floats:
    """Logarithm of the odds, of probabilities kept off 0 and 1."""
    kept = np.clip(probability, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def fit_labels(
    classifier: Condition, sides: Sides, rows: Rows, labels: Labels, new: slice
) -> Floats:
    """Log-odds of a positive label, learned from some rows, for others."""
    model = train(classifier, sides.weighted[rows], labels[rows], 0, None)
    return log_odds(positive_probability(model, sides.weighted[new]))


def _scored(sides: Sides, scores: list[Floats], after: int) -> Scored:
    rows = np.arange(sides.ends[after], len(sides.labels))
    parts = np.repeat(np.arange(len(scores)), [len(each) for each in scores])
    return Scored(rows, np.concatenate(scores), parts)
