"""Selects reviews: those with text, each text once, equally many of each class.

No choice is random, and every dropped row is counted.
"""

import hashlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from mc.data.texts import Texts
from mc.errors import DataError
from mc.types import Labels, Rows

Marks = NDArray[np.uint64]  # equal for equal texts only


def mark(texts: Texts) -> Marks:
    """Hash each text to 64 bits.

    Two different texts among 3.6 million have equal marks with a probability of 4 in 10 million;
    one of them is then dropped as a copy of the other.
    """
    digests = (hashlib.blake2b(text, digest_size=8).digest() for text in texts.encoded())
    numbers = (int.from_bytes(digest, "little") for digest in digests)
    return np.fromiter(numbers, np.uint64, len(texts))


def with_text(rows: Rows, texts: Texts, counts: Counter[str]) -> Rows:
    kept = rows[texts.sizes[rows] > 0]
    counts["no_text"] += len(rows) - len(kept)
    return kept


def distinct(rows: Rows, marks: Marks, counts: Counter[str]) -> Rows:
    """First row of each text: copies in both pool and test would leak labels."""
    _, first = np.unique(marks[rows], return_index=True)
    counts["duplicate"] += len(rows) - len(first)
    return rows[np.sort(first)]


def balanced(rows: Rows, marks: Marks, labels: Labels, counts: Counter[str], name: str) -> Rows:
    """Equally many rows of each class, selected by their texts, not by their order."""
    classes = [rows[labels[rows] == label] for label in (0, 1)]
    fewer, more = sorted(classes, key=len)
    if not len(fewer):
        only = "positive" if labels[more[0]] else "negative"
        raise DataError(
            f"{name}: all {len(more)} usable reviews are {only}, so they cannot be balanced; "
            "give a file with both classes, or balance=false"
        )
    order = np.argsort(marks[more], kind="stable")
    counts["balanced_away"] += len(more) - len(fewer)
    return np.sort(np.concatenate([fewer, more[order[: len(fewer)]]]))
