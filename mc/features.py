"""Texts to sparse matrices, once per corpus: cached on disk, memory-mapped by every worker.

Knows terms and weights; nothing of labels' origin, models or experiments.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from mc.cache import cache_root
from mc.types import Corpus, Labels

CACHE_VERSION = 2  # raise when the content of a cached folder changes
MIN_REVIEWS = 5  # a term must occur in this many reviews
MAX_TERM_LENGTH = 20  # longer ones are links and typing games, and make every model larger


@dataclass(frozen=True)
class Representation:
    """How a backend wants its texts.

    Parameters
    ----------
    weighting : {"tfidf", "counts"}
        Unigram tf-idf with unit rows (scikit-learn's smoothed idf), or plain counts.
    max_terms : int
        Keep the terms that occur in the most reviews; 0 keeps all.
    """

    weighting: str = "tfidf"
    max_terms: int = 0


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
        The column's words, sorted.
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
    vectoriser = CountVectorizer(vocabulary=features.terms, dtype=np.float32)
    if features.about["representation"]["weighting"] == "counts":
        return [("counts", vectoriser)]
    tfidf = TfidfTransformer()
    tfidf.idf_ = features.idf
    return [("counts", vectoriser), ("tfidf", tfidf)]


def _vectorise(
    corpus: Corpus, representation: Representation
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    vectoriser = CountVectorizer(min_df=min(MIN_REVIEWS, len(corpus)), dtype=np.float32)
    X = vectoriser.fit_transform(corpus.texts)
    X.sort_indices()
    terms = vectoriser.get_feature_names_out().astype(str)
    keep = _columns(X, terms, representation.max_terms)
    X, terms = X[:, keep], np.array(terms[keep].tolist())  # as wide as the longest of these
    idf = np.ones(len(terms), np.float32)
    if representation.weighting == "tfidf":
        tfidf = TfidfTransformer()
        X = tfidf.fit_transform(X)
        idf = tfidf.idf_.astype(np.float32)
    arrays = {
        "data": X.data.astype(np.float32),
        "indices": X.indices.astype(np.int32),
        "indptr": X.indptr.astype(np.int32 if X.nnz < 2**31 else np.int64),
        "terms": terms,
        "idf": idf,
        "labels": corpus.labels.astype(np.int8),
        "groups": np.asarray(corpus.groups).astype(str),
    }
    about = {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "representation": asdict(representation),
    }
    return arrays, about


def _columns(X: csr_matrix, terms: NDArray[np.str_], max_terms: int) -> NDArray[np.int64]:
    """Columns to keep, in their order: short enough, and the most widespread if limited."""
    allowed = np.flatnonzero(np.char.str_len(terms) <= MAX_TERM_LENGTH)
    if not max_terms or len(allowed) <= max_terms:
        return allowed
    reviews = np.bincount(X.indices, minlength=X.shape[1])[allowed]  # (d,) in how many each is
    widespread = np.argsort(-reviews, kind="stable")[:max_terms]
    return np.sort(allowed[widespread])


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
