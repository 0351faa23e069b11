"""An n-gram language model for each class, with interpolated Kneser-Ney smoothing, in arrays.

Kneser & Ney (1995) in the interpolated form of Chen & Goodman (1999, "An empirical study of
smoothing techniques for language modeling", section 3.2): with an absolute discount D,

    p(w | c) = max(n(c w) - D, 0) / n(c) + spare(c) p(w | c without its first word),

where spare(c) = D * (number of distinct words that follow c) / n(c). For the longest sequences n
counts occurrences, for shorter ones the distinct words that precede them; sequences at the start of
a text, which no word precedes, count by occurrence. Each class and length has its own
D = n1 / (n1 + 2 n2), from the sequences counted once and twice. Single words are interpolated with
the uniform distribution over the vocabulary. Where texts have weights, a sequence of n occurrences
with mean weight m counts as n m, and its discount is D m; D is that of the occurrences.

Own code, since NLTK's model keeps Python dictionaries (a thousand words a second), and KenLM
neither generates texts nor has packages for all systems. One set of arrays holds all classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mc.text.ngram.counting import (
    Counts,
    Floats,
    Table,
    before,
    distinct_before,
    padded,
    sequences,
    single_words,
)
from mc.text.places import places
from mc.text.reviews import Reviews, Tokens
from mc.text.tokens import END, START
from mc.types import Labels, Rows

MIN_DISCOUNT, MAX_DISCOUNT = 0.05, 0.95  # 0: unread words are impossible; 1: counts have no effect
UNREAD = -1  # stands for the row of a sequence that was not read
__all__ = ["UNREAD", "Counts", "Floats", "Level", "Model", "fit"]


@dataclass(frozen=True, eq=False)
class Level:
    """All sequences of one length that were read, a row each, sorted by key.

    Parameters
    ----------
    keys : (e,) int64
        The context's row times the size of the vocabulary, plus the last word.
    words : (e,) int32
        The last word.
    contexts : (e,) int64
        The row, in the level below, of the sequence without its last word.
    suffixes : (e,) int64
        The row, in the level below, of the sequence without its first word.
    shares : (e,) float64
        Discounted share among the words that follow the context.
    spare : (contexts,) float64
        Probability that each context leaves to the level below; 1 if nothing follows it.
    """

    keys: NDArray[np.int64]
    words: Tokens
    contexts: Rows
    suffixes: Rows
    shares: Floats
    spare: Floats

    def find(self, contexts: Rows, words: Tokens, width: int) -> Rows:
        """Rows of the sequences, or `UNREAD`."""
        wanted = contexts * width + words
        rows = np.minimum(places(self.keys, wanted), len(self.keys) - 1)
        return np.where((contexts >= 0) & (self.keys[rows] == wanted), rows, UNREAD)


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model.

    Parameters
    ----------
    levels : sequence of Level
        One for each length, single words first. The contexts of single words are the classes, and
        row ``label * width + word`` is the single word of a class, read or not.
    width : int
        Size of the vocabulary, special tokens included.
    """

    levels: Sequence[Level]
    width: int

    @property
    def order(self) -> int:
        """Number of words of the longest sequences."""
        return len(self.levels)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether each word was read, in texts of any class, (width,)."""
        read = (self.levels[0].shares > 0).reshape(-1, self.width)
        return np.asarray(read.any(axis=0))

    def probabilities(self, base: Floats) -> list[Floats]:
        """For each row of each level, the probability of the last word after the context.

        Parameters
        ----------
        base : (classes * width,) float64
            Probabilities of single words: `base` or `base_of_read`.
        """
        by_level = [base]
        for level in self.levels[1:]:
            shorter = by_level[-1][level.suffixes]
            by_level.append(level.shares + level.spare[level.contexts] * shorter)
        return by_level

    @property
    def base(self) -> Floats:
        """Probabilities of single words: discounted shares, interpolated with the uniform one."""
        words = self.levels[0]
        uniform = np.where(words.words == START, 0.0, 1 / (self.width - 1))
        return words.shares + words.spare[words.contexts] * uniform

    @property
    def base_of_read(self) -> Floats:
        """`base` restricted to the words that the class has read, since it writes no others.

        A class that has read nothing writes empty texts.
        """
        among = np.where(self.levels[0].shares > 0, self.base, 0.0).reshape(-1, self.width)
        among[among.sum(axis=1) == 0, END] = 1.0
        whole: Floats = (among / among.sum(axis=1, keepdims=True)).ravel()
        return whole

    def start(self, labels: Labels) -> NDArray[np.int64]:
        """Rows of the starts of texts of these classes, (order, m), see `follow`."""
        rows = np.empty((self.order, len(labels)), np.int64)
        rows[0] = labels
        starts = np.full(len(labels), START, np.int32)
        for place, level in enumerate(self.levels[:-1]):
            rows[place + 1] = level.find(rows[place], starts, self.width)
        return rows

    def follow(self, rows: NDArray[np.int64], words: Tokens) -> NDArray[np.int64]:
        """Add a word to each of m texts.

        Parameters
        ----------
        rows : (order, m) int64
            Class of each text, row of its last word, row of its last two words, and so on.
        words : (m,) int32
            The next words.

        Returns
        -------
        (order, m) int64
        """
        after = rows.copy()
        for place, level in enumerate(self.levels[:-1]):
            after[place + 1] = level.find(rows[place], words, self.width)
        return after

    def log_probability(self, reviews: Reviews, labels: Labels) -> Floats:
        """Log probability of each word, and of `END` after each text, in nats.

        Returns
        -------
        (N + n,) float64
        """
        text = padded(reviews, labels, self.order)
        known = self.probabilities(self.base)
        rows = text.labels * self.width + text.tokens
        probabilities = known[0][rows]
        for level, of_row in zip(self.levels[1:], known[1:], strict=True):
            contexts = before(rows, UNREAD)
            rows = level.find(contexts, text.tokens, self.width)
            shorter = np.where(contexts >= 0, level.spare[contexts], 1.0) * probabilities
            probabilities = np.where(rows >= 0, of_row[rows], shorter)
        logs: Floats = np.log(probabilities[text.places >= 0])
        return logs

    def perplexity(self, reviews: Reviews, labels: Labels) -> float:
        """The inverse of the geometric mean of the probabilities of all words."""
        return float(np.exp(-self.log_probability(reviews, labels).mean()))


def fit(
    reviews: Reviews,
    labels: Labels,
    order: int,
    width: int,
    classes: int = 2,
    *,
    weights: Floats | None = None,
) -> Model:
    """Fit a model to texts.

    Parameters
    ----------
    reviews : Reviews
        The texts, at least one of each class.
    labels : (n,) int8
        Their classes, from 0.
    order : int
        Number of words of the longest sequences, at least 1.
    width : int
        Size of the vocabulary, special tokens included.
    classes : int
        Number of classes.
    weights : (N + n,) float64, at least 0, optional
        Of words, and after each text of its end; None: all 1. At 0, sequences that end there are
        not counted, but the word still comes before others.
    """
    text = padded(reviews, labels, order, weights)
    rows: Rows = text.labels * width + text.tokens  # of the sequences that end at each token
    tables = [single_words(text, width, classes)]
    for length in range(2, order + 1):
        # Sequences across two texts get rows as well, but are never read: START separates texts.
        keys = before(rows, START) * width + text.tokens
        table, rows = sequences(keys, rows, text, length)
        tables.append(table)
    counts = [distinct_before(*pair) for pair in pairwise(tables)]
    counts.append((tables[-1].occurrences, tables[-1].means))
    levels, roots = [], np.arange(classes)  # the class of each context
    for table, counted in zip(tables, counts, strict=True):
        levels.append(_level(table, *counted, roots, width))
        roots = roots[levels[-1].contexts]
    return Model(levels, width)


def _level(table: Table, counts: Counts, means: Floats, roots: Rows, width: int) -> Level:
    """Discounted shares within each context; ``roots`` are the classes of contexts."""
    contexts, words = np.divmod(table.keys, width)
    discounts = np.array([_discount(counts[roots[contexts] == c]) for c in range(roots.max() + 1)])
    discount = discounts[roots]  # (contexts,)
    total = np.bincount(contexts, means * counts, len(roots))
    followers = np.bincount(contexts, np.where(counts > 0, means, 0.0), len(roots))
    some = np.where(total > 0, total, 1.0)
    spare = np.where(total > 0, discount * followers / some, 1.0)
    shares = means * np.maximum(counts - discount[contexts], 0) / some[contexts]
    return Level(table.keys, words.astype(np.int32), contexts, table.suffixes, shares, spare)


def _discount(counts: Counts) -> float:
    """Absolute discount of each count (Ney, Essen & Kneser 1994)."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return min(max(once / max(once + 2 * twice, 1), MIN_DISCOUNT), MAX_DISCOUNT)
