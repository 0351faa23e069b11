"""A vectoriser as a choice of columns of a matrix in which all candidate terms are counted once.

Gives the numbers of scikit-learn's CountVectorizer and TfidfTransformer fitted on the training
texts (a test compares them), for terms that are among the candidates. No text is read again.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from mc.data.features import Candidates, most_widespread
from mc.types import Array

# Sequences of up to three words in at least five reviews, the 100,000 most widespread. On 123,670
# real reviews that leaves out those in fewer than 17: of 10,000 training rows, in about one.
CANDIDATES = Candidates(longest=3, max_terms=100_000)


RAW = "raw"  # texts, or columns of a table, as they are
TEXT_WEIGHTINGS = ("tfidf", "counts", "embedding")
DIMENSIONS = 100  # of an embedding


@dataclass(frozen=True)
class Representation:
    """The features that a backend is trained on.

    Parameters
    ----------
    weighting : {"tfidf", "counts", "embedding", "raw"}
        Tf-idf with unit rows (scikit-learn's smoothed idf), plain counts, tf-idf reduced to
        `DIMENSIONS` numbers, or the texts as they are.
    max_terms : int
        Keep so many terms, those that occur in the most training texts; 0 keeps all.
    keep_places : bool
        Whether all candidates have a column, in which unknown terms weigh nothing, so that a column
        means the same in every generation. For linear models, which give such a column no
        coefficient, and can then start from the classifier before.
    """

    weighting: str = "tfidf"
    max_terms: int = 0
    keep_places: bool = False


@dataclass(frozen=True, eq=False)
class Vectoriser:
    """A fitted vectoriser.

    Parameters
    ----------
    columns : (k,) int or None
        Columns of the candidates that it keeps; None for all.
    idf : (k,) float32 or None
        Weights, 0 of a term that it does not know; None for plain counts.
    """

    columns: NDArray[np.int64] | None
    idf: NDArray[np.float32] | None

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
        chosen = cls.known(
            holders(X)[asked], X.shape[0], min_df, replace(wanted, keep_places=False)
        )
        return cls(asked[chosen.columns], chosen.idf)

    @classmethod
    def known(
        cls, reviews: NDArray[np.int64], n: int, min_df: int, wanted: Representation
    ) -> "Vectoriser":
        """Choose columns by how many of the training texts hold each candidate.

        Parameters
        ----------
        reviews : (d,) int
            Training texts that hold each candidate.
        n : int
            Training texts.
        min_df : int
            Training texts in which a term must occur; if none does, the most widespread remain.
        wanted : Representation
            What the backend wants.
        """
        known = reviews >= min(min_df, reviews.max(initial=0))
        if wanted.keep_places:
            return cls(None, np.where(known, smoothed_idf(reviews, n), np.float32(0)))
        columns = np.flatnonzero(known)
        columns = columns[most_widespread(reviews[columns], wanted.max_terms)]
        is_weighted = wanted.weighting != "counts"
        return cls(columns, smoothed_idf(reviews[columns], n) if is_weighted else None)

    def transform(self, X: csr_matrix) -> csr_matrix:
        """Rows of counts of all candidates, (m, d), to rows as a model sees them, (m, k)."""
        chosen = X if self.columns is None else X[:, self.columns]
        if self.idf is None or not chosen.shape[0]:
            return chosen
        weighted = chosen.data * self.idf[chosen.indices]
        rows = csr_matrix((weighted, chosen.indices, chosen.indptr), shape=chosen.shape, copy=False)
        return normalize(rows, copy=False)  # to unit length

    def steps(self, terms: NDArray[np.str_]) -> list[tuple[str, BaseEstimator]]:
        """Fitted scikit-learn steps that turn raw texts into what `transform` gives.

        The vocabulary is one array rather than a dictionary, so that a model is quick to write.

        Parameters
        ----------
        terms : (d,) str
            The candidates, which are single words.
        """
        kept = terms if self.columns is None else terms[self.columns]
        counts = CountVectorizer(vocabulary=kept, dtype=np.float32)
        if self.idf is None:
            return [("counts", counts)]
        tfidf = TfidfTransformer()
        tfidf.idf_ = self.idf
        return [("counts", counts), ("tfidf", tfidf)]


@dataclass(frozen=True, eq=False)
class Embedding:
    """Latent semantic analysis: tf-idf reduced to `DIMENSIONS` numbers (Deerwester et al. 1990).

    Parameters
    ----------
    vectoriser : Vectoriser
        Gives the tf-idf.
    svd : TruncatedSVD
        Fitted.
    """

    vectoriser: Vectoriser
    svd: TruncatedSVD

    @classmethod
    def fit(cls, vectoriser: Vectoriser, X: csr_matrix) -> "Embedding":
        """Reduce what a vectoriser gives of rows of counts, (m, d)."""
        rows = vectoriser.transform(X)
        dimensions = max(min(DIMENSIONS, rows.shape[1] - 1, rows.shape[0] - 1), 1)
        return cls(vectoriser, TruncatedSVD(dimensions, random_state=0).fit(rows))

    def transform(self, X: csr_matrix) -> Array:
        """Rows of counts, (m, d), to (m, `DIMENSIONS`) float."""
        rows = self.vectoriser.transform(X)
        return self.svd.transform(rows) if rows.shape[0] else np.empty((0, self.svd.n_components))

    def steps(self, terms: NDArray[np.str_]) -> list[tuple[str, BaseEstimator]]:
        """Fitted scikit-learn steps that do the same to raw texts."""
        return [*self.vectoriser.steps(terms), ("embedding", self.svd)]


def holders(X: csr_matrix) -> NDArray[np.int64]:
    """Rows in which each column is not zero, (d,); the matrix stores no zeros."""
    return np.bincount(X.indices, minlength=X.shape[1])


def smoothed_idf(reviews: NDArray[np.int64], n: int) -> NDArray[np.float32]:
    """Idf weights of scikit-learn's TfidfTransformer, log((1 + n) / (1 + df)) + 1.

    Parameters
    ----------
    reviews : (d,) int64
        Document frequencies, df.
    """
    share = np.float32(1 + n) / (1 + reviews.astype(np.float32))  # float32, as scikit-learn's
    weights: NDArray[np.float32] = np.log(share) + np.float32(1)
    return weights
