"""Texts to sparse matrices, once per corpus: cached on disk, memory-mapped by every worker.

Knows terms and weights; nothing of labels' origin, models or experiments.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from mc import ngrams
from mc.cache import cache_root
from mc.types import Corpus, Labels

CACHE_VERSION = 2  # raise when the content of a cached folder changes
MIN_REVIEWS = 5  # a term must occur in this many reviews
PART = 100_000  # reviews counted at once
MAX_TERM_LENGTH = 20  # longer ones are links and typing games, and make every model larger


@dataclass(frozen=True)
class Representation:
    """How a backend wants its texts.

    Parameters
    ----------
    weighting : {"tfidf", "counts"}
        Tf-idf with unit rows (scikit-learn's smoothed idf), or plain counts.
    max_terms : int
        Keep the terms that occur in the most reviews; 0 keeps all.
    longest : int
        Words of a term at most: 1 for single words, 3 for sequences of up to three.
    """

    weighting: str = "tfidf"
    max_terms: int = 0
    longest: int = 1


@dataclass(frozen=True)
class Features:
    """A corpus as numbers.

    Parameters
    ----------
    X : (n, d) csr, float32
        One row per review.
    labels : (n,) int8
        Human labels.
    groups : (n,) str
        Product slice of each review.
    terms : (d,) str
        What each column counts: sorted, shorter sequences of words first.
    idf : (d,) float32
        Weights of the terms; ones where the representation is counts.
    about : mapping
        ``name``, ``digest``, ``counts`` of the corpus and the ``representation``.
    """

    X: csr_matrix
    labels: Labels
    groups: NDArray[np.str_]
    terms: NDArray[np.str_]
    idf: NDArray[np.float32]
    about: Mapping[str, Any]


def prepare(
    fingerprint: str, load: Callable[[], Corpus], representation: Representation
) -> tuple[Path, bool]:
    """Make the features of a corpus, unless they are in the cache already.

    Parameters
    ----------
    fingerprint : str
        Identity of the corpus, known without reading all of it.
    load : callable
        Reads the corpus; called only when the cache lacks it or is damaged.
    representation : Representation
        What to make of it.

    Returns
    -------
    (Path, bool)
        The folder to ``open_features``, and whether it was there already.
    """
    identity = json.dumps([CACHE_VERSION, fingerprint, asdict(representation)])
    folder = cache_root() / "features" / hashlib.sha256(identity.encode()).hexdigest()[:24]
    if _intact(folder):
        return folder, True
    arrays, about = _vectorise(load(), representation)
    _write(folder, arrays, about)
    return folder, False


def open_features(folder: Path) -> Features:
    """Open a prepared folder; the matrix stays on disk and is shared by all processes."""
    about = json.loads((folder / "about.json").read_text())
    data, indices, indptr = (
        np.load(folder / f"{part}.npy", mmap_mode="r") for part in ("data", "indices", "indptr")
    )
    terms = np.load(folder / "terms.npy")
    X = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(terms)), copy=False)
    labels, groups, idf = (np.load(folder / f"{part}.npy") for part in ("labels", "groups", "idf"))
    return Features(X, labels, groups, terms, idf, about)


def text_steps(features: Features) -> list[tuple[str, Any]]:
    """Fitted scikit-learn steps that turn raw texts into the columns of ``features.X``.

    The vocabulary is one array rather than a dictionary, so that a model is quick to write.
    """
    wanted = features.about["representation"]
    lengths = (1, wanted["longest"])
    vectoriser = CountVectorizer(vocabulary=features.terms, ngram_range=lengths, dtype=np.float32)
    if wanted["weighting"] == "counts":
        return [("counts", vectoriser)]
    tfidf = TfidfTransformer()
    tfidf.idf_ = features.idf
    return [("counts", vectoriser), ("tfidf", tfidf)]


def _vectorise(
    corpus: Corpus, representation: Representation
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    arrays = {
        "labels": corpus.labels.astype(np.int8),
        "groups": np.asarray(corpus.groups).astype(str),
    }
    about = {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "representation": asdict(representation),
    }
    least = min(MIN_REVIEWS, len(corpus.texts))
    if representation.longest > 1:
        X, names = ngrams.count(corpus.texts, representation.longest, least, MAX_TERM_LENGTH)
    else:
        parts, numbers = _count(corpus.texts)
        del corpus  # its texts are as large as the matrix, which is there twice for a moment
        X, names = _frequent(parts, numbers, least)
    if representation.max_terms:
        keep = most_widespread(X, representation.max_terms)
        X, names = X[:, keep], [names[column] for column in keep]
    X.sort_indices()
    idf = np.ones(len(names), np.float32)
    if representation.weighting == "tfidf":
        tfidf = TfidfTransformer().fit(X)
        X, idf = tfidf.transform(X, copy=False), tfidf.idf_.astype(np.float32)
    arrays |= {
        "data": X.data.astype(np.float32, copy=False),
        "indices": X.indices.astype(np.int32, copy=False),
        "indptr": X.indptr.astype(np.int32 if X.nnz < 2**31 else np.int64, copy=False),
        "terms": np.array(names),  # (d,) of the least width
        "idf": idf,
    }
    return arrays, about


def _count(texts: Sequence[str]) -> tuple[list[csr_matrix], dict[str, int]]:
    """Counts of all terms, part by part, and the column of each term."""
    numbers: dict[str, int] = {}
    return [_count_part(texts[i : i + PART], numbers) for i in range(0, len(texts), PART)], numbers


def _frequent(
    parts: list[csr_matrix], numbers: Mapping[str, int], least: int
) -> tuple[csr_matrix, list[str]]:
    """The columns of terms that are frequent and short enough, by alphabet, and the terms."""
    reviews = np.zeros(len(numbers), np.int64)  # in how many each term occurs
    for part in parts:
        reviews += np.bincount(part.indices, minlength=len(numbers))
    kept = [
        term
        for term, number in sorted(numbers.items())
        if reviews[number] >= least and len(term) <= MAX_TERM_LENGTH
    ]
    places = np.full(len(numbers), -1, np.int32)
    places[[numbers[term] for term in kept]] = np.arange(len(kept))
    frequent = []
    while parts:  # each is let go when its columns are taken
        frequent.append(_with_columns(parts.pop(0), places, len(kept)))
    return vstack(frequent, format="csr"), kept


def _count_part(texts: Sequence[str], numbers: dict[str, int]) -> csr_matrix:
    """Counts of all terms of some texts in columns by ``numbers``, which grow as terms are met."""
    vectoriser = CountVectorizer(dtype=np.float32)
    X = vectoriser.fit_transform(texts)
    names = vectoriser.get_feature_names_out()
    X.indices = np.array([numbers.setdefault(n, len(numbers)) for n in names], np.int32)[X.indices]
    return csr_matrix((X.data, X.indices, X.indptr), shape=(len(texts), len(numbers)), copy=False)


def _with_columns(X: csr_matrix, places: NDArray[np.int32], width: int) -> csr_matrix:
    """The columns that have a place, moved to it."""
    columns = places[X.indices]
    kept = columns >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[X.indptr]
    return csr_matrix((X.data[kept], columns[kept], ends), shape=(X.shape[0], width))


def most_widespread(X: csr_matrix, most: int) -> NDArray[np.int64]:
    """Columns that occur in the most rows, in their order, ``most`` at most; 0 means all."""
    if not most or X.shape[1] <= most:
        return np.arange(X.shape[1])
    rows = np.bincount(X.indices, minlength=X.shape[1])  # (d,) in how many each occurs
    return np.sort(np.argsort(-rows, kind="stable")[:most])


def _write(folder: Path, arrays: Mapping[str, NDArray[Any]], about: dict[str, Any]) -> None:
    """Write all files aside and rename, so that a folder is whole or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix="unfinished-"))
    for name, array in arrays.items():
        np.save(aside / f"{name}.npy", array, allow_pickle=False)
    digests = {f"{name}.npy": _digest(aside / f"{name}.npy") for name in arrays}
    (aside / "about.json").write_text(json.dumps(about | {"files": digests}, indent=1))
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def _intact(folder: Path) -> bool:
    try:
        files = json.loads((folder / "about.json").read_text())["files"]
        return all(_digest(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
