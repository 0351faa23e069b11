"""Latent semantic analysis: tf-idf weights of words, reduced by a singular value decomposition.

Deerwester et al. (1990, "Indexing by latent semantic analysis"). It knows which words texts share
and which words occur together, and not their order.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from mc.text.classifying import count_terms
from mc.text.reviews import Reviews
from mc.types import Rows

if TYPE_CHECKING:
    from mc.text.embeddings import Embed

DIMENSIONS = 100


def fit(texts: Reviews, terms: Rows, words: NDArray[np.str_]) -> "Embed":
    """Fit weights and directions; `DIMENSIONS` of them, fewer where there are few texts."""
    X = count_terms(texts, terms, len(words))
    idf = TfidfTransformer(sublinear_tf=True).fit(X)
    svd = TruncatedSVD(min(DIMENSIONS, *X.shape), random_state=0).fit(idf.transform(X))

    def embed(reviews: Reviews) -> NDArray[np.floating]:
        counts = count_terms(reviews, terms, len(words))
        points: NDArray[np.floating] = svd.transform(idf.transform(counts))
        return points

    return embed
