"""Recognises a file's kind and column names from its first bytes."""

import csv
import io
import json
import re
from ast import literal_eval
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from mc.data.reviews import files
from mc.errors import DataError

HEAD = 512 << 10  # bytes that are examined
FASTTEXT = "__label__"
CLASS_TITLE_TEXT = ("label", "title", "text")  # Zhang et al., no header
AMAZON_US = (
    "marketplace",
    "customer_id",
    "review_id",
    "product_id",
    "product_parent",
    "product_title",
    "product_category",
    "star_rating",
    "helpful_votes",
    "total_votes",
    "vine",
    "verified_purchase",
    "review_headline",
    "review_body",
    "review_date",
)

# First bytes of files that are not reviews, what they are, and the remedy.
_OTHER_FILES = (
    (b"\xff\xfe", "is UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text", "save it as UTF-8"),
    (b"<", "is an HTML or XML page", "was the download a login or error page?"),
    (b"version https://git-lfs", "is a Git LFS pointer", "fetch the file behind it (git lfs pull)"),
    (b"[", "is one JSON array", "write one object a line (jq -c '.[]' FILE)"),
)


@dataclass(frozen=True)
class Dialect:
    """How a table separates its fields."""

    delimiter: str
    quoted: bool
    escaped: bool  # by a backslash, as Spark does


@dataclass(frozen=True)
class Layout:
    """A file's kind and columns.

    Parameters
    ----------
    kind : {"parquet", "fasttext", "json", "table"}
        How to read it.
    columns : tuple of str
        In the file's order; known layouts without a header have their usual names.
    header : bool
        Whether the first row of a table holds the names.
    dialect : Dialect, optional
        For tables only.
    """

    kind: str
    columns: tuple[str, ...]
    header: bool = False
    dialect: Dialect | None = None


def recognise(path: Path) -> Layout:
    """Recognise a file's layout from its first bytes.

    Raises
    ------
    DataError
        When the file is empty, broken or not a file of reviews; says what it looks like.
    """
    with files.explained(path), files.opened(path) as stream:
        head = stream.read(HEAD)
        whole = len(head) < HEAD
        head += stream.readline(files.LONGEST_LINE)
    if not head.strip():
        raise DataError(f"{path} is empty")
    if head.startswith(b"PAR1"):
        return Layout("parquet", _parquet_columns(path))
    _refuse_other_files(path, head)
    text = head.decode("utf-8-sig", errors="replace").lstrip("\r\n")
    if text.startswith(FASTTEXT):
        return Layout("fasttext", CLASS_TITLE_TEXT)
    if text.startswith("{"):
        return Layout("json", _json_columns(path, text))
    return _table(path, text, whole)


def _refuse_other_files(path: Path, head: bytes) -> None:
    for beginning, what, remedy in _OTHER_FILES:
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginning):
            raise DataError(f"{path} {what}, not a file of reviews; {remedy}")
    if head[257:262] == b"ustar":
        raise DataError(f"{path} is a tar archive; unpack it and give the path of the file in it")
    undecodable = head.decode(errors="replace").count("\ufffd")
    if b"\0" in head or undecodable > len(head) / 10:
        raise DataError(
            f"{path} holds binary data; known are parquet, and UTF-8 text as csv, tsv, JSON lines "
            f"or {FASTTEXT}1 lines, each plain or compressed ({' '.join(files.COMPRESSED)})"
        )


def _parquet_columns(path: Path) -> tuple[str, ...]:
    with files.explained(path), files.opened(path) as stream, pq.ParquetFile(stream) as file:
        return tuple(file.schema_arrow.names)


def record(line: str) -> dict[str, object] | None:
    """Parse a line as a JSON object, or in the Python syntax of McAuley's full files of 2014."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = _python_literal(line)
    return value if isinstance(value, dict) else None


def _python_literal(line: str) -> object:
    if not line.startswith("{'"):
        return None
    try:
        return literal_eval(line)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _json_columns(path: Path, text: str) -> tuple[str, ...]:
    """All keys of the first lines, since any line may lack some."""
    records = filter(None, (record(line.strip()) for line in text.split("\n")))
    keys = tuple(dict.fromkeys(str(key) for review in records for key in review))
    if not keys:
        raise DataError(
            f"{path} begins like JSON, but no line of its beginning is a JSON object; "
            "write one object a line (jq -c . FILE)"
        )
    return keys


def _table(path: Path, text: str, whole: bool) -> Layout:
    dialect, first = _dialect(text, whole)
    if len(first) < 2:
        raise DataError(
            f"{path} is text, but no table with commas, tabs or semicolons, no JSON lines and no "
            f"{FASTTEXT}1 lines; it begins with {text[:60]!r}"
        )
    known = _names_without_header(first)
    return Layout("table", known or _unique(first), not known, dialect)


def _dialect(text: str, whole: bool) -> tuple[Dialect, list[str]]:
    """The dialect in which most rows have as many fields as the first, and the first row."""
    best, most, first = Dialect(",", True, False), 0, [""]
    for delimiter in "\t,;|":
        for dialect in _ways_to_quote(text, delimiter):
            rows = _rows(text, dialect)
            complete = rows if whole or len(rows) < 2 else rows[:-1]
            alike = sum(len(row) == len(rows[0]) for row in complete) if rows else 0
            if alike > most and len(rows[0]) > 1:
                best, most, first = dialect, alike, rows[0]
    return best, first


def _ways_to_quote(text: str, delimiter: str) -> list[Dialect]:
    """Dialects to try, the likeliest first.

    Amazon's tables with tabs have no quoting: a quote at the start of a review would swallow
    everything up to the next quote. So quoting in a table with tabs needs evidence: some fields
    are in quotes, and every one of them is properly closed.
    """
    plain = Dialect(delimiter, False, False)
    quoted = [Dialect(delimiter, True, False), Dialect(delimiter, True, True)]
    return [*quoted, plain] if delimiter != "\t" or _well_quoted(text) else [plain, *quoted]


def _well_quoted(text: str) -> bool:
    fields = [field for line in text.split("\n") for field in line.rstrip("\r").split("\t")]
    in_quotes = [field for field in fields if field.startswith('"')]
    return bool(in_quotes) and all(map(re.compile(r'"(?:[^"]|"")*"').fullmatch, in_quotes))


def _rows(text: str, dialect: Dialect) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        escapechar="\\" if dialect.escaped else None,
    )
    try:
        return [row for row in reader if row]
    except csv.Error:  # a quote that never closes
        return []


def _names_without_header(first: Sequence[str]) -> tuple[str, ...]:
    digits = {"0", "1", "2", "3", "4", "5"}
    if len(first) == len(AMAZON_US) and first[7].strip() in digits:
        return AMAZON_US
    if len(first) == 3 and first[0].strip() in digits:
        return CLASS_TITLE_TEXT
    if len(first) == 2 and first[0].strip() in digits:
        return ("label", "text")
    return ()


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    unique = []
    for position, name in enumerate(names, start=1):
        plain = name.strip() or f"column {position}"
        seen[plain] += 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(unique)
