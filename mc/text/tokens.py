"""A corpus to word numbers, once: cached on disk, memory-mapped by every worker."""

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mc.data import cache
from mc.data.features import MIN_REVIEWS
from mc.text.reviews import Reviews, Tokens
from mc.types import About, Array, Corpus, Labels

CACHE_VERSION = 1  # raise when the content of a cached folder changes
PART = 25_000  # reviews that are numbered in one go
START, END, RARE = range(3)  # special tokens: before a text, after it, in place of a rare word
SPECIAL = ("<start>", "<end>", "<rare>")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]+")  # words with their apostrophes; punctuation
_LETTERS = re.compile(
    r"\w{2}"
)  # words of a classifier have two letters or more, as in scikit-learn
_OPENING = set("([{#$€£")
_GLUE = set("-/&+=*_~@")


@dataclass(frozen=True, eq=False)
class TokenCorpus:
    """A corpus as word numbers.

    Parameters
    ----------
    reviews : Reviews
        All n reviews; words that occur in fewer than `MIN_REVIEWS` reviews are `RARE`.
    labels : (n,) int8
        Human labels.
    words : (W,) str
        The word of each number: `SPECIAL`, then words by alphabet.
    about : mapping
        ``name``, ``digest``, ``counts`` and ``classes`` of the corpus.
    """

    reviews: Reviews
    labels: Labels
    words: NDArray[np.str_]
    about: About

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """Count of each word in all reviews, (W,); `END` counts once for each review."""
        counts = np.bincount(self.reviews.tokens, minlength=len(self.words))
        counts[END] = len(self.reviews)
        return counts

    @cached_property
    def terms(self) -> NDArray[np.int64]:
        """Numbers of the words that a classifier uses: no punctuation, no `SPECIAL`."""
        is_term = [bool(_LETTERS.search(word)) for word in self.words.tolist()[len(SPECIAL) :]]
        return np.flatnonzero(is_term) + len(SPECIAL)


def prepare(fingerprint: str, load: Callable[[], Corpus]) -> tuple[Path, bool]:
    """Make the tokens of a corpus unless they are in the cache.

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
    """Open a prepared folder; all processes share the tokens, which stay on disk."""
    tokens = np.load(folder / "tokens.npy", mmap_mode="r")
    starts, labels, words = (
        np.load(folder / f"{name}.npy") for name in ("starts", "labels", "words")
    )
    return TokenCorpus(Reviews(tokens, starts), labels, words, cache.read_about(folder))


def split(text: str) -> list[str]:
    """Words and punctuation of a text, in lower case.

    >>> split("It's good!")
    ["it's", 'good', '!']
    """
    return _TOKEN.findall(text.lower())


def written(words: Iterable[str]) -> str:
    """Join tokens: no space before closing punctuation, none after opening punctuation.

    >>> written(["good", "(", "very", ")", "!"])
    'good (very)!'
    """
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
        The texts.
    least : int
        Words that occur in fewer texts become `RARE`.

    Returns
    -------
    (Reviews, list of str)
        The texts, and the word of each number.
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new word takes the next number
    parts, frequencies = [], np.zeros(0, np.int64)  # frequencies: texts that have each word
    for start in range(0, len(texts), PART):
        part = _number(texts[start : start + PART], numbers)
        distinct = np.unique(part.rows * len(numbers) + part.tokens) % len(numbers)
        before, frequencies = frequencies, np.bincount(distinct, minlength=len(numbers))
        frequencies[: len(before)] += before
        parts.append(part)
    words = sorted(word for word, n in numbers.items() if frequencies[n] >= least)
    new_numbers = np.full(len(numbers), RARE, np.int32)
    new_numbers[[numbers[word] for word in words]] = np.arange(len(words)) + len(SPECIAL)
    whole = Reviews.join(parts)
    return Reviews(new_numbers[whole.tokens], whole.starts), [*SPECIAL, *words]


def _number(texts: Sequence[str], numbers: defaultdict[str, int]) -> Reviews:
    """Texts as word numbers; adds new words to ``numbers``."""
    tokens, lengths = array("i"), array("i")
    for text in texts:
        words = split(text)
        tokens.extend(map(numbers.__getitem__, words))
        lengths.append(len(words))
    return Reviews.of_lengths(np.array(tokens, np.int32), np.array(lengths, np.int32))


def _write(load: Callable[[], Corpus], folder: Path) -> dict[str, object]:
    corpus = load()
    reviews, words = number(corpus.texts, min(MIN_REVIEWS, len(corpus)))
    arrays: dict[str, Array] = {
        "tokens": reviews.tokens,
        "starts": reviews.starts,
        "labels": corpus.labels.astype(np.int8),
        "words": np.array(words),
    }
    for name, array_ in arrays.items():
        np.save(folder / f"{name}.npy", array_, allow_pickle=False)
    return {
        "name": corpus.name,
        "digest": corpus.digest,
        "counts": dict(corpus.counts),
        "classes": list(corpus.classes),
    }


__all__ = ["END", "RARE", "SPECIAL", "START", "TokenCorpus", "Tokens", "open_tokens", "prepare"]
