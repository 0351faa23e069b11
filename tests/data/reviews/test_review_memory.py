"""The law of reading: memory is for a chunk of the file, not for all of its reviews."""

import tracemalloc
from pathlib import Path

import pandas as pd
import pytest

from mc.data import reviews
from mc.data.reviews import reading


def test_reading_takes_little_memory_for_each_further_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROWS", 50)

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.parquet"
        said = [(1 + 4 * (row % 2), f"{row} of many " * 50, f"x/{row % 5}") for row in range(rows)]
        frame = pd.DataFrame(said, columns=["stars", "text", "source"])
        frame.to_parquet(path, row_group_size=100, compression="none")
        tracemalloc.start()
        try:
            assert len(reviews.read(str(path))) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # what the first call loads
    assert peak(4000) - peak(400) < 3600 * 300  # a text has more than 600 bytes
