"""Bytes and arrays out of memory, on disk. Knows nothing of what they mean."""

import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mc.data.cache import cache_root


class Spool:
    """A file without a name: it goes with its last user, or with the process, however that ends.

    It lies in the cache's folder, where files as large are expected.
    """

    def __init__(self) -> None:
        folder = cache_root()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by the next line)
        weakref.finalize(self, _close, self._file)
        self._end = 0

    def append(self, content: bytes | memoryview) -> int:
        """Write at the end; where it begins."""
        start = self._file.seek(self._end)
        self._end += self._file.write(content)
        return start

    def read(self, start: int, size: int) -> bytes:
        """The bytes from one place on."""
        self._file.seek(start)
        return self._file.read(size)

    def store(self, array: NDArray[Any]) -> "Stored":
        """Put a flat array away."""
        return Stored(self, self.append(array.data), array.nbytes, array.dtype)


@dataclass(frozen=True)
class Stored:
    """An array in a spool."""

    spool: Spool
    start: int
    size: int
    dtype: np.dtype[Any]

    def load(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Its elements from the ``first`` to before the ``last``, read-only."""
        width = self.dtype.itemsize
        stop = self.size if last is None else last * width
        start = first * width
        return np.frombuffer(self.spool.read(self.start + start, stop - start), self.dtype)


def _close(file: IO[bytes]) -> None:
    """Close, whatever a full disk left to be written: whoever wrote it has been told."""
    with suppress(OSError):
        file.close()
