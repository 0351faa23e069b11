"""Which reviews stay: those with text, each text once, as many of either class.

Knows texts, by their digests, and labels; every choice is fixed, and each row left out is counted.
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
    """Mark each text with a number that no other text has.

    Of 3.6 million texts, some two share theirs with a probability of 4 in 10 million; one of
    them is then taken for a copy of the other.
    """
    digests = (hashlib.blake2b(text, digest_size=8).digest() for text in texts.encoded())
    numbers = (int.from_bytes(digest, "little") for digest in digests)
    return np.fromiter(numbers, np.uint64, len(texts))


def with_text(rows: Rows, texts: Texts, counts: Counter[str]) -> Rows:
    kept = rows[texts.sizes[rows] > 0]
    counts["no_text"] += len(rows) - len(kept)
    return kept


def distinct(rows: Rows, marks: Marks, counts: Counter[str]) -> Rows:
    """First row of each text: a copy in pool and test would be a leak."""
    _, first = np.unique(marks[rows], return_index=True)
    counts["duplicate"] += len(rows) - len(first)
    return rows[np.sort(first)]


def balanced(rows: Rows, marks: Marks, labels: Labels, counts: Counter[str], name: str) -> Rows:
    """As many rows of either class; which ones depends on their texts, not on their order."""
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
