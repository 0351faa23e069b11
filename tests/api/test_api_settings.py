"""What a program may ask for, and the messages where it asks for something else."""

import numpy as np
import pytest

from mc.api.settings import (
    LoopSettings,
    SearchSettings,
    checked_rates,
    growth,
    loop_settings,
    search_settings,
)
from mc.engine.common import StudySettings
from mc.errors import ParameterError
from mc.settings import declared


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"regime": "grow"},
            "regime='grow' is unknown; choose from accumulate, replace, subsample",
        ),
        ({"labelling": "best"}, "labelling='best' is unknown; choose from argmax, prior, sample"),
        ({"vocabulary": "all"}, "vocabulary='all' is unknown"),
        ({"representation": "words"}, "representation='words' is unknown"),
        ({"repetitions": 0}, r"repetitions=0 must lie in \[1, 10000\]"),
        ({"repetitions": 1.5}, "repetitions='1.5' must be a whole number"),
        ({"seed": -1}, r"seed=-1 must lie in \[0, 4294967295\]"),
        ({"jobs": 0}, "jobs=0 must be a number of processes, or -1"),
    ],
)
def test_what_cannot_be_used_is_named(given, message):
    with pytest.raises(ParameterError, match=message):
        loop_settings(**given)


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([0, 1.2], r"rates=\[0, 1.2\]: rate=1.2 must lie in \[0, 1\]"),
        ([0, "much"], r"rates=\[0, 'much'\]: rate='much' must be a number"),
        ([0, 0.5, 0.5], r"rates=\[0, 0.5, 0.5\] names a rate twice"),
        ([], r"rates=\[\] holds no rate"),
        (0.5, r"rates=0.5 must be a list, as rates=\[0.5\]"),
    ],
)
def test_rates_are_checked_one_by_one(rates, message):
    with pytest.raises(ParameterError, match=message):
        checked_rates(rates)


def test_numbers_of_numpy_are_numbers():
    assert checked_rates(np.array([1.0, 0.0])) == (0.0, 1.0)
    assert loop_settings(repetitions=np.int64(3)).repetitions == 3
    assert growth(100, np.array([10, 20]), np.int64(30)).sizes == (10, 20)
    assert growth(100, [10.0, 20.0], None).sizes == (10, 20)


@pytest.mark.parametrize(
    ("sizes", "test_size", "message"),
    [
        (
            [20, 90],
            30,
            r"sizes=\[20, 90\]: size=90 is more than the pool of 70 rows \(100 rows less",
        ),
        (range(10, 100, 5), 30, r"sizes=\[10, 15, ..., 95\]: size=95 is more"),
        ([20, 20], None, "size=20 must be more than the 20 before it"),
        ([1, 20], None, "size=1 must be at least 2"),
        ([], None, r"sizes=\[\] holds no size"),
        ([20.5], None, "sizes=20.5 must be a whole number"),
        (None, 1, "test_size=1 must be at least 2, and at most 98"),
        (None, 99, "test_size=99 must be at least 2, and at most 98"),
        (None, True, "test_size=True must be a whole number"),
    ],
)
def test_sizes_must_rise_and_fit(sizes, test_size, message):
    with pytest.raises(ParameterError, match=message):
        growth(100, sizes, test_size)


@pytest.mark.parametrize("n_rows", [12, 100, 1_797, 123_670])
def test_default_sizes_rise_in_equal_steps_to_the_whole_pool(n_rows):
    found = growth(n_rows, None, None)
    assert found.test_size == min(n_rows // 3, 20_000)
    assert found.sizes[-1] == n_rows - found.test_size
    assert len(set(np.diff(found.sizes))) == 1
    if n_rows >= 100:
        assert len(found.sizes) == 11
        assert found.sizes[0] == pytest.approx(0.1 * found.sizes[-1], abs=10)


def test_a_fixed_test_set_leaves_all_other_rows_to_the_pool():
    found = growth(100, None, None, fixed_test_rows=40)
    assert (found.sizes[-1], found.test_size) == (60, 40)
    with pytest.raises(ParameterError, match="size=61 is more than the pool of 60 rows; ask for"):
        growth(100, [61], None, fixed_test_rows=40)
    with pytest.raises(ParameterError, match="test_size=20 and X_test are two test sets"):
        growth(100, None, 20, fixed_test_rows=40)


def test_settings_agree_with_those_of_experiments():
    for own, others in ((LoopSettings, StudySettings),):
        shared = declared(others)
        for name, parameter in declared(own).items():
            theirs = shared[name]
            assert parameter.default == theirs.default or name == "jobs"
            assert (parameter.low, parameter.high) == (theirs.low, theirs.high)
            assert set(parameter.choices) == set(theirs.choices)


def test_searches_agree_with_the_experiment():
    from experiments.tolerance.settings import Settings  # noqa: PLC0415

    for name, parameter in declared(SearchSettings).items():
        theirs = declared(Settings)[name]
        assert parameter.default == theirs.default
        assert (parameter.low, parameter.high) == (theirs.low, theirs.high)
    assert search_settings() == SearchSettings()
