"""Finds likely texts of a model by beam search."""

import numpy as np
from numpy.typing import NDArray

from mc.text.ngram.likeliest import Likeliest
from mc.text.ngram.model import Model
from mc.text.reviews import Reviews
from mc.text.tokens import END
from mc.types import Labels

NONE = -1  # stands for a word after the end of a text


def search(
    model: Model, labels: Labels, beginnings: NDArray[np.int32], beams: int, most: int
) -> Reviews:
    """Texts of the highest mean log probability among those that a beam search finds.

    Parameters
    ----------
    model : Model
        Gives the probabilities; words that it has not read are never written.
    labels : (m,) int8
        Class of each text.
    beginnings : (p, m) int32
        First words of each text; not in the result.
    beams : int
        Texts that are kept of each while it is written.
    most : int
        Maximum words of a text.
    """
    likeliest, many = Likeliest(model, 1.0, beams), len(labels)
    rows = model.start(labels)
    for words in beginnings:
        rows = model.follow(rows, words)
    rows = np.repeat(rows, beams, axis=1)  # (order, m * beams)
    scores = np.where(np.arange(beams) == 0, 0.0, -np.inf) * np.ones((many, 1))  # (m, beams)
    texts = np.empty((many * beams, 0), np.int32)
    has_ended = np.zeros(many * beams, bool)
    while not has_ended.all() and texts.shape[1] <= most:
        words, gains = (
            np.full((len(rows[0]), beams), NONE, np.int32),
            np.full((len(rows[0]), beams), -np.inf),
        )
        gains[has_ended, 0] = 0.0  # a complete text stays as it is
        longest = (rows >= 0).sum(axis=0) - 1
        for place in np.unique(longest[~has_ended]):
            alive = np.flatnonzero(~has_ended & (longest == place))
            words[alive], chances = likeliest.best(place, rows[place, alive], beams)
            with np.errstate(divide="ignore"):
                gains[alive] = np.log(chances)
        totals = (scores.ravel()[:, None] + gains).reshape(many, -1)  # (m, beams * beams)
        best = np.argsort(-totals, axis=1, kind="stable")[:, :beams]
        scores = np.take_along_axis(totals, best, axis=1)
        origins = (best // beams + beams * np.arange(many)[:, None]).ravel()
        chosen = words[origins, (best % beams).ravel()]
        texts = np.column_stack([texts[origins], chosen])
        has_ended = has_ended[origins] | (chosen == END)
        rows = model.follow(rows[:, origins], np.where(has_ended, END, chosen))
    written = np.where(texts == END, NONE, texts)[:, :most]
    lengths = (written != NONE).sum(axis=1)
    means = scores / (lengths + 1).reshape(many, beams)
    chosen = beams * np.arange(many) + means.argmax(axis=1)
    kept = written[chosen]
    return Reviews.of_lengths(kept[kept != NONE].astype(np.int32), lengths[chosen])
