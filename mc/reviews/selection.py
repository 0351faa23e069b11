"""Which reviews stay: those with text, each text once, as many of either class.

Knows texts and labels; every choice is fixed, and each row left out is counted.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from mc.errors import DataError
from mc.types import Labels, Rows


def with_text(rows: Rows, texts: Sequence[str], counts: Counter[str]) -> Rows:
    kept = [row for row in rows if texts[row]]
    counts["no_text"] += len(rows) - len(kept)
    return np.array(kept, np.int64)


def distinct(rows: Rows, texts: Sequence[str], counts: Counter[str]) -> Rows:
    """First row of each text: a copy in pool and test would be a leak."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(texts[row], row)
    counts["duplicate"] += len(rows) - len(first)
    return np.fromiter(first.values(), np.int64, len(first))


def balanced(
    rows: Rows, texts: Sequence[str], labels: Labels, counts: Counter[str], name: str
) -> Rows:
    """As many rows of either class; which ones depends on their texts, not on their order."""
    classes = [rows[labels[rows] == label] for label in (0, 1)]
    fewer, more = sorted(classes, key=len)
    if not len(fewer):
        only = "positive" if labels[more[0]] else "negative"
        raise DataError(
            f"{name}: all {len(more)} usable reviews are {only}, so they cannot be balanced; "
            "give a file with both classes, or balance=false"
        )
    digests = (hashlib.blake2b(texts[row].encode(), digest_size=8).digest() for row in more)
    order = np.argsort(np.frombuffer(b"".join(digests), "<u8"), kind="stable")
    counts["balanced_away"] += len(more) - len(fewer)
    return np.sort(np.concatenate([fewer, more[order[: len(fewer)]]]))
