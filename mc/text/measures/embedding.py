"""Texts as points of unit length, of whatever embedding."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mc.text.reviews import Reviews

if TYPE_CHECKING:
    from mc.text.embeddings import Embed

Points = NDArray[np.float64]  # (n, d), rows of length 1


def points(embed: "Embed", texts: Reviews) -> Points:
    """Embed texts, (n, d + 1), rows of length 1, so that products are cosines.

    The last number is 1 for a text that the embedding knows nothing of and 0 for all others: such
    texts are equal to each other and unlike all others, as in
    `mc.text.measures.diversity.mean_distance`.
    """
    found = np.asarray(embed(texts), np.float64)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    is_empty = lengths == 0
    return np.hstack([found / np.where(is_empty, 1.0, lengths), is_empty])


def spread(texts: Reviews, most: int) -> Reviews:
    """At most so many of the texts, evenly spread over their order."""
    if len(texts) <= most:
        return texts
    return texts.take(np.linspace(0, len(texts) - 1, most).astype(np.int64))
