"""Differences between the sides that the page shows: words, traits of style, scores."""

import numpy as np
from numpy.typing import NDArray

from experiments.audit.evidence import Evidence
from experiments.audit.sides import Sides
from experiments.audit.style import FEATURES
from experiments.audit.two_sample import Scored

SHOWN = 12  # words that gain, and words that lose
LEAST = 20  # reviews of both sides together that must hold a word
PRIOR = 0.5  # added to counts


def word_differences(sides: Sides, evidence: Evidence) -> dict[str, NDArray[np.generic]]:
    """Words that are in many more or many fewer reviews of the suspect, by standard score.

    Returns
    -------
    mapping
        ``word``, ``human_share`` and ``suspect_share`` (of reviews that hold it), ``score`` (of
        the difference of two proportions); those that lose most first.
    """
    rows = np.repeat(np.arange(len(sides.labels)), np.diff(sides.counts.indptr))
    held = sides.suspect[rows]
    many = len(sides.terms)
    counts = [np.bincount(sides.counts.indices[held == side], minlength=many) for side in (0, 1)]
    totals = [int((sides.suspect == side).sum()) for side in (0, 1)]
    shares = [(n + PRIOR) / (total + 2 * PRIOR) for n, total in zip(counts, totals, strict=True)]
    pooled = (counts[0] + counts[1] + PRIOR) / (sum(totals) + 2 * PRIOR)
    score = (shares[1] - shares[0]) / np.sqrt(
        pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1])
    )
    eligible = np.flatnonzero(counts[0] + counts[1] >= LEAST)
    order = eligible[np.argsort(score[eligible], kind="stable")]
    few = min(SHOWN, len(order) // 2)
    chosen = np.concatenate([order[:few], order[len(order) - few :]])
    return {
        "word": evidence.words[sides.terms[chosen]],
        "word_human": shares[0][chosen],
        "word_suspect": shares[1][chosen],
        "word_score": score[chosen],
    }


def style_differences(
    sides: Sides, scored: Scored, features: NDArray[np.float64]
) -> dict[str, NDArray[np.generic]]:
    """Of each trait of style: means of both sides' difference, in standard deviations."""
    suspect = sides.suspect[scored.rows]
    spread = features.std(axis=0)
    gap = features[suspect].mean(axis=0) - features[~suspect].mean(axis=0)
    return {
        "trait": np.array(FEATURES),
        "trait_gap": gap / np.where(spread > 0, spread, 1.0),
        "trait_error": np.full(len(FEATURES), np.sqrt(1 / suspect.sum() + 1 / (~suspect).sum())),
    }


def score_differences(sides: Sides, scored: Scored, name: str) -> dict[str, NDArray[np.generic]]:
    """Histograms of held-out scores of either side, as shares."""
    edges = np.quantile(scored.scores, np.linspace(0.002, 0.998, 41))
    edges = np.linspace(edges[0], edges[-1], 41)
    held = np.clip(scored.scores, edges[0], edges[-1])
    suspect = sides.suspect[scored.rows]
    counts = [np.histogram(held[suspect == side], edges)[0] for side in (False, True)]
    shares = np.array([count / count.sum() for count in counts])
    return {f"{name}_edges": edges, f"{name}_shares": shares}
