"""A vectoriser as a choice of columns of a matrix in which all candidate terms are counted once.

Gives the numbers of scikit-learn's CountVectorizer and TfidfTransformer fitted on the training
texts (a test compares them), for terms that are among the candidates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from mc.data.features import Representation, most_widespread

# Sequences of up to three words in at least five reviews, the 100,000 most widespread. On 123,670
# real reviews that leaves out those in fewer than 17: of 10,000 training rows, in about one.
CANDIDATES = Representation("counts", max_terms=100_000, longest=3)


@dataclass(frozen=True)
class Vectoriser:
    """A fitted vectoriser.

    Parameters
    ----------
    columns : (k,) int
        Columns of the candidates that it counts.
    tfidf : TfidfTransformer or None
        Fitted weights; None for plain counts.
    """

    columns: NDArray[np.int64]
    tfidf: TfidfTransformer | None

    @classmethod
    def fit(
        cls,
        X: csr_matrix,
        lengths: NDArray[np.int64],
        *,
        ngrams: str,
        min_df: int,
        wanted: Representation,
    ) -> "Vectoriser":
        """Choose columns by the training rows.

        Parameters
        ----------
        X : (m, d) csr
            Counts of all candidates in the training rows.
        lengths : (d,) int
            Words of each candidate.
        ngrams : str
            Shortest and longest sequence, as ``"1-2"``.
        min_df : int
            Training rows in which a term must occur; if none does, the most widespread remain.
        wanted : Representation
            Weighting and limit of terms of the backend.
        """
        shortest, longest = map(int, ngrams.split("-"))
        asked = np.flatnonzero((lengths >= shortest) & (lengths <= longest))
        rows = np.bincount(X.indices, minlength=X.shape[1])[asked]  # (a,) in which each occurs
        frequent = rows >= min(min_df, rows.max(initial=0))
        columns = asked[frequent]
        columns = columns[most_widespread(rows[frequent], wanted.max_terms)]
        if wanted.weighting == "counts":
            return cls(columns, None)
        return cls(columns, TfidfTransformer().fit(X[:, columns]))

    def transform(self, X: csr_matrix) -> csr_matrix:
        """Rows of candidates, (m, d), to rows of the chosen columns, (m, k)."""
        chosen = X[:, self.columns]
        return chosen if self.tfidf is None else self.tfidf.transform(chosen)
