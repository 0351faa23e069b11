"""Laws of a user's log: found columns, windows in the order of time, and messages that help."""

import numpy as np
import pandas as pd
import pytest

from experiments.monitor.log_files import ROLES
from experiments.monitor.logs import LogCondition, breed_log, check_windows, open_log
from mc.errors import DataError, ParameterError

NONE = tuple((f"{role}_column", "") for role in ROLES)
FIVE = LogCondition(window=50, reference_windows=5)


def table(rows=400):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "day": pd.date_range("2026-01-01", periods=rows, freq="h").astype(str),
            "Score": rng.random(rows).round(3),
            "frozen": rng.random(rows).round(3),
            "y_true": rng.integers(0, 2, rows),
            "source": np.where(np.arange(rows) % 5 < 4, "books", "tools"),
            "review": "good words here",
        }
    )


@pytest.fixture
def log(tmp_path):
    def write(content, name="log.csv", **asked):
        path = tmp_path / name
        content.to_csv(path, index=False)
        given = tuple((role, asked.get(role, text)) for role, text in NONE)
        open_log.cache_clear()
        return open_log(str(path), given)

    return write


def bred(log, condition=FIVE):
    return pd.DataFrame([{**each.metrics, **each.notes} for each in breed_log(log, condition, 0)])


def test_columns_are_found_by_usual_names_and_rows_are_sorted_by_time(log):
    right = log(table())
    assert set(right.table) == {"time", "probability", "reference", "label", "slice", "text"}
    shuffled = log(table().sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(bred(shuffled), bred(right))
    assert shuffled.about["digest"] == right.about["digest"]
    assert log(table().assign(Score=0.5)).about["digest"] != right.about["digest"]


def test_windows_are_whole_and_their_signals_those_of_their_rows(log):
    windows = bred(log(table(430)))
    assert windows["rows"].tolist() == [50] * 8
    first = table(430).iloc[:50]
    assert windows["window"][0] == "1 to 50"
    assert windows["positive_share"][0] == (first["Score"] > 0.5).mean()
    right = (first["Score"] > 0.5) == (first["y_true"] == 1)
    assert windows["accuracy"][0] == right.mean()
    books = first[first["source"] == "books"]["Score"]
    assert windows["positive_share/slice_0"][0] == (books > 0.5).mean()
    assert "positive_share/slice_1" not in windows  # 10 of 50 rows say too little


def test_a_column_of_windows_is_taken_as_it_is_in_its_order(log):
    rows = table().assign(batch=np.repeat([10, 9, 2, 1], 100)).drop(columns="day")
    assert bred(log(rows))["window"].tolist() == ["1", "2", "9", "10"]
    words = rows.assign(batch=np.repeat(["spring", "autumn", "late", "end"], 100))
    assert bred(log(words))["window"].tolist() == ["spring", "autumn", "late", "end"]


def test_predictions_alone_will_do_as_numbers_or_words(log):
    rows = table()[["day"]].assign(pred=np.tile(["positive", "negative"], 200))
    windows = bred(log(rows))
    assert (windows["positive_share"] == 0.5).all()
    assert (windows["confidence"] == 1).all()
    assert "agreement" not in windows
    assert "accuracy" not in windows


def test_a_named_column_wins_and_a_dash_leaves_one_out(log):
    own = log(table().assign(p2=0.7), probability_column="p2", label_column="-", slice_column="-")
    assert (own.table["probability"] == 0.7).all()
    assert not {"label", "slice"} & set(own.table)


def test_rows_without_a_label_are_watched_and_not_judged(log):
    rows = table()
    rows["y_true"] = rows["y_true"].where(np.arange(len(rows)) < 60)
    accuracy = bred(log(rows))["accuracy"]
    assert accuracy[:2].notna().all()
    assert accuracy[2:].isna().all()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"Score": 1.5}, DataError, "'Score' are not numbers from 0 to 1, the first '1.5' in row"),
        ({"Score": None}, DataError, "400 of 400 rows have nothing in column 'Score'"),
        ({"y_true": 0.3}, DataError, "not 0 and 1, or words like positive"),
        ({"day": "someday"}, DataError, "'day' holds no numbers or dates, the first is 'someday'"),
    ],
)
def test_wrong_values_are_told_with_their_row(log, change, error, message):
    with pytest.raises(error, match=message.replace(".", r"\.")):
        log(table().assign(**change))


def test_missing_columns_and_files_are_told_with_what_was_looked_for(log):
    with pytest.raises(DataError, match="no column for probability or prediction"):
        log(table()[["day", "source"]])
    with pytest.raises(ParameterError, match="did you mean 'Score'"):
        log(table(), probability_column="Skore")
    with pytest.raises(ParameterError, match="twice"):
        log(table(), probability_column="Score", reference_column="Score")
    with pytest.raises(DataError, match=r"log='nowhere.csv' is no file"):
        open_log("nowhere.csv", NONE)


def test_too_few_windows_are_told_with_how_many_are_missing(log):
    own = log(table())
    assert check_windows(own, FIVE, 0.2) == 3
    with pytest.raises(DataError, match="14 are missing"):
        check_windows(own, FIVE, 0.05)
    with pytest.raises(DataError, match=r"has 8 whole windows.* 12 are missing"):
        check_windows(own, LogCondition(50, 19), 0.05)
