"""Flat arrays on disk, while features are counted.

Own code, since it reads parts of arrays of several types from one open file: numpy's and pyarrow's
memory maps each hold a file open, and a large corpus has more arrays than a process may open.
"""

import os
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from mc.data.cache import unnamed_file
from mc.types import Array


class ArrayFile:
    """A file of arrays; it closes with the last of them."""

    def __init__(self) -> None:
        self._file = unnamed_file()
        weakref.finalize(self, _close, self._file)

    def store(self, array: Array) -> "StoredArray":
        """Append a flat array."""
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(array.data)
        return StoredArray(self, start, len(array), array.dtype)

    def read(self, start: int, size: int) -> bytes:
        """Read ``size`` bytes from ``start`` on."""
        self._file.seek(start)
        return self._file.read(size)


@dataclass(frozen=True)
class StoredArray:
    """An array of ``length`` elements in a file, from byte ``start`` on."""

    file: ArrayFile
    start: int
    length: int
    dtype: np.dtype[Any]

    def load(self, first: int = 0, last: int | None = None) -> Array:
        """Elements ``first`` to ``last``, without the last, read-only."""
        width, stop = self.dtype.itemsize, self.length if last is None else last
        content = self.file.read(self.start + first * width, (stop - first) * width)
        return np.frombuffer(content, self.dtype)


def _close(file: IO[bytes]) -> None:
    """Close; on a full disk the write has raised its error already."""
    with suppress(OSError):
        file.close()
