"""Rows of a matrix by slice or number; a slice needs no copy."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse, vstack

from mc.types import Matrix, Rows


def take(X: Matrix, rows: slice | Rows) -> Matrix:
    """Rows of an array or csr matrix; a slice is a view of the same memory, as scipy has none."""
    if not isinstance(rows, slice) or not issparse(X):
        return X[rows]
    start, stop = X.indptr[rows.start], X.indptr[rows.stop]
    indptr = X.indptr[rows.start : rows.stop + 1]
    indptr = indptr - start if start else indptr
    shape = (rows.stop - rows.start, X.shape[1])
    return csr_matrix((X.data[start:stop], X.indices[start:stop], indptr), shape=shape, copy=False)


def with_copies(X: Matrix, rows: Rows) -> Matrix:
    """An array, a csr matrix or a frame, with some of its rows once more at the end."""
    if issparse(X):
        return vstack([X, X[rows]], "csr")
    if isinstance(X, pd.DataFrame):
        return pd.concat([X, X.iloc[rows]], ignore_index=True)
    return np.concatenate([X, X[rows]])


def as_slice(rows: Rows) -> slice | Rows:
    """Ascending rows as a slice, if they are consecutive."""
    whole = len(rows) > 0 and rows[-1] - rows[0] + 1 == len(rows)
    return slice(int(rows[0]), int(rows[-1]) + 1) if whole else rows


def mask(rows: slice | Rows, size: int) -> NDArray[np.bool_]:
    """Which of ``size`` rows are chosen, (size,)."""
    chosen = np.zeros(size, bool)
    chosen[rows] = True
    return chosen
