"""Compares the distribution of words with the true one, by their counts."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import entropy

from mc.text.ngram.model import Counts, Floats
from mc.text.tokens import SPECIAL, START

PSEUDO_COUNT = 0.5  # added to each word of the vocabulary, on both sides of a divergence
DECILES = 10


def entropy_bits(counts: Counts) -> float:
    """Entropy of the unsmoothed distribution of words, in bits."""
    return float(entropy(counts, base=2))


def divergence_bits(counts: Counts, others: Counts) -> float:
    """Kullback-Leibler divergence from one distribution of words to another, in bits.

    Both sides get `PSEUDO_COUNT` for each word of the vocabulary: a word that only one of them
    uses would make the divergence infinite.
    """
    smoothed = [np.delete(words, START) + PSEUDO_COUNT for words in (counts, others)]
    return float(entropy(*smoothed, base=2))


def jensen_shannon_bits(counts: Counts, others: Counts) -> float:
    """Jensen-Shannon divergence in bits, from 0 to 1; needs no smoothing."""
    p, q = counts / counts.sum(), others / others.sum()
    middle = (p + q) / 2
    return float((entropy(p, middle, base=2) + entropy(q, middle, base=2)) / 2)


def lost_mass(truth: Counts, known: NDArray[np.bool_]) -> float:
    """Share of true text that consists of unknown words."""
    return float(truth[~known].sum() / truth.sum())


def lost_by_decile(truth: Counts, known: NDArray[np.bool_]) -> Floats:
    """`lost_mass` within each tenth of the vocabulary, the most frequent words first, (10,)."""
    words = np.arange(len(SPECIAL), len(truth))
    ranked = words[np.argsort(-truth[words], kind="stable")]
    parts = np.array_split(ranked, DECILES)
    lost = [truth[part][~known[part]].sum() / max(truth[part].sum(), 1) for part in parts]
    return np.array(lost)
