"""Sorts and searches long arrays of integers, faster than NumPy's general functions."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mc.types import Array

Numbers = NDArray[np.uint64]


def places(
    ordered: Array, values: Array, side: Literal["left", "right"] = "left"
) -> NDArray[np.int64]:
    """The result of `numpy.searchsorted`.

    Searches for the values in ascending order, which needs fewer cache misses: two to three times
    faster in a million elements.
    """
    order = values.argsort()
    positions = np.empty(len(values), np.int64)
    positions[order] = ordered.searchsorted(values[order], side)
    return positions


def sorting(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The result of a stable `numpy.argsort`, for keys that are not negative.

    Sorts each key and its place as one number if both fit, in a third of the time.
    """
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > 63:
        return keys.argsort(kind="stable")
    both = (keys << bits) | np.arange(len(keys))
    both.sort()
    both &= (1 << bits) - 1
    return both


def tagged(numbers: Numbers, tags: NDArray[np.int64]) -> tuple[Numbers, np.uint64]:
    """Replace the lowest bits of numbers by tags and sort; returns the number of bits as well.

    Parameters
    ----------
    numbers : (m,) uint64
        Hashes; the remaining bits still distinguish them.
    tags : (m,) int
        Not negative.
    """
    bits = np.uint64(int(tags.max(initial=0)).bit_length())
    both = (numbers >> bits << bits) | tags.astype(np.uint64)
    both.sort()
    return both, bits


def runs(ordered: Array) -> NDArray[np.int64]:
    """The first position of each run of equal elements."""
    begins = np.ones(len(ordered), bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(begins)
