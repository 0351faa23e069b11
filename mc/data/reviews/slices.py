"""Product slices to short names, as numbers."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mc.types import Slices

LENGTH = 32  # maximum letters of a name


def numbered(values: Iterable[object], numbers: dict[str, int]) -> Slices:
    """Number of each value's short name; adds new names to ``numbers``."""
    names = [value if isinstance(value, str) else "" for value in values]
    by_name = {
        name: numbers.setdefault(_short(name), len(numbers)) for name in dict.fromkeys(names)
    }
    return np.array([by_name[name] for name in names], np.int32)


def renumbered(slices: Slices, numbers: dict[str, int]) -> tuple[Slices, NDArray[np.str_]]:
    """Slices renumbered from 0 without gaps, and the names of the new numbers."""
    used, new_numbers = np.unique(slices, return_inverse=True)
    names = list(numbers)
    return new_numbers.astype(np.int32), np.array([names[number] for number in used], np.str_)


def _short(name: str) -> str:
    """The last part of a path, the first element of a list, at most `LENGTH` letters."""
    last = name.strip().rstrip("/").rpartition("/")[2]
    return " ".join(last.partition(",")[0].split())[:LENGTH]
