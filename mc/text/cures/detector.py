"""Detector: texts are drawn by the probability that people wrote them.

Drayson et al. (2025, "Machine-generated text detection prevents language model collapse"), who
finetune a language model as the detector. Here it is a logistic regression on words and pairs of
words. It knows the human texts of generation 0 and what the generator of generation 0 writes, and
is not told which of the texts that are read are written.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline

from mc.text.reading import Apply, Floats, Origin, Reading
from mc.text.reviews import Reviews, Sequences
from mc.types import Labels, Rows

BITS = 15  # of the numbers of columns, words and pairs each
FOLDS = 2
STRENGTHS = (0.1, 1.0, 10.0)  # C of the regression, of which the best by log loss is kept
STEPS = 100  # of the solver at most
LEAST = 1e-6  # weight of a text, so that no class loses all


def prepare(origin: Origin) -> Apply:
    """Train the detector, then draw texts with its probabilities as weights.

    With equal numbers of human and written texts in training, the probability is the importance
    weight that leads from such a mixture to human text, up to a factor.
    """
    detector = Detector.fit(origin)

    def apply(reading: Reading) -> Reading:
        return reading.resampled(np.maximum(detector(reading.texts, reading.rows), LEAST))

    return apply


@dataclass(frozen=True, eq=False)
class Detector:
    """Classifiers of human and written texts, one without each fold of generation 0's texts.

    Parameters
    ----------
    folds : (n,) int
        Fold of each human text of generation 0.
    models : tuple
        Pipelines, one for each fold: trained on the other folds.
    """

    folds: Rows
    models: tuple[Pipeline, ...]

    @classmethod
    def fit(cls, origin: Origin) -> "Detector":
        """Train on generation 0's human texts, and as many that its generator writes."""
        rng, many = origin.rng("detector"), len(origin.texts)
        written = origin.compose(origin.generator, rng)
        X = _features(Reviews.join([origin.texts, written]))
        y = np.repeat([1, 0], [many, len(written)])
        folds = rng.permutation(many) % FOLDS
        of_rows = np.concatenate([folds, rng.permutation(len(written)) % FOLDS])
        fitted = [_fitted(X, y, of_rows, strength) for strength in STRENGTHS]
        return cls(folds, min(fitted, key=lambda each: each[0])[1])

    def __call__(self, texts: Reviews, rows: Rows) -> Floats:
        """Probability that people wrote each text, (n,).

        A human text of generation 0 is judged by a model that has not seen it (cross-fitting), any
        other by the mean of all.

        Parameters
        ----------
        rows : (n,) int
            Places in the order of collection, generation 0's first.
        """
        X = _features(texts)
        judged = np.array([model.predict_proba(X)[:, 1] for model in self.models])  # (FOLDS, n)
        found: Floats = judged.mean(axis=0)
        known = np.flatnonzero(rows < len(self.folds))
        found[known] = judged[self.folds[rows[known]], known]
        return found


def _fitted(
    X: csr_matrix, y: Labels, folds: Rows, strength: float
) -> tuple[float, tuple[Pipeline, ...]]:
    """A model without each fold, and their log loss on the texts that they have not seen."""
    models, judged = [], np.empty(len(y))
    for fold in range(FOLDS):
        model = make_pipeline(
            TfidfTransformer(sublinear_tf=True),
            LogisticRegression(C=strength, solver="newton-cg", max_iter=STEPS),
        )
        models.append(model.fit(X[folds != fold], y[folds != fold]))
        judged[folds == fold] = model.predict_proba(X[folds == fold])[:, 1]
    return float(log_loss(y, judged)), tuple(models)


def _features(texts: Reviews) -> csr_matrix:
    """Counts of words and of pairs of words, by their hashes, (n, 2 * 2**BITS) csr."""
    parts = [_counts(*texts.sequences(length), len(texts)) for length in (1, 2)]
    return csr_matrix(hstack(parts))


def _counts(hashes: Sequences, rows: Rows, many: int) -> csr_matrix:
    columns = (hashes >> np.uint64(64 - BITS)).astype(np.int64)
    ones = np.ones(len(columns))
    return csr_matrix((ones, (rows, columns)), shape=(many, 2**BITS))
