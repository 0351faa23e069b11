"""Texts on disk: UTF-8 in a memory-mapped file, read in blocks by pyarrow."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mc.data.cache import unnamed_file
from mc.types import Rows

BLOCK = 1024  # texts that are in memory at once


class Texts(Sequence[str]):
    """Strings on disk; each takes sixteen bytes of memory.

    Parameters
    ----------
    array : pyarrow.LargeStringArray
        Texts in a memory-mapped file.
    rows : (n,) int64
        Their numbers in ``array``, in the order of this sequence.

    Examples
    --------
    >>> texts = Texts.write([["good", "bad"], ["so so"]])
    >>> list(texts.take([2, 0]))
    ['so so', 'good']
    """

    def __init__(self, array: pa.LargeStringArray, rows: Rows) -> None:
        self._array, self._rows = array, rows

    @classmethod
    def write(cls, parts: Iterable[Sequence[str]]) -> "Texts":
        """Write texts to a file part by part; a part is released before the next one is made."""
        with unnamed_file() as file:

            def append(part: Sequence[str]) -> NDArray[np.int64]:
                encoded = [text.encode() for text in part]
                file.write(b"".join(encoded))
                return np.fromiter(map(len, encoded), np.int64, len(encoded))

            # map, unlike a loop's variable, holds no part while the next one is made
            sizes = np.concatenate([np.zeros(1, np.int64), *map(append, parts)])
            ends = np.cumsum(sizes)  # (n + 1,) 0 first
            file.flush()
            # an empty file cannot be mapped
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if ends[-1] else b""
        n = len(sizes) - 1
        array = pa.LargeStringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(content))
        return cls(array, np.arange(n))

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """Texts in memory, which travel to other processes."""
        return cls(pa.array(texts, pa.large_string()), np.arange(len(texts)))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of each text, (n,)."""
        ends = np.frombuffer(self._array.buffers()[1], np.int64)
        return np.diff(ends)[self._rows]

    def take(self, rows: Rows | Sequence[int] | slice) -> "Texts":
        """Some of the texts, in any order; no text is copied."""
        return Texts(self._array, self._rows[rows])

    def encoded(self) -> Iterator[bytes]:
        """Each text in UTF-8."""
        return self._read(self._array.view(pa.large_binary()))

    def __iter__(self) -> Iterator[str]:
        return self._read(self._array)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Texts": ...
    def __getitem__(self, row: int | slice) -> "str | Texts":
        if isinstance(row, slice):
            return self.take(row)
        text: str = self._array[int(self._rows[row])].as_py()
        return text

    def _read(self, array: pa.Array) -> Iterator[pa.Scalar]:
        for start in range(0, len(self), BLOCK):
            yield from array.take(pa.array(self._rows[start : start + BLOCK])).to_pylist()
