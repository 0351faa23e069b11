"""A classifier of texts as word numbers; each generation learns its vocabulary and weights anew.

So words that never occur in a generation's training texts are unknown to its classifier.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mc.data.vectoriser import Vectoriser
from mc.lineage import backends
from mc.lineage.loop import Condition, train
from mc.lineage.probabilities import positive_probability
from mc.text.reviews import Reviews
from mc.types import Labels, Probabilities, Rows


def count_terms(reviews: Reviews, terms: Rows, width: int) -> csr_matrix:
    """Count each term in each text, (n, d) csr, float32.

    Parameters
    ----------
    reviews : Reviews
        The texts.
    terms : (d,) int
        Numbers of the words to count.
    width : int
        Size of the vocabulary.
    """
    columns = np.full(width, -1, np.int32)
    columns[terms] = np.arange(len(terms))
    columns_of_words = columns[reviews.tokens]  # (N,) -1: not a term
    kept = columns_of_words >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[reviews.starts]
    ones = np.ones(ends[-1], np.float32)
    X = csr_matrix((ones, columns_of_words[kept], ends), shape=(len(reviews), len(terms)))
    X.sum_duplicates()
    return X


def learn_and_predict(
    condition: Condition,
    X: csr_matrix,
    y: Labels,
    X_test: csr_matrix,
    seed: int,
    *,
    weights: NDArray[np.float64] | None = None,
) -> Probabilities:
    """Train the condition's backend on counts of terms, and predict other rows.

    Parameters
    ----------
    weights : (n,) float64, optional
        Of the rows of ``X``; None: all equal.

    Returns
    -------
    (m,) float64
        Probability of the positive class of each row of ``X_test``.
    """
    wanted = backends.find(condition.backend).representation
    lengths = np.ones(X.shape[1], np.int64)
    vectoriser = Vectoriser.fit(X, lengths, ngrams="1-1", min_df=1, wanted=wanted)
    classifier = train(condition, vectoriser.transform(X), y, seed, None, weights=weights)
    return positive_probability(classifier, vectoriser.transform(X_test))
