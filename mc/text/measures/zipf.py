"""The exponent of Zipf's law: how steeply the frequency of words falls with their rank."""

import numpy as np
from scipy.optimize import brentq

from mc.text.ngram.model import Counts
from mc.text.tokens import SPECIAL

RANKS = 1_000  # the most frequent words: beyond, frequencies depend on how much text is counted
STEEPEST = 10.0


def zipf_exponent(counts: Counts) -> float:
    """Exponent s of the shares ``r**-s`` of the words of rank r, the `RANKS` most frequent ones.

    Maximum likelihood (as in Clauset, Shalizi & Newman 2009, "Power-law distributions in empirical
    data", with an upper end): the s at which the mean logarithm of the rank is that of the words.

    Parameters
    ----------
    counts : (W,) int
        How often each word of the vocabulary occurs; `mc.text.tokens.SPECIAL` do not count.

    Returns
    -------
    float
        From 0, all are equally frequent, to `STEEPEST`, which stands for one word alone, too.
    """
    frequencies = np.sort(counts[len(SPECIAL) :])[::-1][:RANKS]
    frequencies = frequencies[frequencies > 0]
    if len(frequencies) < 2:
        return STEEPEST
    logs = np.log(np.arange(1, len(frequencies) + 1))
    observed = float(np.average(logs, weights=frequencies))

    def excess(s: float) -> float:
        return float(np.average(logs, weights=np.exp(-s * logs))) - observed

    if excess(0.0) <= 0:  # equally frequent, but for rounding
        return 0.0
    return STEEPEST if excess(STEEPEST) >= 0 else float(brentq(excess, 0.0, STEEPEST))
