"""What users have, as rows of the loop: nothing is lost, and what does not fit is named."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array, csr_matrix, issparse

from mc.api.rows import FIXED, rows_of
from mc.data.features import Features, open_features, prepare
from mc.data.raw_texts import RawTexts
from mc.data.table import Numbers, Table
from mc.errors import DataError, McError, ParameterError

RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(size=(40, 3))
WORDS = np.array(["no", "yes"])[RNG.integers(0, 2, 40)]
TEXTS = [f"good day number {i % 4}" if i % 2 else f"bad day number {i % 3}" for i in range(40)]
FRAME = pd.DataFrame(
    {"age": NUMBERS[:, 0], "town": ["here", "there", None, "here"] * 10, 7: range(40)}
)


def test_an_array_goes_through_as_it_is():
    rows = rows_of(NUMBERS, WORDS)
    assert isinstance(rows, Numbers)
    assert rows.X is NUMBERS
    assert rows.classes == ("no", "yes")
    assert [rows.classes[label] for label in rows.labels] == WORDS.tolist()


@pytest.mark.parametrize("kind", [csr_matrix, coo_array])
def test_sparse_rows_stay_sparse(kind):
    rows = rows_of(kind(np.abs(NUMBERS) > 1), WORDS)
    assert isinstance(rows, Numbers)
    assert isinstance(rows.X, csr_matrix)
    np.testing.assert_array_equal(rows.X.toarray(), np.abs(NUMBERS) > 1)


def test_csr_rows_are_not_copied():
    X = csr_matrix(NUMBERS)
    assert np.shares_memory(rows_of(X, WORDS).X.data, X.data)


def test_a_frame_is_a_table_and_stays_as_it_was():
    before = FRAME.copy()
    rows = rows_of(FRAME, WORDS)
    assert isinstance(rows, Table)
    assert rows.frame.columns.tolist() == ["age", "town", "7"]
    assert rows.frame["town"].isna().sum() == 10
    pd.testing.assert_frame_equal(FRAME, before)


def test_a_raw_frame_keeps_its_types():
    frame = FRAME.assign(town=FRAME["town"].astype("category"))
    assert rows_of(frame, WORDS, representation="raw").frame["town"].dtype == "category"


def test_an_array_of_words_and_one_to_be_scaled_are_tables():
    assert isinstance(rows_of(FRAME.to_numpy(), WORDS), Table)
    assert isinstance(rows_of(NUMBERS, WORDS, representation="table"), Table)


def test_raw_texts_stay_texts():
    rows = rows_of(TEXTS, WORDS, representation="raw")
    assert isinstance(rows, RawTexts)
    assert list(rows.texts) == TEXTS
    assert rows.about["digest"] == rows_of(TEXTS, WORDS).about["digest"]
    assert rows.about["digest"] != rows_of(TEXTS[::-1], WORDS).about["digest"]


@pytest.mark.parametrize("texts", [TEXTS, tuple(TEXTS), pd.Series(TEXTS), np.array(TEXTS)])
def test_texts_are_counted(texts):
    rows = rows_of(texts, WORDS)
    assert isinstance(rows, Features)
    assert set(rows.terms) == {"good", "bad", "day", "number"}
    assert issparse(rows.X)


def test_texts_counted_in_memory_are_those_of_the_cache(corpus):
    kept = open_features(prepare(corpus.digest, lambda: corpus)[0])
    rows = rows_of(corpus.texts, corpus.labels)
    np.testing.assert_array_equal(rows.terms, kept.terms)
    np.testing.assert_array_equal(rows.reviews, kept.reviews)
    np.testing.assert_array_equal(rows.labels, kept.labels)
    assert (rows.X != kept.X).nnz == 0
    assert rows.X.dtype == kept.X.dtype


@pytest.mark.parametrize(
    "y",
    [
        WORDS,
        WORDS.tolist(),
        pd.Series(WORDS, index=range(100, 140)),
        pd.Series(WORDS, dtype="category"),
        (WORDS == "yes"),
        (WORDS == "yes").astype(float),
        (WORDS == "yes")[:, None],
        pd.DataFrame({"class": WORDS}),
    ],
)
def test_labels_of_many_kinds_are_the_same(y):
    np.testing.assert_array_equal(rows_of(NUMBERS, y).labels, WORDS == "yes")


def test_numbers_are_in_order_and_classes_may_be_many():
    rows = rows_of(np.arange(400.0)[:, None], np.arange(400) % 200)
    assert rows.classes == tuple(map(str, range(200)))
    np.testing.assert_array_equal(rows.labels, np.arange(400) % 200)


@pytest.mark.parametrize("X", [NUMBERS, csr_matrix(NUMBERS), FRAME, TEXTS])
def test_a_fixed_test_set_stands_at_the_end(X):
    whole = rows_of(X, WORDS)
    first = X[:30] if not isinstance(X, pd.DataFrame) else X.iloc[:30]
    last = X[30:] if not isinstance(X, pd.DataFrame) else X.iloc[30:]
    rows = rows_of(first, WORDS[:30], X_test=last, y_test=WORDS[30:])
    assert rows.about[FIXED] == 10
    np.testing.assert_array_equal(rows.labels, whole.labels)
    for name in ("X", "frame"):
        if hasattr(rows, name):
            one, other = getattr(rows, name), getattr(whole, name)
            assert (
                (one != other).nnz == 0
                if issparse(one)
                else pd.DataFrame(one).equals(pd.DataFrame(other))
            )


def test_the_digest_stands_for_rows_and_labels():
    digests = {
        rows_of(X, y).about["digest"]
        for X in (NUMBERS, NUMBERS + 1, csr_matrix(NUMBERS), FRAME, TEXTS)
        for y in (WORDS, WORDS[::-1])
    }
    assert len(digests) == 10
    assert rows_of(NUMBERS.copy(), WORDS).about == rows_of(NUMBERS, WORDS).about


MISSING = np.array([None, *WORDS[1:]], object)


@pytest.mark.parametrize(
    ("X", "y", "more", "message"),
    [
        (NUMBERS, WORDS[:-1], {}, "X has 40 rows, but y has 39 labels"),
        (NUMBERS, MISSING, {}, "y lacks 1 of 40 labels, the first in row 0; leave such rows out"),
        (NUMBERS, np.zeros(40), {}, r"y has 1 class in 40 rows \(0\), and two are needed; y holds"),
        (NUMBERS, NUMBERS[:, 0], {}, "y has 40 classes in 40 rows"),
        (NUMBERS, NUMBERS, {}, r"y has shape \(40, 3\); give one class for each row"),
        (NUMBERS, [[1], [2]] * 20, {}, "y holds lists or objects"),
        (NUMBERS[:, 0], WORDS, {}, r"X has shape \(40,\); give rows and columns"),
        (FRAME[[]], WORDS, {}, "X has no columns"),
        (FRAME.set_axis(["a", "b", "a"], axis=1), WORDS, {}, "X has two columns 'a'"),
        (FRAME.assign(t=[[1]] * 40), WORDS, {}, "X: column 't' holds lists or objects"),
        (FRAME.assign(t="x" * 300), WORDS, {}, "X: column 't' holds texts of 300 letters"),
        (NUMBERS, WORDS, {"X_test": NUMBERS}, "y_test is missing: X_test and y_test belong"),
        (NUMBERS, WORDS, {"y_test": WORDS}, "X_test is missing"),
        (NUMBERS, WORDS, {"X_test": NUMBERS, "y_test": WORDS[:3]}, "X_test has 40 rows, but y_te"),
        (
            NUMBERS,
            WORDS,
            {"X_test": FRAME, "y_test": WORDS},
            "X_test is a DataFrame, but X is an a",
        ),
        (
            NUMBERS,
            WORDS,
            {"X_test": NUMBERS[:, :2], "y_test": WORDS},
            "X_test has 2 columns, but X",
        ),
        (FRAME, WORDS, {"X_test": FRAME[["age"]], "y_test": WORDS}, "X_test has other columns"),
        (
            NUMBERS,
            WORDS,
            {"X_test": NUMBERS, "y_test": ["so"] * 40},
            "classes that y does not: 'so'",
        ),
        (NUMBERS, WORDS, {"representation": "tfidf"}, "representation=tfidf does not fit data='X'"),
        (TEXTS, WORDS, {"representation": "table"}, "representation=table does not fit data='X'"),
        (
            FRAME,
            WORDS,
            {"representation": "counts"},
            "which holds a table; choose from auto, table",
        ),
    ],
)
def test_what_does_not_fit_is_named(X, y, more, message):
    with pytest.raises(McError, match=message) as raised:
        rows_of(X, y, **more)
    assert isinstance(raised.value, ParameterError | DataError)
