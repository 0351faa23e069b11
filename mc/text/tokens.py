"""A corpus as word numbers, once: cached on disk, memory-mapped by every worker.

Knows words and punctuation; nothing of models.
"""

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mc.data import cache
from mc.data.features import MIN_REVIEWS
from mc.text.reviews import Reviews, Tokens
from mc.types import Corpus, Labels

CACHE_VERSION = 1  # raise when the content of a cached folder changes
PART = 25_000  # reviews looked at at once
START, END, RARE = range(3)  # numbers of what is no word: before a text, after it, any rare word
SPECIAL = ("<start>", "<end>", "<rare>")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]+")  # words with their apostrophes; punctuation
_LETTERS = re.compile(r"\w{2}")  # a classifier's words have two letters, as scikit-learn's do
_OPENING = set("([{#$€£")
_GLUE = set("-/&+=*_~@")


@dataclass(frozen=True, eq=False)
class TokenCorpus:
    """A corpus as numbers.

    Parameters
    ----------
    reviews : Reviews
        All n of them; words that occur in fewer than `MIN_REVIEWS` reviews are `RARE`.
    labels : (n,) int8
        Human labels.
    words : (W,) str
        What each number stands for: `SPECIAL`, then words by alphabet.
    about : mapping
        ``name``, ``digest`` and ``counts`` of the corpus.
    """

    reviews: Reviews
    labels: Labels
    words: NDArray[np.str_]
    about: Mapping[str, Any]

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """How often each word occurs in all reviews, (W,); `END` once a review."""
        counts = np.bincount(self.reviews.tokens, minlength=len(self.words))
        counts[END] = len(self.reviews)
        return counts

    @cached_property
    def terms(self) -> NDArray[np.int64]:
        """Numbers of the words that a classifier looks at: no punctuation, no `SPECIAL`."""
        found = [bool(_LETTERS.search(word)) for word in self.words.tolist()[len(SPECIAL) :]]
        return np.flatnonzero(found) + len(SPECIAL)


def prepare(fingerprint: str, load: Callable[[], Corpus]) -> tuple[Path, bool]:
    """Make the tokens of a corpus, unless they are in the cache already.

    Parameters
    ----------
    fingerprint : str
        Identity of the corpus, known without reading all of it.
    load : callable
        Reads the corpus; called only when the cache lacks it or is damaged.

    Returns
    -------
    (Path, bool)
        The folder to `open_tokens`, and whether it was there already.
    """
    identity = json.dumps([CACHE_VERSION, fingerprint])
    return cache.prepare("tokens", identity, partial(_write, load))


def open_tokens(folder: Path) -> TokenCorpus:
    """Open a prepared folder; the tokens stay on disk and are shared by all processes."""
    tokens = np.load(folder / "tokens.npy", mmap_mode="r")
    starts, labels, words = (
        np.load(folder / f"{name}.npy") for name in ("starts", "labels", "words")
    )
    return TokenCorpus(Reviews(tokens, starts), labels, words, cache.read_about(folder))


def split(text: str) -> list[str]:
    """Words and punctuation of a text, in lower case."""
    return _TOKEN.findall(text.lower())


def written(words: Iterable[str]) -> str:
    """Tokens as people write them: no space before punctuation that closes, none after opening."""
    text, glued = "", True
    for word in words:
        is_word = word[0].isalnum() or word in SPECIAL
        apart = is_word or word[0] in _OPENING
        text += word if glued or not apart else f" {word}"
        glued = not is_word and (word[-1] in _OPENING or word[-1] in _GLUE)
    return text


def number(texts: Sequence[str], least: int) -> tuple[Reviews, list[str]]:
    """Number the words of texts.

    Parameters
    ----------
    texts : sequence of str
        Any.
    least : int
        Texts in which a word must occur, else it is `RARE`.

    Returns
    -------
    (Reviews, list of str)
        The texts, and what the numbers stand for.
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new word takes the next number
    parts, found = [], np.zeros(0, np.int64)  # found: in how many texts each word occurs
    for start in range(0, len(texts), PART):
        part = _number(texts[start : start + PART], numbers)
        kinds = np.unique(part.rows * len(numbers) + part.tokens) % len(numbers)
        found = np.bincount(kinds, minlength=len(numbers)) + np.pad(
            found, (0, len(numbers) - len(found))
        )
        parts.append(part)
    words = sorted(word for word, at in numbers.items() if found[at] >= least)
    places = np.full(len(numbers), RARE, np.int32)
    places[[numbers[word] for word in words]] = np.arange(len(words)) + len(SPECIAL)
    whole = Reviews.join(parts)
    return Reviews(places[whole.tokens], whole.starts), [*SPECIAL, *words]


def _number(texts: Sequence[str], numbers: defaultdict[str, int]) -> Reviews:
    """Some texts by ``numbers``, which grow as words are met."""
    tokens, lengths = array("i"), array("i")
    for text in texts:
        words = split(text)
        tokens.extend(map(numbers.__getitem__, words))
        lengths.append(len(words))
    return Reviews.of_lengths(np.array(tokens, np.int32), np.array(lengths, np.int32))


def _write(load: Callable[[], Corpus], folder: Path) -> dict[str, Any]:
    corpus = load()
    reviews, words = number(corpus.texts, min(MIN_REVIEWS, len(corpus)))
    arrays: dict[str, NDArray[Any]] = {
        "tokens": reviews.tokens,
        "starts": reviews.starts,
        "labels": corpus.labels.astype(np.int8),
        "words": np.array(words),
    }
    for name, array_ in arrays.items():
        np.save(folder / f"{name}.npy", array_, allow_pickle=False)
    return {"name": corpus.name, "digest": corpus.digest, "counts": dict(corpus.counts)}


__all__ = ["END", "RARE", "SPECIAL", "START", "TokenCorpus", "Tokens", "open_tokens", "prepare"]
