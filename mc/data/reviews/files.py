"""Patterns to files, and files to bytes: plain or compressed, in blocks of whole lines."""

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from mc.errors import DataError

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq")
COMPRESSED = (".gz", ".bz2", ".xz", ".zip", ".zst")
BLOCK = 8 << 20  # bytes read at a time
LONGEST_LINE = 64 << 20  # bytes; longer lines are cut
BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, pa.ArrowException)

_BOM = b"\xef\xbb\xbf"
_REPLACEMENT = "\ufffd"


def find(pattern: str) -> list[Path]:
    """Files that match a path, a glob or a folder, sorted.

    Parameters
    ----------
    pattern : str
        ``~`` is the home folder; relative paths start at the current folder. A folder means the
        files in it whose suffix is known, without those in its subfolders.

    Raises
    ------
    DataError
        When there is no such file.
    """
    path = Path(pattern).expanduser()
    if path.is_dir():
        paths = [file for file in path.iterdir() if file.is_file() and is_data(file)]
        problem = f"holds no file of a known kind ({', '.join(SUFFIXES)}, or those compressed)"
    elif path.exists():
        return [path]
    else:
        matches = glob(str(path), recursive=True)  # noqa: PTH207 (Path.glob takes no absolute ones)
        paths = [Path(match) for match in matches if Path(match).is_file()]
        problem = "matches no file" if is_glob(pattern) else "does not exist"
    if not paths:
        raise DataError(f"data={pattern!r} {problem}; looked in {_looked_in(path)}")
    return sorted(paths)


def is_data(path: Path) -> bool:
    """Whether a file may hold reviews, by its suffix, compressed or not."""
    if path.name.startswith((".", "_")):
        return False
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        return ".tar" not in suffixes
    return bool(suffixes) and suffixes[-1] in SUFFIXES


def is_glob(pattern: str) -> bool:
    """Whether a pattern has wildcards."""
    return any(sign in pattern for sign in "*?[")


def _looked_in(path: Path) -> Path:
    return path.absolute() if path.is_dir() else path.absolute().parent


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the errors of libraries on a broken file into one clear error."""
    try:
        yield
    except BROKEN as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{path} cannot be read: {reason}; is the download complete, and the file readable?"
        ) from error


def digest(paths: Iterable[Path], identity: str) -> str:
    """Hex digest of files, and of what else a corpus depends on; parses no rows."""
    found = hashlib.sha256(identity.encode())
    for path in paths:
        with explained(path), path.open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for its decompressed bytes; detects the compression by content, not by name."""
    with ExitStack() as stack:
        stream: BinaryIO = stack.enter_context(path.open("rb"))
        while True:
            inner = _decompressed(path, stream)
            if inner is None:
                yield stream
                return
            stream = stack.enter_context(inner)


def _decompressed(path: Path, stream: BinaryIO) -> BinaryIO | None:
    start = stream.peek(6)[:6]  # type: ignore[attr-defined]
    if start.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=stream)))
    if start.startswith(b"BZh"):
        return cast(BinaryIO, io.BufferedReader(bz2.BZ2File(stream)))
    if start.startswith(b"\xfd7zXZ"):
        return cast(BinaryIO, io.BufferedReader(lzma.LZMAFile(stream)))
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        plain = pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")
        return cast(BinaryIO, io.BufferedReader(plain))
    if start.startswith(b"PK\x03\x04"):
        return _only_member(path, stream)
    return None


def _only_member(path: Path, stream: BinaryIO) -> BinaryIO:
    archive = zipfile.ZipFile(stream)
    members = [name for name in archive.namelist() if is_data(Path(name))]
    members = [name for name in members if not name.startswith("__MACOSX")]
    if len(members) != 1:
        raise DataError(
            f"{path} holds {len(members)} data files ({', '.join(members[:5]) or 'none'}) where "
            "one is expected; unpack it and give the path of the file, or a pattern"
        )
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, archive.open(members[0]))))


def lines(stream: BinaryIO, counts: Counter[str]) -> Iterator[bytes]:
    """Blocks of whole lines in valid UTF-8, without a byte order mark.

    Bytes that are not UTF-8 become the replacement character, each counted in
    ``counts["invalid_characters"]``.
    """
    first = True
    while block := stream.read(BLOCK):
        block += stream.readline(LONGEST_LINE)  # a line end never splits a character
        yield _valid(block.removeprefix(_BOM) if first else block, counts)
        first = False


def _valid(block: bytes, counts: Counter[str]) -> bytes:
    try:
        block.decode()
    except UnicodeDecodeError:
        text = block.decode(errors="replace")
        counts["invalid_characters"] += text.count(_REPLACEMENT) - block.count(
            _REPLACEMENT.encode()
        )
        return text.encode()
    return block


class Joined(io.RawIOBase):
    """Blocks of bytes as one readable stream, for libraries that need a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
