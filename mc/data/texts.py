"""Texts out of memory: UTF-8 on disk, read one at a time. Knows nothing of what they say."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mc.data.spool import Spool
from mc.types import Rows


class Texts(Sequence[str]):
    """Strings, sixteen bytes of memory each.

    Parameters
    ----------
    spool : Spool
        Holds them all, encoded.
    starts, sizes : (n,) int64
        Where each is in it, in bytes.
    """

    def __init__(self, spool: Spool, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        self._spool, self._starts, self.sizes = spool, starts, sizes

    @classmethod
    def write(cls, parts: Iterable[Sequence[str]]) -> "Texts":
        """Write texts part by part, so that a generator's parts are let go one after the other."""
        spool = Spool()

        def append(part: Sequence[str]) -> NDArray[np.int64]:
            encoded = [text.encode() for text in part]
            spool.append(b"".join(encoded))
            return np.fromiter(map(len, encoded), np.int64, len(encoded))

        # unlike a loop's variable, map holds no part while the next one is made
        sizes = np.concatenate([np.empty(0, np.int64), *map(append, parts)])
        return cls(spool, np.cumsum(sizes) - sizes, sizes)

    def take(self, rows: Rows | slice) -> "Texts":
        """Some of the texts, in any order; no byte of them is copied."""
        return Texts(self._spool, self._starts[rows], self.sizes[rows])

    def encoded(self) -> Iterator[bytes]:
        """Each text in UTF-8."""
        # memoryviews give Python's integers one by one, faster than numpy gives its own
        for start, size in zip(self._starts.data, self.sizes.data, strict=True):
            yield self._spool.read(start, size)

    def __iter__(self) -> Iterator[str]:
        return map(bytes.decode, self.encoded())

    def __len__(self) -> int:
        return len(self.sizes)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Texts": ...
    def __getitem__(self, row: int | slice) -> "str | Texts":
        if isinstance(row, slice):
            return self.take(row)
        return self._spool.read(int(self._starts[row]), int(self.sizes[row])).decode()
