import numpy as np
import pandas as pd
import pytest
from fake_generations import frame

from mc import statistics as stats
from mc.errors import DataError
from mc.statistics import LINEAGE


def test_conditions_are_named_by_what_sets_them_apart():
    rows = pd.concat([frame(), frame(backend="lightgbm", sizes=(1_000, 80_000))])
    alone = stats.condition_names(frame()).values()
    assert list(alone) == [""]
    assert "lightgbm, from 1,000 reviews" in [*stats.condition_names(rows).values()]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.drop(columns="rate"), "rate"),
        (lambda f: f.iloc[:0], "no generations"),
        (lambda f: f.assign(rate=f.rate.astype(str)), "text for numbers in rate"),
        (lambda f: pd.concat([f, f.tail(1)]), "twice"),
        (lambda f: f[f.generation > 0], "lack generation 0"),
    ],
)
def test_frames_that_cannot_be_used_are_refused(spoil, words):
    with pytest.raises(DataError, match=words):
        stats.summary(spoil(frame()))
    with pytest.raises(DataError, match=words):
        stats.curve(spoil(frame()))


def test_checked_rows_are_sorted_by_their_names_and_generation():
    rows = pd.concat([frame(backend="lightgbm"), frame(replicates=12)])
    got = stats.checked(rows.sample(frac=1, random_state=0))
    known = rows.sort_values([*LINEAGE, "generation"], ignore_index=True)
    pd.testing.assert_frame_equal(got, known)


def test_a_later_lineage_that_lacks_generation_0_is_refused_too():
    rows = frame()
    lame = rows[~((rows.rate == 1) & (rows.replicate == 4) & (rows.generation == 0))]
    with pytest.raises(DataError, match="lack generation 0"):
        stats.checked(lame)


def test_missing_names_are_names_too():
    rows = frame().assign(increment=np.nan)
    assert len(stats.checked(rows)) == len(rows)
    with pytest.raises(DataError, match="twice"):
        stats.checked(pd.concat([rows, rows.tail(1)]))


def test_only_checked_rows_themselves_are_not_checked_again():
    rows = stats.checked(frame())
    assert stats.checked(rows) is rows
    with pytest.raises(DataError, match="lack generation 0"):
        stats.checked(rows[rows.generation > 0])
    with pytest.raises(DataError, match="twice"):
        stats.checked(pd.concat([rows, rows]))
    assert type(rows.copy()) is pd.DataFrame


def test_a_table_that_was_changed_is_given_unchanged_again():
    rows = stats.checked(frame())
    first = stats.summary(rows)
    before = first.copy()
    first["accuracy"] = 0.0
    assert stats.summary(rows).equals(before)


def test_other_questions_get_other_tables():
    rows = stats.checked(frame())
    accuracy = stats.paired_differences(rows)
    assert not stats.paired_differences(rows, "roc_auc").equals(accuracy)
    assert not stats.paired_differences(rows, at=1).equals(accuracy)
    assert stats.paired_differences(rows, metric="accuracy").equals(accuracy)


def test_a_part_of_the_rows_has_tables_of_its_own():
    rows = stats.checked(frame())
    assert set(stats.at_generation(rows)["replicate"]) == set(range(5))
    part = rows[rows["replicate"] < 2]
    assert set(stats.at_generation(part)["replicate"]) == {0, 1}


def test_a_table_is_made_once(monkeypatch):
    rows = stats.checked(frame())
    before = stats.curve(rows)
    monkeypatch.setattr("mc.statistics.effects.intervals", None)
    assert stats.curve(rows).equals(before)
