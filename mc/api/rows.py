"""What users have, X and y, as rows that the loop takes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, issparse, vstack

from mc.data.classes import name_of, numbered
from mc.data.features import counted
from mc.data.raw_texts import RawTexts
from mc.data.table import TABLE, Numbers, Table, with_none
from mc.data.table_files import as_column
from mc.data.texts import Texts
from mc.data.vectoriser import RAW
from mc.errors import ParameterError
from mc.lineage.view import check_representation
from mc.types import About, Array, Corpus, Labels, Matrix, PreparedRows

FIXED = "fixed_test_rows"
REMEDY = "y holds the class of each row"


def rows_of(
    X: Matrix,
    y: Array | Sequence[object],
    *,
    X_test: Matrix = None,
    y_test: Array | Sequence[object] | None = None,
    representation: str = "auto",
    name: str = "X",
) -> PreparedRows:
    """Rows and labels, with a fixed test set where there is one.

    Parameters
    ----------
    X : (n, d) array, sparse matrix or DataFrame; or n texts
        Rows.
    y : (n,)
        Classes: numbers or words.
    X_test, y_test : like X and y, optional
        The held-out rows of all replicates.
    representation : str
        See `mc.lineage.view`.
    name : str
        Of the data.

    Returns
    -------
    Features, RawTexts, Table or Numbers
        With ``fixed_test_rows`` in its ``about`` where there is a fixed test set.

    Raises
    ------
    ParameterError, DataError
        When they do not belong together, labels are missing or unusable, or the representation is
        not one of such rows.
    """
    if (X_test is None) != (y_test is None):
        lacking = "y_test" if y_test is None else "X_test"
        raise ParameterError(f"{lacking} is missing: X_test and y_test belong together")
    rows, labels = _rows(X, "X"), _labels(y, "y")
    _check_lengths(rows, labels, "X", "y")
    about: dict[str, object] = {"name": name}
    if y_test is not None:
        more, test_labels = _rows(X_test, "X_test"), _labels(y_test, "y_test")
        _check_lengths(more, test_labels, "X_test", "y_test")
        _check_classes(labels, test_labels)
        about[FIXED] = len(test_labels)
        rows, labels = _joined(rows, more), pd.concat([labels, test_labels], ignore_index=True)
    codes, distinct = pd.factorize(labels)
    known = {word: code for code, word in enumerate(distinct)}
    places, classes = numbered(known, codes, "y", REMEDY)
    about |= {"counts": {"used": len(places)}, "classes": list(classes)}
    return _prepared(rows, places, about, representation)


def in_words(rows: PreparedRows) -> str:
    """The data as figures name it: ``X (569 rows of 2 classes)``."""
    return f"{rows.about['name']} ({len(rows.labels):,} rows of {len(rows.classes)} classes)"


def _rows(X: Matrix, name: str) -> Matrix:
    """Rows as csr, array of numbers, frame, or Series of texts."""
    if issparse(X):
        return csr_matrix(X)
    if isinstance(X, pd.DataFrame):
        return X.reset_index(drop=True)
    values = X.to_numpy() if isinstance(X, pd.Series) else np.asarray(X)
    if values.ndim == 1 and len(values) and all(isinstance(value, str) for value in values):
        return pd.Series(values, dtype=object)
    if values.ndim != 2:
        raise ParameterError(
            f"{name} has shape {values.shape}; give rows and columns of numbers, a DataFrame, or a "
            "list of texts"
        )
    return values if values.dtype.kind in "biuf" else pd.DataFrame(values).infer_objects()


def _labels(y: Array | Sequence[object], name: str) -> "pd.Series[str]":
    """Names of the classes of all rows.

    Raises
    ------
    ParameterError
        When there is more than one column, or labels are missing.
    """
    values = y if isinstance(y, pd.Series | list) else np.asarray(y)
    if isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise ParameterError(f"{name} has shape {values.shape}; give one class for each row")
    column = pd.Series(values).reset_index(drop=True)
    if not column.map(pd.api.types.is_scalar).all():
        raise ParameterError(f"{name} holds lists or objects; give one class for each row")
    codes, distinct = pd.factorize(column)
    names = np.array([*map(name_of, distinct), ""], object)[codes]  # code -1 is missing
    missing = np.flatnonzero(names == "")
    if len(missing):
        raise ParameterError(
            f"{name} lacks {len(missing)} of {len(names)} labels, the first in row {missing[0]}; "
            "leave such rows out"
        )
    return pd.Series(names)


def _check_lengths(rows: Matrix, labels: "pd.Series[str]", one: str, other: str) -> None:
    n_rows = rows.shape[0]
    if n_rows != len(labels):
        raise ParameterError(f"{one} has {n_rows} rows, but {other} has {len(labels)} labels")


def _check_classes(labels: "pd.Series[str]", test_labels: "pd.Series[str]") -> None:
    unknown = sorted(set(test_labels) - set(labels))
    if unknown:
        shown = ", ".join(map(repr, unknown[:5]))
        raise ParameterError(f"y_test holds classes that y does not: {shown}; leave such rows out")


def _joined(rows: Matrix, more: Matrix) -> Matrix:
    """Rows with the test rows after them."""
    is_text, kinds = isinstance(rows, pd.Series), {_kind(rows), _kind(more)}
    if len(kinds) > 1:
        raise ParameterError(f"X_test is {_kind(more)}, but X is {_kind(rows)}; give both alike")
    if is_text:
        return pd.concat([rows, more], ignore_index=True)
    if isinstance(rows, pd.DataFrame):
        if list(rows.columns) != list(more.columns):
            raise ParameterError("X_test has other columns than X; give both the same, in order")
        return pd.concat([rows, more], ignore_index=True)
    if rows.shape[1] != more.shape[1]:
        raise ParameterError(f"X_test has {more.shape[1]} columns, but X has {rows.shape[1]}")
    return vstack([rows, more], "csr") if issparse(rows) else np.concatenate([rows, more])


def _kind(rows: Matrix) -> str:
    if issparse(rows):
        return "a sparse matrix"
    kinds = {pd.DataFrame: "a DataFrame", pd.Series: "texts"}
    return next((word for kind, word in kinds.items() if isinstance(rows, kind)), "an array")


def _prepared(
    rows: Matrix, labels: Labels, about: dict[str, object], representation: str
) -> PreparedRows:
    """Rows of the kind that their representation needs."""
    if isinstance(rows, pd.Series):
        return _texts(rows, labels, about, representation)
    if isinstance(rows, np.ndarray) and representation == TABLE:
        rows = pd.DataFrame(rows)
    if not isinstance(rows, pd.DataFrame):
        numbers = Numbers(rows, labels, _with_digest(about, _digest(rows), labels))
        check_representation(numbers, representation)
        return numbers
    if not rows.shape[1]:
        raise ParameterError("X has no columns")
    frame = rows.set_axis([str(name) for name in rows.columns], axis=1)
    if frame.columns.duplicated().any():
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ParameterError(f"X has two columns {twice!r}; give each a name of its own")
    if representation != RAW:
        frame = with_none(pd.DataFrame({name: as_column(frame[name], "X") for name in frame}))
    digest = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    table = Table(frame, labels, _with_digest(about, digest, labels))
    check_representation(table, representation)
    return table


def _texts(
    texts: "pd.Series[str]", labels: Labels, about: dict[str, object], representation: str
) -> PreparedRows:
    """Texts as they are, or with their terms counted, in memory."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    about = _with_digest(about, digest.digest(), labels)
    if representation == RAW:
        groups = np.zeros(len(labels), "U1")
        return RawTexts(Texts.of(texts.tolist()), labels, groups, about)
    corpus = Corpus(
        name=str(about["name"]),
        texts=texts.tolist(),
        labels=labels,
        slices=np.zeros(len(labels), np.int32),
        slice_names=np.array([""]),
        digest=str(about["digest"]),
        classes=tuple(about["classes"]),  # type: ignore[arg-type]
    )
    features = counted(corpus)
    features = replace(features, about={**features.about, **about})
    check_representation(features, representation)
    return features


def _with_digest(about: About, rows: bytes, labels: Labels) -> dict[str, object]:
    identity = hashlib.sha256(json.dumps(dict(about)).encode())
    identity.update(rows + labels.tobytes())
    return {**about, "digest": identity.hexdigest()}


def _digest(rows: Matrix) -> bytes:
    digest = hashlib.sha256(f"{rows.shape} {rows.dtype}".encode())
    arrays = [rows.data, rows.indices, rows.indptr] if issparse(rows) else [rows]
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
