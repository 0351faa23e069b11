"""Laws of selection and identity: each text once, classes alike, the same choice every time."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mc.data import reviews
from mc.errors import DataError
from mc.types import Corpus

ROWS = [(5 if row % 4 else 1, f"text {row}") for row in range(40)]


def corpus_of(folder: Path, rows: list[tuple[int, str]], **settings: object) -> Corpus:
    path = folder / "rows.parquet"
    pd.DataFrame(rows, columns=["stars", "text"]).to_parquet(path)
    return reviews.read(str(path), **settings)


def test_a_duplicate_is_kept_once(tmp_path: Path) -> None:
    copies = ["great  thing", "great thing ", "great<br>thing", "great&nbsp;thing"]
    rows = [(5, text) for text in copies] + [(1, "bad thing")]
    corpus = corpus_of(tmp_path, rows)
    assert list(corpus.texts) == ["great thing", "bad thing"]
    assert corpus.counts["duplicate"] == 3


def test_a_duplicate_across_files_is_kept_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        pd.DataFrame(ROWS, columns=["stars", "text"]).to_csv(tmp_path / f"{name}.csv", index=False)
    corpus = reviews.read(str(tmp_path), balance=False)
    assert len(corpus) == len(ROWS) == corpus.counts["duplicate"]


def test_a_dropped_copy_does_not_take_the_place_of_a_usable_one(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, [(3, "same"), (5, "same"), (1, "other")])
    assert sorted(corpus.texts) == ["other", "same"]


def test_classes_are_alike_unless_asked_otherwise(tmp_path: Path) -> None:
    balanced = corpus_of(tmp_path, ROWS)
    assert len(balanced) == 20
    assert balanced.labels.sum() == 10
    assert balanced.counts["balanced_away"] == 20
    whole = corpus_of(tmp_path, ROWS, balance=False)
    assert len(whole) == 40
    assert whole.counts["balanced_away"] == 0


def test_balancing_keeps_the_files_order(tmp_path: Path) -> None:
    numbers = [int(text.split()[1]) for text in corpus_of(tmp_path, ROWS).texts]
    assert all(first < second for first, second in pairwise(numbers))


@given(st.permutations(ROWS))
def test_balancing_chooses_the_same_reviews_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    assert set(corpus_of(folder, rows).texts) == set(corpus_of(folder, ROWS).texts)


def test_one_class_cannot_be_balanced(tmp_path: Path) -> None:
    rows = [(5, "good"), (4, "fine")]
    with pytest.raises(DataError, match="all 2 usable reviews are positive"):
        corpus_of(tmp_path, rows)
    assert len(corpus_of(tmp_path, rows, balance=False)) == 2


def test_the_digest_tells_texts_labels_and_groups_apart(tmp_path: Path) -> None:
    def digest(rows: list[tuple[int, str, str]]) -> str:
        path = tmp_path / "rows.parquet"
        pd.DataFrame(rows, columns=["stars", "text", "source"]).to_parquet(path)
        return reviews.read(str(path)).digest

    base = [(5, "good", "x"), (1, "bad", "y")]
    assert digest(base) == digest(base)
    others = [
        [(5, "well", "x"), (1, "bad", "y")],
        [(1, "good", "x"), (5, "bad", "y")],
        [(5, "good", "x"), (1, "bad", "x")],
        [(1, "bad", "y"), (5, "good", "x")],
    ]
    assert len({digest(rows) for rows in [base, *others]}) == 5


def test_the_fingerprint_follows_content_name_and_parameters(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("stars,text\n5,good\n1,bad\n")
    copy.write_text(path.read_text())
    before = reviews.fingerprint(str(path))
    assert reviews.fingerprint(str(path)) == before == reviews.fingerprint(str(path), balance=True)
    assert reviews.fingerprint(str(path), balance=False) != before
    assert reviews.fingerprint(str(copy)) != before
    path.write_text("stars,text\n5,good\n1,bad!\n")
    assert reviews.fingerprint(str(path)) != before
