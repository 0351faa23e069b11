"""Product slices to short names, as numbers. Knows nothing of reviews."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mc.types import Slices

LENGTH = 32  # letters of a name at most


def numbered(values: Iterable[object], numbers: dict[str, int]) -> Slices:
    """Number each value's short name; new names are given new ``numbers``."""
    full = [value if isinstance(value, str) else "" for value in values]
    known = {name: numbers.setdefault(_short(name), len(numbers)) for name in dict.fromkeys(full)}
    return np.array([known[name] for name in full], np.int32)


def renumbered(slices: Slices, numbers: dict[str, int]) -> tuple[Slices, NDArray[np.str_]]:
    """Places of the names among those that are left, and these."""
    left, places = np.unique(slices, return_inverse=True)
    names = list(numbers)
    return places.astype(np.int32), np.array([names[number] for number in left], np.str_)


def _short(name: str) -> str:
    """Last part of a path, first of a list."""
    last = name.strip().rstrip("/").rpartition("/")[2]
    return " ".join(last.partition(",")[0].split())[:LENGTH]
