"""Tables are made once of checked rows, and nobody sees what another did to them."""

from fake_generations import frame

from mc import statistics


def test_a_table_that_was_changed_is_given_unchanged_again():
    rows = statistics.checked(frame())
    first = statistics.summary(rows)
    before = first.copy()
    first["accuracy"] = 0.0
    assert statistics.summary(rows).equals(before)


def test_other_questions_get_other_tables():
    rows = statistics.checked(frame())
    accuracy = statistics.paired_differences(rows)
    assert not statistics.paired_differences(rows, "roc_auc").equals(accuracy)
    assert not statistics.paired_differences(rows, at=1).equals(accuracy)
    assert statistics.paired_differences(rows, metric="accuracy").equals(accuracy)


def test_a_part_of_the_rows_has_tables_of_its_own():
    rows = statistics.checked(frame())
    assert set(statistics.at_generation(rows)["replicate"]) == set(range(5))
    part = rows[rows["replicate"] < 2]
    assert set(statistics.at_generation(part)["replicate"]) == {0, 1}


def test_a_table_is_made_once(monkeypatch):
    rows = statistics.checked(frame())
    before = statistics.curve(rows)
    monkeypatch.setattr("mc.statistics.effects.intervals", None)
    assert statistics.curve(rows).equals(before)
