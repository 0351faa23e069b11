"""Which share of the suspect is synthetic, if a sample of rows known to be synthetic is given.

The suspect is modelled as a mixture, (1 - share) human + share synthetic. A classifier learns to
separate known synthetic from human rows, by words, style, and what the label says beyond the text.
With q the mean of its probabilities on rows that it has not seen,

    share = (q(suspect) - q(human)) / (q(known) - q(human)),

the probabilistic adjusted count (Forman 2008; Bella et al. 2010), right for any classifier that
tells the two apart at all; a better one has a narrower interval. It may fall outside [0, 1], by
chance or where the mixture is none. The share of highest likelihood (expectation maximisation,
Saerens et al. 2002) is reported as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import bootstrap
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from experiments.audit.sides import Part
from experiments.audit.style import style
from experiments.audit.two_sample import STYLE_C, log_odds
from mc.lineage.loop import Condition, train
from mc.lineage.probabilities import positive_probability
from mc.text.classifying import count_terms
from mc.text.reviews import Reviews
from mc.types import Labels, Rows

FOLDS = 3  # of human and known rows: to learn from, to combine, to be scored; each in turn
LEAST = 30  # known rows of each fold
RESAMPLES, BATCH = 499, 50
TINY = 1e-9  # separation that is none
STEPS, STILL = 1_000, 1e-7  # of expectation maximisation, of one share only (no library has it)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """The synthetic share of the suspect.

    Parameters
    ----------
    share, low, high : float
        Adjusted count, and its bootstrap interval over the rows of all three samples.
    likeliest : float
        By expectation maximisation, in [0, 1].
    separation : float
        q(known) - q(human): 0 where the classifier knows nothing, 1 where it knows all.
    """

    share: float
    low: float
    high: float
    likeliest: float
    separation: float


@dataclass(frozen=True, eq=False)
class _Rows:
    """All rows: words, labels, and what they are (0 human, 1 suspect, 2 known)."""

    reviews: Reviews
    X: csr_matrix
    labels: Labels
    kinds: NDArray[np.int64]
    width: int


def estimate(
    human: Part,
    suspect: Part,
    known: Part,
    *,
    terms: NDArray[np.int64],
    width: int,
    classifier: Condition,
    confidence: float,
    rng: np.random.Generator,
) -> Share:
    """Estimate the share; each of the three samples is a `Part`.

    Parameters
    ----------
    known : Part
        At least ``FOLDS * LEAST`` rows.
    confidence : float
        Of the interval.
    """
    parts = [human, suspect, known]
    reviews = Reviews.join([part.reviews for part in parts])
    rows = _Rows(
        reviews,
        TfidfTransformer().fit_transform(count_terms(reviews, terms, width)),
        np.concatenate([part.labels for part in parts]),
        np.repeat(np.arange(3), [len(part) for part in parts]),
        width,
    )
    fold = rng.permutation(len(rows.kinds)) % FOLDS
    learned, scores = rows.kinds != 1, np.zeros(len(fold))  # nothing is learned from the suspect
    for turn in range(FOLDS):
        base, combine, score = (fold == (turn + ahead) % FOLDS for ahead in range(FOLDS))
        places = np.flatnonzero(score)
        lessons = (np.flatnonzero(own & learned) for own in (base, combine))
        scores[places] = _scores(rows, next(lessons), next(lessons), places, classifier)
    human_, suspect_, known_ = (scores[rows.kinds == kind] for kind in range(3))
    return _adjusted(human_, suspect_, known_, confidence, rng)


def _scores(rows: _Rows, base: Rows, combine: Rows, score: Rows, classifier: Condition) -> Floats:
    """Probability of being synthetic of the rows to be scored, with both kinds equally likely."""
    human, known = base[rows.kinds[base] == 0], base[rows.kinds[base] == 2]
    sought = (rows.kinds == 2).astype(np.int8)
    models = [
        train(classifier, rows.X[own], y[own], 0, None)
        for own, y in ((base, sought), (human, rows.labels), (known, rows.labels))
    ]
    read = [rows.reviews.take(own) for own in (human, known)]

    def features(own: Rows) -> Floats:
        looks, by_human, by_known = (
            log_odds(positive_probability(model, rows.X[own])) for model in models
        )
        beyond = rows.labels[own] - 1 / (1 + np.exp(-by_human))
        columns = [looks, beyond, beyond * by_human, beyond * (by_known - by_human)]
        return np.column_stack([*columns, style(rows.reviews.take(own), read, rows.width)])

    model = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(2, include_bias=False),
        StandardScaler(),
        LogisticRegression(C=STYLE_C, solver="newton-cholesky", class_weight="balanced"),
    )
    model.fit(features(combine), sought[combine])
    scores: Floats = model.predict_proba(features(score))[:, 1]
    return scores


def _adjusted(
    human: Floats, suspect: Floats, known: Floats, confidence: float, rng: np.random.Generator
) -> Share:
    def count(human: Floats, suspect: Floats, known: Floats, axis: int = -1) -> Floats:
        ends = human.mean(axis), known.mean(axis)
        gap = ends[1] - ends[0]
        shares: Floats = (suspect.mean(axis) - ends[0]) / np.where(np.abs(gap) < TINY, TINY, gap)
        return shares

    samples = (human, suspect, known)
    bounds = bootstrap(
        samples,
        count,
        n_resamples=RESAMPLES,
        batch=BATCH,
        method="percentile",
        confidence_level=confidence,
        rng=rng,
    ).confidence_interval
    separation = float(known.mean() - human.mean())
    return Share(
        float(count(*samples)),
        float(bounds.low),
        float(bounds.high),
        _likeliest(suspect),
        separation,
    )


def _likeliest(probability: Floats) -> float:
    """Share of highest likelihood, from probabilities at equal shares."""
    kept = np.clip(probability, 1e-6, 1 - 1e-6)
    odds, share = kept / (1 - kept), 0.5
    for _ in range(STEPS):
        after = float((share * odds / (share * odds + 1 - share)).mean())
        if abs(after - share) < STILL:
            break
        share = after
    return share
