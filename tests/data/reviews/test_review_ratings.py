"""Laws of ratings: which rows are positive, negative or dropped, however they are written."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mc.data import reviews
from mc.data.reviews import ratings
from mc.data.reviews.corpus import DROPPED
from mc.errors import DataError, ParameterError
from mc.types import Corpus


def corpus_of(tmp_path: Path, rows: list[dict[str, Any]], **settings: object) -> Corpus:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return reviews.read(str(path), **{"balance": False} | settings)


def labelled(values: list[Any]) -> list[dict[str, Any]]:
    return [{"text": f"text {row}", "label": value} for row, value in enumerate(values)]


@pytest.mark.parametrize(
    "written", ["{}", "{}.0", " {} ", "{} stars", "{}.0 out of 5 stars", "{}/5", "{},0"]
)
def test_stars_mean_the_same_however_written(written: str) -> None:
    values = pd.Series([written.format(stars) for stars in (1, 2, 3, 4, 5)])
    assert ratings.from_stars(values).tolist() == [0, 0, ratings.NEUTRAL, 1, 1]


@given(st.lists(st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]), min_size=1))
def test_stars_from_four_are_positive_and_up_to_two_negative(stars: list[float]) -> None:
    codes = ratings.from_stars(pd.Series(stars))
    for value, code in zip(stars, codes, strict=True):
        assert code == (1 if value >= 4 else 0 if value <= 2 else ratings.NEUTRAL)


@pytest.mark.parametrize(
    "value", [None, float("nan"), "", "nan", "good", 0, -1, [5], {}, "5 apples"]
)
def test_what_is_no_rating_is_counted(value: object, tmp_path: Path) -> None:
    rows = [{"text": "a", "stars": value}, {"text": "b", "stars": 5}, {"text": "c"}]
    corpus = corpus_of(tmp_path, rows)
    assert list(corpus.texts) == ["b"]
    assert corpus.counts["no_rating"] == 2


def test_three_stars_are_dropped_and_counted(tmp_path: Path) -> None:
    rows = [{"text": f"text {stars}", "stars": stars} for stars in (1, 2, 3, 3.0, "3", 4, 5)]
    corpus = corpus_of(tmp_path, rows)
    assert corpus.labels.tolist() == [0, 0, 1, 1]
    assert corpus.counts["three_stars"] == 3


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1], [0, 1, 1]),
        ([1, 2, 2], [0, 1, 1]),
        (["1.0", "2"], [0, 1]),
        ([-1, 1], [0, 1]),
        ([1, 2, 3, 4, 5], [0, 0, 1, 1]),
        ([5, 5], [1, 1]),
        ([0, 0], [0, 0]),
        (["pos", "NEG", "Positive", "negative", "neutral"], [1, 0, 1, 0]),
        ([True, False], [1, 0]),
        ([0, 1, None, 17, "junk"], [0, 1]),
    ],
)
def test_labels_are_read_on_the_scale_that_they_show(
    values: list[Any], expected: list[int], tmp_path: Path
) -> None:
    assert corpus_of(tmp_path, labelled(values)).labels.tolist() == expected


@pytest.mark.parametrize("values", [[1, 1], [2, 2], [0, 4], [0, 1, 2], [-1, 0, 1]])
def test_labels_that_could_mean_either_need_the_parameter(
    values: list[int], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="label_scale"):
        corpus_of(tmp_path, labelled(values))


def test_the_parameter_decides(tmp_path: Path) -> None:
    rows = labelled([1, 1])
    assert corpus_of(tmp_path, rows, label_scale="0/1").labels.tolist() == [1, 1]
    assert corpus_of(tmp_path, rows, label_scale="1/2").labels.tolist() == [0, 0]
    zero_based = corpus_of(tmp_path, labelled([0, 1, 2, 3, 4]), label_scale="0-4")
    assert zero_based.labels.tolist() == [0, 0, 1, 1]
    with pytest.raises(ParameterError, match="label_scale"):
        corpus_of(tmp_path, rows, label_scale="0-1")


def test_stars_come_before_the_label(tmp_path: Path) -> None:
    rows = [
        {"text": "a", "stars": 5, "label": 0},
        {"text": "b", "stars": None, "label": 0},
        {"text": "c", "stars": None, "label": 1},
        {"text": "d", "stars": 3, "label": 1},
    ]
    corpus = corpus_of(tmp_path, rows)
    assert list(corpus.texts) == ["a", "b", "c"]
    assert corpus.labels.tolist() == [1, 0, 1]
    by_label = corpus_of(tmp_path, rows, label_column="label")
    assert by_label.labels.tolist() == [0, 0, 1, 1]


def test_labels_that_nobody_needs_may_be_unclear(tmp_path: Path) -> None:
    rows = [{"text": "a", "stars": 5, "class": 1}, {"text": "b", "stars": 1, "class": 1}]
    assert corpus_of(tmp_path, rows).labels.tolist() == [1, 0]


def test_ten_points_are_not_taken_for_stars(tmp_path: Path) -> None:
    rows = [{"text": f"text {row}", "rating": row % 10 + 1} for row in range(30)]
    with pytest.raises(DataError, match="above 5"):
        corpus_of(tmp_path, rows)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "text": st.sampled_from(["", "good", "bad", "<br />", "so so"]) | st.none(),
                "title": st.sampled_from(["Five Stars", "title", ""]),
                "stars": st.sampled_from([1, 2, 3, 4, 5, "5.0", "x", None]),
                "label": st.sampled_from([0, 1, None]),
            },
        ),
        max_size=30,
    ),
    balance=st.booleans(),
)
def test_every_row_read_is_used_or_has_a_reason(
    rows: list[dict[str, Any]], balance: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [
        {"text": "loved", "title": "", "stars": 5, "label": 1},
        {"text": "hated", "title": "", "stars": 1, "label": 0},
        *rows,
    ]
    corpus = corpus_of(tmp_path_factory.mktemp("rows"), rows, balance=balance)
    dropped = Counter({reason: corpus.counts[reason] for reason in DROPPED})
    assert corpus.counts["read"] == len(rows) == corpus.counts["used"] + dropped.total()
    assert len(corpus) == len(corpus.labels) == len(corpus.groups) == corpus.counts["used"]
    assert len(set(corpus.texts)) == len(corpus)
    assert all(corpus.texts)
    if balance:
        assert 2 * corpus.labels.sum() == len(corpus)
