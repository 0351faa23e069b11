"""Tables from files and data sets: types of columns, classes, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from mc.data import datasets, features, table
from mc.data.classes import MAX_CLASSES
from mc.errors import DataError, ParameterError
from mc.lineage.corpus import open_rows, unbalanced

ROWS = 200


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": np.where(rng.random(ROWS) < 0.1, np.nan, rng.integers(18, 90, ROWS)),
            "income": rng.lognormal(10, 1, ROWS),
            "job": rng.choice(["nurse", "smith", "?"], ROWS),
            "kind": rng.choice(["a", "b", "c"], ROWS),
        }
    )


def written(frame: pd.DataFrame, folder, suffix: str) -> str:
    path = folder / f"people.{suffix}"
    if suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return str(path)


def opened(data: str, params: str):
    found = datasets.find(data, params)
    make = table.prepare if found.is_table else features.prepare
    return open_rows(make(found.fingerprint, found.load)[0])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_numbers_stay_numbers_words_words_and_missing_values_missing(frame, tmp_path, suffix):
    rows = opened(written(frame, tmp_path, suffix), "target=kind")
    assert rows.classes == ("a", "b", "c")
    assert list(rows.frame.columns) == ["age", "income", "job"]
    assert rows.frame["age"].isna().sum() == frame["age"].isna().sum()
    assert set(rows.frame["job"].dropna()) == {"nurse", "smith"}
    np.testing.assert_array_equal(np.array(rows.classes)[rows.labels], frame["kind"])


def test_a_csv_and_its_parquet_give_the_same_table(frame, tmp_path):
    one, other = (
        opened(written(frame, tmp_path, each), "target=kind") for each in ("csv", "parquet")
    )
    pd.testing.assert_frame_equal(one.frame, other.frame)
    np.testing.assert_array_equal(one.labels, other.labels)


def test_what_models_see_has_no_gaps_and_does_not_know_later_rows(frame, tmp_path):
    rows = opened(written(frame, tmp_path, "csv"), "target=kind").frame
    seen = table.TableRepresenter.fit(rows[:50])
    late = rows[50:].assign(job="never seen")
    assert np.isfinite(seen.transform(late)).all()
    assert seen.transform(late).shape[1] == seen.transform(rows).shape[1]
    assert seen.transform(rows[:0]).shape == (0, seen.transform(rows).shape[1])
    np.testing.assert_allclose(seen.transform(rows[:50])[:, :2].mean(0), 0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "n_classes"), [("breast_cancer", 2), ("diabetes", 2), ("digits", 10), ("wine", 3)]
)
def test_tables_of_scikit_learn_need_no_download(name, n_classes):
    rows = opened(name, "")
    assert len(rows.classes) == n_classes
    assert len(rows.frame) == len(rows.labels) > 100


def test_a_target_of_reviews_makes_their_words_or_numbers_the_classes(tmp_path):
    words = ["good", "bad", "so so", "fine", "poor"]
    reviews = pd.DataFrame(
        {"text": [f"{word} thing number {n}" for n in range(20) for word in words],
         "stars": [5, 1, 3, 4.0, 2] * 20}
    )  # fmt: skip
    path = tmp_path / "reviews.csv"
    reviews.to_csv(path, index=False)
    rows = opened(str(path), "target=stars")
    assert rows.classes == ("1", "2", "3", "4", "5")
    assert np.bincount(rows.labels).tolist() == [20] * 5
    assert opened(str(path), "").classes == ("negative", "positive")


def test_unbalanced_classes_have_shares_in_a_geometric_series():
    rows = opened("digits", "")
    few = unbalanced(rows, 20)
    counts = np.sort(np.bincount(few.labels))[::-1]
    assert counts[0] / counts[-1] == pytest.approx(20, rel=0.15)
    ratios = counts[:-1] / counts[1:]
    assert ratios.max() / ratios.min() < 1.3
    np.testing.assert_array_equal(few.labels, unbalanced(rows, 20).labels)
    assert unbalanced(rows, 0) is rows


@pytest.mark.parametrize(
    ("change", "params", "words"),
    [
        ({}, "target=kin", "target='kin' is unknown; choose from age, income, job, kind; did you"),
        ({"kind": range(ROWS)}, "target=kind", "200 classes in 200 rows, 200 of them in one"),
        ({"kind": ["a"] * ROWS}, "target=kind", "has 1 class in"),
        ({"kind": ["a", "b"] * (ROWS // 2 - 1) + ["c", "b"]}, "target=kind", "and 'c' has one"),
        ({"job": ["long words " * 40] * ROWS}, "target=kind", "text_column=job"),
        ({}, "target=kind,features=text", "no column with a usual name for text"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_used_are_refused_in_words(frame, tmp_path, change, params, words):
    path = written(frame.assign(**change), tmp_path, "csv")
    with pytest.raises((DataError, ParameterError)) as refused:
        opened(path, params)
    assert words in str(refused.value)


def test_lists_are_no_numbers_or_words(frame, tmp_path):
    path = written(frame.assign(job=[[1, 2]] * ROWS), tmp_path, "parquet")
    with pytest.raises(DataError, match="column 'job' holds lists"):
        opened(path, "target=kind")


def test_more_classes_than_there_may_be_are_refused(tmp_path):
    n = MAX_CLASSES + 1
    path = written(pd.DataFrame({"x": range(2 * n), "y": [*range(n)] * 2}), tmp_path, "csv")
    with pytest.raises(DataError, match=f"has {n} classes in {2 * n} rows"):
        opened(path, "target=y")
