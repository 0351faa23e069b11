"""Laws of regimes, over every file of the folder."""

import numpy as np
import pytest

from mc import plugins

SIZES = (50, 60, 75, 90)


def rows_of(name: str, step: int, seed: int = 0) -> np.ndarray:
    rows = plugins.load("regimes", "regime", name).rows(SIZES, step, np.random.default_rng(seed))
    return np.arange(SIZES[-1])[rows]


@pytest.mark.parametrize("name", plugins.names("regimes"))
@pytest.mark.parametrize("step", range(len(SIZES)))
def test_rows_are_sorted_distinct_and_already_collected(name, step):
    rows = rows_of(name, step)
    assert len(rows) > 0
    assert (np.diff(rows) > 0).all()
    assert rows[-1] < SIZES[step]
    np.testing.assert_array_equal(rows, rows_of(name, step))


@pytest.mark.parametrize("name", plugins.names("regimes"))
def test_generation_zero_trains_on_all_of_the_first_rows(name):
    np.testing.assert_array_equal(rows_of(name, 0), np.arange(SIZES[0]))


def test_each_regime_does_what_its_name_says():
    assert [len(rows_of("accumulate", step)) for step in range(4)] == [50, 60, 75, 90]
    assert [len(rows_of("replace", step)) for step in range(4)] == [50, 10, 15, 15]
    assert [len(rows_of("subsample", step)) for step in range(4)] == [50, 50, 50, 50]
    assert rows_of("replace", 2)[0] == 60
    assert rows_of("subsample", 3).max() >= 60
