"""Texts to a sparse matrix of counts, once per corpus: on disk, memory-mapped by every worker."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from mc.data import cache, ngrams
from mc.data.ngrams import Counts
from mc.errors import DataError
from mc.types import REVIEW_CLASSES, About, Corpus, Labels, Rows

CACHE_VERSION = 3  # raise when the content of a cached folder changes
MIN_REVIEWS = 5  # a term must occur in this many reviews
PART = 25_000  # groups written in one go
MAX_TERM_LENGTH = 20  # longer ones are links and typing games, which make every model larger


@dataclass(frozen=True)
class Candidates:
    """The terms that are counted, from which vectorisers choose.

    Parameters
    ----------
    longest : int
        Maximum words of a term: 1 for single words, 3 for sequences of up to three.
    max_terms : int
        Keep so many terms, those that occur in the most reviews; 0 keeps all.
    """

    longest: int = 1
    max_terms: int = 0


SINGLE_WORDS = Candidates()


@dataclass(frozen=True)
class Features:
    """The terms and labels of a corpus.

    Parameters
    ----------
    X : (n, d) csr, float32
        How often each review holds each term.
    labels : (n,) int
        Human labels.
    groups : (n,) str
        Product slice of each review.
    terms : (d,) str
        The term of each column: sorted, shorter sequences of words first.
    reviews : (d,) int64
        How many reviews hold each term.
    about : mapping
        ``name``, ``digest``, ``counts``, ``classes`` of the corpus and the ``candidates``.
    """

    X: csr_matrix
    labels: Labels
    groups: NDArray[np.str_]
    terms: NDArray[np.str_]
    reviews: NDArray[np.int64]
    about: About

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self.about.get("classes", REVIEW_CLASSES))

    def chosen(self, rows: Rows) -> "Features":
        """A corpus of some of the reviews."""
        X = self.X[rows]
        reviews = np.bincount(X.indices, minlength=X.shape[1])
        return replace(
            self, X=X, labels=self.labels[rows], groups=self.groups[rows], reviews=reviews
        )


def prepare(
    fingerprint: str, load: Callable[[], Corpus], candidates: Candidates = SINGLE_WORDS
) -> tuple[Path, bool]:
    """Make the features of a corpus unless they are in the cache.

    Parameters
    ----------
    fingerprint : str
        Identity of the corpus, known without reading all of it.
    load : callable
        Reads the corpus; called only when the cache lacks it or is damaged.
    candidates : Candidates
        The terms to count.

    Returns
    -------
    (Path, bool)
        The folder to ``open_features``, and whether it was there already.

    Raises
    ------
    DataError
        When no word occurs in enough reviews.
    """
    identity = json.dumps([CACHE_VERSION, fingerprint, asdict(candidates)])
    return cache.prepare("features", identity, partial(_write, load, candidates))


def open_features(folder: Path) -> Features:
    """Open a prepared folder; all processes share the matrix, which stays on disk."""
    about = cache.read_about(folder)
    data, indices, indptr = (
        np.load(folder / f"{part}.npy", mmap_mode="r") for part in ("data", "indices", "indptr")
    )
    terms = np.load(folder / "terms.npy")
    X = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(terms)), copy=False)
    labels, reviews = (np.load(folder / f"{part}.npy") for part in ("labels", "reviews"))
    groups = np.load(folder / "groups.npy", mmap_mode="r")
    return Features(X, labels, groups, terms, reviews, about)


def counted(corpus: Corpus, candidates: Candidates = SINGLE_WORDS) -> Features:
    """The features of a corpus that fit into memory: those of `prepare`, without the cache.

    Raises
    ------
    DataError
        When no word occurs in enough reviews.
    """
    counts = _count(corpus, candidates.longest)
    keep = most_widespread(counts.reviews, candidates.max_terms)
    parts = list(counts.matrices())
    X = vstack(parts, "csr") if len(parts) > 1 else parts[0]
    return Features(
        X=X if len(keep) == X.shape[1] else X[:, keep],
        labels=corpus.labels,
        groups=corpus.groups,
        terms=np.array([counts.terms[column] for column in keep]),
        reviews=counts.reviews[keep],
        about=_about(corpus, candidates),
    )


def most_widespread(reviews: NDArray[np.integer], most: int) -> NDArray[np.int64]:
    """Columns of the ``most`` terms that occur in the most reviews, ascending; 0 means all."""
    if not most or len(reviews) <= most:
        return np.arange(len(reviews))
    return np.sort(np.argsort(-reviews, kind="stable")[:most])


def _write(load: Callable[[], Corpus], candidates: Candidates, folder: Path) -> dict[str, object]:
    corpus = load()
    counts = _count(corpus, candidates.longest)
    keep = most_widespread(counts.reviews, candidates.max_terms)
    reviews, parts = counts.reviews[keep], counts.matrices()  # (d,)
    if len(keep) < len(counts.terms):
        parts = (part[:, keep] for part in parts)
    _write_matrix(folder, parts, int(reviews.sum()))
    write_groups(folder, corpus)
    arrays = {
        "labels": corpus.labels,
        "terms": np.array([counts.terms[column] for column in keep]),  # (d,)
        "reviews": reviews,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    return _about(corpus, candidates)


def _about(corpus: Corpus, candidates: Candidates) -> dict[str, object]:
    return {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "classes": list(corpus.classes),
        "candidates": asdict(candidates),
    }


def _count(corpus: Corpus, longest: int) -> Counts:
    least = min(MIN_REVIEWS, len(corpus))
    counts = ngrams.count(corpus.texts, longest, least, MAX_TERM_LENGTH)
    if not counts.terms:
        raise DataError(
            f"{corpus.name}: no word occurs in {least} of its {len(corpus)} reviews; give more of "
            "them, or name another text_column in data_params"
        )
    return counts


def _write_matrix(folder: Path, parts: Iterable[csr_matrix], entries: int) -> None:
    """Write the rows of a matrix part by part, so that it is never in memory."""
    lengths = [np.zeros(1, np.int64)]
    with (
        _npy(folder / "data.npy", np.dtype(np.float32), entries) as data,
        _npy(folder / "indices.npy", np.dtype(np.int32), entries) as indices,
    ):
        for part in parts:
            data.write(part.data.astype(np.float32, copy=False).data)
            indices.write(part.indices.astype(np.int32, copy=False).data)
            lengths.append(np.diff(part.indptr))
    indptr = np.cumsum(np.concatenate(lengths))
    small = np.int32 if entries < 2**31 else np.int64
    np.save(folder / "indptr.npy", indptr.astype(small), allow_pickle=False)


def write_groups(folder: Path, corpus: Corpus) -> None:
    """Write the product slice of each row as ``groups.npy``, part by part."""
    with _npy(folder / "groups.npy", corpus.slice_names.dtype, len(corpus)) as file:
        for start in range(0, len(corpus), PART):
            file.write(corpus.slice_names[corpus.slices[start : start + PART]].tobytes())


def _npy(path: Path, dtype: np.dtype[np.generic], length: int) -> BinaryIO:
    """Open a .npy file of a flat array, of which so many elements are to be written."""
    file = path.open("wb")
    header = {"descr": dtype.str, "fortran_order": False, "shape": (length,)}
    np.lib.format.write_array_header_1_0(file, header)
    return file
