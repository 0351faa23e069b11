"""How much of what is written was read word for word. Knows texts as word numbers."""

import numpy as np

from mc.text.places import places, runs, tagged
from mc.text.reviews import Reviews

LONG = 8  # words of a sequence that is called copied


def copied(written: Reviews, read: Reviews) -> tuple[float, float]:
    """What is copied from texts that were read.

    Parameters
    ----------
    written, read : Reviews
        The texts, and what their writer has read.

    Returns
    -------
    (float, float)
        Share of the sequences of `LONG` words that were read; and share of the texts (of those
        long enough) that look copied as a whole: all their sequences were read, and first met in
        one and the same text. The latter is a lower bound: a sequence that several texts have in
        common is ascribed to the first.
    """
    sources, owners = read.sequences(LONG)
    numbers, rows = written.sequences(LONG)
    if not len(numbers) or not len(sources):
        return 0.0, 0.0
    known, bits = tagged(sources, np.arange(len(sources)))
    wanted = numbers >> bits << bits
    found = known[np.minimum(places(known, wanted), len(known) - 1)]  # the first of its kind
    is_read = found >> bits << bits == wanted
    first = (found - wanted)[is_read].astype(np.int64)
    source = np.full(len(numbers), -1)
    source[is_read] = owners[first]
    lowest, highest = (ends.reduceat(source, runs(rows)) for ends in (np.minimum, np.maximum))
    return float(is_read.mean()), float(((lowest == highest) & (lowest >= 0)).mean())
