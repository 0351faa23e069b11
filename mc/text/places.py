"""Sorting and searching many numbers in long arrays, faster than NumPy's general ways.

Knows nothing of what they mean.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]


def places(
    ordered: NDArray[Any], values: NDArray[Any], side: Literal["left", "right"] = "left"
) -> NDArray[np.int64]:
    """What `numpy.searchsorted` gives.

    Searches in the order of the values, which misses a processor's cache less often: two to three
    times faster in a million elements.
    """
    order = values.argsort()
    found = np.empty(len(values), np.int64)
    found[order] = ordered.searchsorted(values[order], side)
    return found


def sorting(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a stable `numpy.argsort` gives, for keys that are not negative.

    Sorts keys and places as one number each where both have room in it, at a third of the time.
    """
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > 63:
        return keys.argsort(kind="stable")
    both = (keys << bits) | np.arange(len(keys))
    both.sort()
    both &= (1 << bits) - 1
    return both


def tagged(numbers: Numbers, tags: NDArray[np.int64]) -> tuple[Numbers, np.uint64]:
    """Numbers whose lowest bits give way to tags, sorted; and how many bits those are.

    Parameters
    ----------
    numbers : (m,) uint64
        Hashes: the bits that are left tell them apart.
    tags : (m,) int
        Not negative.
    """
    bits = np.uint64(int(tags.max(initial=0)).bit_length())
    found = (numbers >> bits << bits) | tags.astype(np.uint64)
    found.sort()
    return found, bits


def runs(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal elements begins."""
    begins = np.ones(len(ordered), bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(begins)
