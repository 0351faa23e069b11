"""Measures how much of generated text is copied word for word from the training texts."""

import numpy as np

from mc.text.places import places, runs, tagged
from mc.text.reviews import Reviews

LONG = 8  # words of a sequence that counts as copied


def copied(written: Reviews, read: Reviews) -> tuple[float, float]:
    """Share of text that is copied.

    Parameters
    ----------
    written, read : Reviews
        Generated texts, and the training texts of their model.

    Returns
    -------
    (float, float)
        Share of the sequences of `LONG` words that occur in ``read``; and share of the texts (that
        have such a sequence) that are copied as a whole: the first occurrences of all their
        sequences are in the same text of ``read``. The latter is a lower bound, since a sequence
        that several texts share counts for the first of them only.
    """
    sources, owners = read.sequences(LONG)
    numbers, rows = written.sequences(LONG)
    if not len(numbers) or not len(sources):
        return 0.0, 0.0
    known, bits = tagged(sources, np.arange(len(sources)))
    wanted = numbers >> bits << bits
    nearest = known[np.minimum(places(known, wanted), len(known) - 1)]  # its first occurrence
    is_read = nearest >> bits << bits == wanted
    first = (nearest - wanted)[is_read].astype(np.int64)
    source = np.full(len(numbers), -1)
    source[is_read] = owners[first]
    lowest, highest = (ends.reduceat(source, runs(rows)) for ends in (np.minimum, np.maximum))
    return float(is_read.mean()), float(((lowest == highest) & (lowest >= 0)).mean())
