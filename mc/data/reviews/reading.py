"""Files of a known layout to frames with the wanted columns, chunk by chunk."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from mc.data.reviews import files
from mc.data.reviews.layouts import CLASS_TITLE_TEXT, FASTTEXT, Dialect, Layout, record

ROWS = 1 << 14  # rows of a chunk of parquet

Wanted = Sequence[str]
Reader = Callable[[BinaryIO, Layout, Wanted, Counter[str]], Iterator[pd.DataFrame]]


def chunks(
    path: Path, layout: Layout, wanted: Wanted, counts: Counter[str]
) -> Iterator[pd.DataFrame]:
    """Read a file in chunks.

    Parameters
    ----------
    path : Path
        The file.
    layout : Layout
        From ``recognise``.
    wanted : sequence of str
        Columns to read, a subset of the layout's.
    counts : Counter
        Updated: ``read`` (rows, malformed ones included), ``malformed`` and
        ``invalid_characters``.

    Yields
    ------
    DataFrame
        The wanted columns, values as in the file; missing values are None or NaN.

    Raises
    ------
    DataError
        When the file is incomplete or contradicts its layout.
    """
    with files.explained(path), files.opened(path) as stream:
        for frame in _READERS[layout.kind](stream, layout, wanted, counts):
            counts["read"] += len(frame)
            yield frame


def _parquet(
    stream: BinaryIO, layout: Layout, wanted: Wanted, counts: Counter[str]
) -> Iterator[pd.DataFrame]:
    with pq.ParquetFile(stream, buffer_size=files.BLOCK) as file:
        # one call a group, since iter_batches keeps what it has read until its last batch
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(ROWS, [group], list(wanted)):
                yield batch.to_pandas()


def _fasttext(
    stream: BinaryIO, layout: Layout, wanted: Wanted, counts: Counter[str]
) -> Iterator[pd.DataFrame]:
    for block in files.lines(stream, counts):
        rows = [line for line in _split(block) if line]
        reviews = [_fasttext_row(row) for row in rows if row.startswith(FASTTEXT)]
        _malformed(counts, len(rows) - len(reviews))
        yield pd.DataFrame(reviews, columns=list(CLASS_TITLE_TEXT), dtype=object)[list(wanted)]


def _fasttext_row(line: str) -> tuple[str, str, str]:
    label, _, text = line.removeprefix(FASTTEXT).partition(" ")
    title, colon, body = text.partition(": ")
    return (label, title, body) if colon else (label, "", text)


def _json(
    stream: BinaryIO, layout: Layout, wanted: Wanted, counts: Counter[str]
) -> Iterator[pd.DataFrame]:
    for block in files.lines(stream, counts):
        rows = [line for line in _split(block) if line]
        records = [parsed for parsed in map(record, rows) if parsed is not None]
        _malformed(counts, len(rows) - len(records))
        columns = {name: [review.get(name) for review in records] for name in wanted}
        yield pd.DataFrame(columns, dtype=object)


def _table(
    stream: BinaryIO, layout: Layout, wanted: Wanted, counts: Counter[str]
) -> Iterator[pd.DataFrame]:
    assert layout.dialect is not None

    def skip(row: pa.csv.InvalidRow) -> str:
        _malformed(counts, 1)
        return "skip"

    source = files.Joined(files.lines(stream, counts))
    batches = pa.csv.open_csv(
        source,
        read_options=pa.csv.ReadOptions(
            column_names=list(layout.columns),
            skip_rows_after_names=int(layout.header),
            block_size=2 * files.BLOCK,
        ),
        parse_options=_parse_options(layout.dialect, skip),
        convert_options=pa.csv.ConvertOptions(
            include_columns=list(wanted),
            column_types=dict.fromkeys(layout.columns, pa.string()),
            strings_can_be_null=False,
        ),
    )
    for batch in batches:
        yield batch.to_pandas()


def _parse_options(
    dialect: Dialect, skip: "Callable[[pa.csv.InvalidRow], str]"
) -> "pa.csv.ParseOptions":
    return pa.csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char='"' if dialect.quoted else False,
        escape_char="\\" if dialect.escaped else False,
        newlines_in_values=dialect.quoted,
        invalid_row_handler=skip,
    )


def _split(block: bytes) -> list[str]:
    """Split at line feeds only: str.splitlines would split at other characters in reviews, too."""
    return [line.strip(" \r\t") for line in block.decode().split("\n")]


def _malformed(counts: Counter[str], rows: int) -> None:
    counts["read"] += rows
    counts["malformed"] += rows


_READERS: dict[str, Reader] = {
    "parquet": _parquet,
    "fasttext": _fasttext,
    "json": _json,
    "table": _table,
}
