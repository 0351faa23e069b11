"""Texts as they are, for pipelines with a vectoriser of their own: on disk, once per corpus."""

import json
import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mc.data import cache
from mc.data.features import write_groups
from mc.data.texts import Texts
from mc.types import About, Array, Corpus, Labels, Rows, Steps

CACHE_VERSION = 1  # raise when the content of a cached folder changes
CONTENT = "texts.utf8"
PART = 1024  # texts written in one go


@dataclass(frozen=True, eq=False)
class RawTexts:
    """Texts that go to classifiers as they are.

    Parameters
    ----------
    texts : Texts
        Of n rows.
    labels : (n,) int
        Human labels.
    groups : (n,) str
        Product slice of each text.
    about : mapping
        ``name``, ``digest``, ``counts``, ``classes`` of the corpus.
    """

    texts: Texts
    labels: Labels
    groups: NDArray[np.str_]
    about: About

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self.about["classes"])

    def chosen(self, rows: Rows) -> "RawTexts":
        """A corpus of some of the texts."""
        return replace(
            self, texts=self.texts.take(rows), labels=self.labels[rows], groups=self.groups[rows]
        )


class AsTheyAre:
    """Texts as a classifier sees them that makes features of its own."""

    def transform(self, X: Array) -> Array:
        """The texts, (m,) object."""
        return X

    def steps(self, terms: Array) -> Steps:
        """None."""
        return []


def as_array(texts: Sequence[str]) -> Array:
    """Texts in memory, (m,) object: scikit-learn selects rows of such an array as of any other."""
    array = np.empty(len(texts), object)
    array[:] = list(texts)
    return array


def prepare(fingerprint: str, load: Callable[[], Corpus]) -> tuple[Path, bool]:
    """Keep the texts of a corpus unless they are in the cache, as `mc.data.features.prepare`."""
    return cache.prepare("texts", json.dumps([CACHE_VERSION, fingerprint]), partial(_write, load))


def is_raw(folder: Path) -> bool:
    """Whether a prepared folder holds texts as they are."""
    return (folder / CONTENT).exists()


def open_texts(folder: Path) -> RawTexts:
    """Open a prepared folder; all processes share the texts, which stay on disk."""
    ends = np.load(folder / "ends.npy")  # (n + 1,) 0 first
    with (folder / CONTENT).open("rb") as file:  # an empty file cannot be mapped
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if ends[-1] else b""
    n = len(ends) - 1
    array = pa.LargeStringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(content))
    labels = np.load(folder / "labels.npy")
    groups = np.load(folder / "groups.npy", mmap_mode="r")
    return RawTexts(Texts(array, np.arange(n)), labels, groups, cache.read_about(folder))


def _write(load: Callable[[], Corpus], folder: Path) -> dict[str, object]:
    corpus = load()
    sizes = [np.zeros(1, np.int64)]
    with (folder / CONTENT).open("wb") as file:
        for start in range(0, len(corpus), PART):
            encoded = [text.encode() for text in corpus.texts[start : start + PART]]
            file.write(b"".join(encoded))
            sizes.append(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    np.save(folder / "ends.npy", np.cumsum(np.concatenate(sizes)), allow_pickle=False)
    np.save(folder / "labels.npy", corpus.labels, allow_pickle=False)
    write_groups(folder, corpus)
    return {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "classes": list(corpus.classes),
    }
