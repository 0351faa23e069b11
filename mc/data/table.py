"""Tables of features: numbers, words and missing values by column, and what models see of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from mc.data import cache
from mc.types import About, Array, Labels, Matrix, Rows, Steps

CACHE_VERSION = 1  # raise when the content of a cached folder changes
TABLE = "table"  # a representation
ROWS = "rows.parquet"
MAX_CATEGORIES = 100  # of a column that become columns of their own, the most frequent


@dataclass(frozen=True, eq=False)
class TableCorpus:
    """Labelled rows, as a data set gives them.

    Parameters
    ----------
    name : str
        What the user asked for.
    frame : DataFrame of n rows
        Columns of numbers (float64, NaN where missing) or of words (object, None where missing).
    labels : (n,) int
        Places in ``classes``.
    classes : tuple of str
        Names of the classes, two or more.
    digest : str
        Hex digest of all of the above.
    counts : mapping of str to int
        Rows read, used and dropped by reason.
    """

    name: str
    frame: pd.DataFrame
    labels: Labels
    classes: tuple[str, ...]
    digest: str
    counts: dict[str, int] = field(default_factory=dict)


class _Labelled:
    """What rows of a table say of their labels, however they are kept."""

    labels: Labels
    about: About

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self.about["classes"])

    @cached_property
    def groups(self) -> NDArray[np.str_]:
        """Tables have no product slices: (n,) empty names."""
        return np.zeros(len(self.labels), "U1")


@dataclass(frozen=True, eq=False)
class Numbers(_Labelled):
    """Rows that are numbers already, and go to classifiers as they are.

    Parameters
    ----------
    X : (n, d) array or csr
        Rows.
    labels : (n,) int
        Human labels.
    about : mapping
        ``name``, ``digest``, ``counts``, ``classes`` of the corpus.
    """

    X: Matrix
    labels: Labels
    about: About

    def chosen(self, rows: Rows) -> "Numbers":
        """A corpus of some of the rows."""
        return replace(self, X=self.X[rows], labels=self.labels[rows])


@dataclass(frozen=True, eq=False)
class Table(_Labelled):
    """A prepared table.

    Parameters
    ----------
    frame : DataFrame of n rows
        As of `TableCorpus`.
    labels : (n,) int
        Human labels.
    about : mapping
        ``name``, ``digest``, ``counts``, ``classes`` of the corpus.
    """

    frame: pd.DataFrame
    labels: Labels
    about: About

    def chosen(self, rows: Rows) -> "Table":
        """A table of some of the rows."""
        return replace(self, frame=self.take(rows), labels=self.labels[rows])

    def take(self, rows: Rows) -> pd.DataFrame:
        """Some rows, numbered anew."""
        return self.frame.iloc[rows].reset_index(drop=True)


def prepare(fingerprint: str, load: Callable[[], TableCorpus]) -> tuple[Path, bool]:
    """Make a prepared table unless it is in the cache, as `mc.data.features.prepare` does."""
    return cache.prepare("tables", json.dumps([CACHE_VERSION, fingerprint]), partial(_write, load))


def is_table(folder: Path) -> bool:
    """Whether a prepared folder holds a table."""
    return (folder / ROWS).exists()


def open_table(folder: Path) -> Table:
    """Open a prepared folder."""
    frame = with_none(pd.read_parquet(folder / ROWS))
    return Table(frame, np.load(folder / "labels.npy"), cache.read_about(folder))


def with_none(frame: pd.DataFrame) -> pd.DataFrame:
    """Let missing words be None, as `TableRepresenter` takes them; changes the frame itself."""
    words = frame.columns[~frame.dtypes.map(pd.api.types.is_numeric_dtype)]
    frame[words] = frame[words].astype(object).where(frame[words].notna(), None)
    return frame


def _write(load: Callable[[], TableCorpus], folder: Path) -> dict[str, object]:
    corpus = load()
    corpus.frame.to_parquet(folder / ROWS)
    np.save(folder / "labels.npy", corpus.labels, allow_pickle=False)
    return {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "classes": list(corpus.classes),
    }


class _Transformer(Protocol):
    """A fitted transformer of columns, as scikit-learn's."""

    @property
    def output_indices_(self) -> Mapping[str, slice]: ...
    def transform(self, X: Matrix) -> Matrix: ...


@dataclass(frozen=True, eq=False)
class TableRepresenter:
    """Columns as numbers: missing ones filled in, numbers scaled, words one column each.

    Parameters
    ----------
    transformer : ColumnTransformer
        Fitted.
    """

    transformer: _Transformer

    @classmethod
    def fit(cls, frame: pd.DataFrame) -> "TableRepresenter":
        """Learn medians, scales and categories from rows."""
        numeric = [name for name in frame if pd.api.types.is_numeric_dtype(frame[name])]
        words = [name for name in frame if name not in numeric]
        fill = SimpleImputer(strategy="median", keep_empty_features=True)
        encode = OneHotEncoder(
            handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES, sparse_output=False
        )
        transformer = ColumnTransformer(
            [
                ("numbers", make_pipeline(fill, StandardScaler()), numeric),
                (
                    "words",
                    make_pipeline(*map(_filled, (np.nan, None)), encode),
                    words,
                ),
            ]
        )
        return cls(transformer.fit(frame))

    def transform(self, X: pd.DataFrame) -> Matrix:
        """Rows of the corpus as numbers, (m, k) float64; no rows give none."""
        if not len(X):  # scikit-learn refuses them
            width = max(columns.stop for columns in self.transformer.output_indices_.values())
            return np.empty((0, width))
        return np.asarray(self.transformer.transform(X))

    def steps(self, terms: Array) -> Steps:
        """Fitted scikit-learn steps that do the same to a frame."""
        return [("columns", self.transformer)]


def _filled(missing: float | None) -> SimpleImputer:
    """Words in place of missing ones: None in our frames, NaN in those that users read."""
    return SimpleImputer(missing_values=missing, strategy="constant", fill_value="missing")


class RawColumns:
    """Rows as they are, for pipelines that make features of their own."""

    def transform(self, X: Matrix) -> Matrix:
        """The rows: of a frame whose columns are all numbers as an array of them."""
        if not isinstance(X, pd.DataFrame):
            return X
        kinds = X.dtypes.map(pd.api.types.is_numeric_dtype)
        return X.to_numpy(float) if kinds.all() else X

    def steps(self, terms: Array) -> Steps:
        """None."""
        return [("rows", FunctionTransformer())]
