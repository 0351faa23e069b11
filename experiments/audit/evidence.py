"""Two or three corpora as one, in word numbers that they share: cached on disk, memory-mapped.

Knows which reviews the corpora have in common; nothing of how they are compared.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mc.data import cache
from mc.data.features import MIN_REVIEWS
from mc.data.reviews.selection import mark
from mc.data.texts import Texts
from mc.errors import DataError
from mc.text.reviews import Reviews
from mc.text.tokens import PART, TokenCorpus, number
from mc.types import About, Array, Corpus, Labels, Rows

CACHE_VERSION = 1  # raise when the content of a cached folder changes
HUMAN, SUSPECT, KNOWN = range(3)


@dataclass(frozen=True)
class Named:
    """A corpus that can be read, and its identity, known before it is read."""

    fingerprint: str
    load: Callable[[], Corpus]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The human corpus and what is held against it.

    Parameters
    ----------
    reviews : Reviews
        All n of them, human ones first.
    given : (n,) int8
        Their labels.
    sides : (n,) int8
        `HUMAN`, `SUSPECT` or `KNOWN`.
    words : (W,) str
        What each number of a word stands for.
    about : mapping
        ``name``, ``digest`` and ``counts``, of the overlaps too.
    """

    reviews: Reviews
    given: Labels
    sides: NDArray[np.int8]
    words: NDArray[np.str_]
    about: About

    @property
    def labels(self) -> Labels:
        """None: the shares of two corpora together would mean nothing (`mc.types.Prepared`)."""
        return np.empty(0, np.int8)

    @cached_property
    def terms(self) -> NDArray[np.int64]:
        """Numbers of the words that classifiers look at."""
        return TokenCorpus(self.reviews, self.given, self.words, self.about).terms

    def rows(self, side: int) -> Rows:
        """Where the reviews of a side are."""
        return np.flatnonzero(self.sides == side)


def prepare(corpora: Sequence[Named]) -> tuple[Path, bool]:
    """Read the human corpus, the suspect one and known synthetic rows, unless they are cached.

    Parameters
    ----------
    corpora : sequence of one to three Named
        In the order of `HUMAN`, `SUSPECT`, `KNOWN`.

    Returns
    -------
    (Path, bool)
        The folder to `open_evidence`, and whether it was there already.

    Raises
    ------
    DataError
        When nothing is left of the human corpus but what the others have, too.
    """
    identity = json.dumps([CACHE_VERSION, *(each.fingerprint for each in corpora)])
    return cache.prepare("audits", identity, partial(_write, corpora))


def open_evidence(folder: Path) -> Evidence:
    """Open a prepared folder; the tokens stay on disk and are shared by all processes."""
    tokens = np.load(folder / "tokens.npy", mmap_mode="r")
    starts, given, sides, words = (
        np.load(folder / f"{name}.npy") for name in ("starts", "given", "sides", "words")
    )
    about = cache.read_about(folder)
    return Evidence(Reviews(tokens, starts), given, sides, words, about)


def _write(corpora: Sequence[Named], folder: Path) -> dict[str, object]:
    loaded = [each.load() for each in corpora]
    kept, overlaps = _apart(loaded)
    texts = Texts.write(_parts(loaded, kept))
    reviews, words = number(texts, min(MIN_REVIEWS, len(texts)))
    given = [corpus.labels[rows] for corpus, rows in zip(loaded, kept, strict=True)]
    arrays: dict[str, Array] = {
        "tokens": reviews.tokens,
        "starts": reviews.starts,
        "given": np.concatenate(given).astype(np.int8),
        "sides": np.repeat(np.arange(len(kept)), [len(rows) for rows in kept]).astype(np.int8),
        "words": np.array(words),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    names = ("human", "suspect", "known")
    sizes = {f"{name} reviews": len(rows) for name, rows in zip(names, kept, strict=False)}
    copies = {
        f"exact copies in {name}": corpus.counts["duplicate"]
        for name, corpus in zip(names, loaded, strict=False)
        if "duplicate" in corpus.counts
    }
    return {
        "name": " against ".join(corpus.name for corpus in loaded[:2]),
        "digest": "-".join(corpus.digest[:12] for corpus in loaded),
        "counts": sizes | overlaps | copies,
    }


def _apart(corpora: Sequence[Corpus]) -> tuple[list[Rows], dict[str, int]]:
    """Rows of each corpus that are kept, so that no text is there twice; what they share.

    A review that the suspect has, too, is left out of the human side: the whole suspect is
    audited, against people's other reviews. Known rows give way to the suspect's.
    """
    marks = [mark(Texts.write([list(corpus.texts)])) for corpus in corpora]
    kept = [np.arange(len(corpus)) for corpus in corpora]
    overlaps: dict[str, int] = {}
    for side in range(1, len(corpora)):
        is_shared = np.isin(marks[HUMAN], marks[side])
        name = ("", "the suspect", "the known")[side]
        overlaps[f"human reviews also in {name}"] = int(is_shared.sum())
        if side == SUSPECT:
            overlaps["of them with another label there"] = _relabelled(corpora, marks)
        kept[HUMAN] = np.setdiff1d(kept[HUMAN], np.flatnonzero(is_shared))
    if len(corpora) > KNOWN:
        is_shared = np.isin(marks[KNOWN], marks[SUSPECT])
        overlaps["known reviews also in the suspect"] = int(is_shared.sum())
        kept[KNOWN] = np.flatnonzero(~is_shared)
    if not len(kept[HUMAN]):
        raise DataError(
            f"all {len(corpora[HUMAN])} reviews of the human corpus are in the suspect, too, "
            f"{overlaps['of them with another label there']} of them with another label; nothing "
            "is left to hold it against: give human reviews that it does not have"
        )
    return kept, overlaps


def _relabelled(corpora: Sequence[Corpus], marks: Sequence[NDArray[np.uint64]]) -> int:
    """Reviews that human corpus and suspect share, and that have another label there."""
    _, here, there = np.intersect1d(marks[HUMAN], marks[SUSPECT], return_indices=True)
    return int((corpora[HUMAN].labels[here] != corpora[SUSPECT].labels[there]).sum())


def _parts(corpora: Sequence[Corpus], kept: Sequence[Rows]) -> Iterator[list[str]]:
    for corpus, rows in zip(corpora, kept, strict=True):
        for start in range(0, len(rows), PART):
            yield [corpus.texts[row] for row in rows[start : start + PART]]
