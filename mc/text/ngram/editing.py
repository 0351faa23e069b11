"""Draws anew the words of texts that a model predicts too well, exactly."""

import numpy as np

from mc.text.ngram.mixture import Mixture
from mc.text.ngram.model import Model
from mc.text.reviews import Reviews
from mc.text.tokens import END
from mc.types import Labels


def edit(
    model: Model, reviews: Reviews, labels: Labels, threshold: float, rng: np.random.Generator
) -> tuple[Reviews, float]:
    """Draw words anew whose probability is at least a threshold.

    Each is drawn from the model's distribution after the words before it as they were, with words
    that the model has not read left out. Texts keep their lengths: ends are not edited, and a word
    stays where an end is drawn in its place.

    Parameters
    ----------
    model : Model
        Gives the probabilities.
    reviews : Reviews
        The texts.
    labels : (n,) int8
        Their classes.
    threshold : float in [0, 1]
        Least probability of a word that is drawn anew.
    rng : Generator
        Source of the draws, one for each word.

    Returns
    -------
    Reviews, float
        The texts, and the share of words that were drawn.
    """
    logs = np.delete(model.log_probability(reviews, labels), _ends(reviews))  # (N,) of words
    chosen, draws = np.exp(logs) >= threshold, rng.random(len(logs))
    tokens, mixture = reviews.tokens.copy(), Mixture(model, 1.0)
    order = np.argsort(-reviews.lengths, kind="stable")  # the longest texts first
    rows, lengths = model.start(labels[order]), reviews.lengths[order]
    for place in range(int(lengths.max(initial=0))):
        alive = int(np.searchsorted(-lengths, -place, "left"))  # texts that have a word here
        at, rows = reviews.starts[order[:alive]] + place, rows[:, :alive]
        own = np.flatnonzero(chosen[at])
        if len(own):
            words, _ = mixture(rows[:, own], draws[at[own]])
            tokens[at[own]] = np.where(words == END, tokens[at[own]], words)
        rows = model.follow(rows, reviews.tokens[at])
    return Reviews(tokens, reviews.starts), float(chosen.mean()) if len(chosen) else 0.0


def _ends(reviews: Reviews) -> np.typing.NDArray[np.int64]:
    """Places of the ends of texts among words and ends."""
    ends: np.typing.NDArray[np.int64] = reviews.starts[1:] + np.arange(len(reviews))
    return ends
