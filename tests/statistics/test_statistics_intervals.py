import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t, ttest_1samp

from mc import statistics as stats
from mc.errors import ParameterError
from mc.statistics.intervals import expanded, intervals, within_unit

VALUES = st.lists(st.floats(-1, 1).map(lambda x: round(x, 4)), min_size=2, max_size=20)


@given(VALUES, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_interval_is_scipys(values, confidence):
    got = stats.mean_interval(values, confidence)
    spread = np.std(values, ddof=1) / np.sqrt(len(values))
    if spread < 1e-9:  # scipy has no interval of width 0
        assert got.low == pytest.approx(got.mean) == pytest.approx(got.high)
        return
    low, high = t.interval(confidence, len(values) - 1, loc=np.mean(values), scale=spread)
    known = ttest_1samp(values, 0).confidence_interval(confidence)
    assert (got.low, got.high) == pytest.approx((low, high))
    assert (got.low, got.high) == pytest.approx((known.low, known.high))


def test_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    draws = rng.normal(1.0, 1.0, (2000, 4))
    covered = [got.low <= 1 <= got.high for got in map(stats.mean_interval, draws)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)  # 3 standard errors


@pytest.mark.parametrize(("values", "n"), [([], 0), ([0.5], 1), ([np.nan, 0.5], 1)])
def test_fewer_than_two_values_have_no_interval(values, n):
    got = stats.mean_interval(values)
    assert got.n == n
    assert np.isnan([got.low, got.high]).all()


def test_confidence_outside_0_1_is_refused():
    with pytest.raises(ParameterError, match=r"confidence=95\.0"):
        stats.mean_interval([1, 2], 95.0)


@pytest.mark.parametrize("n", [4, 5, 50])
def test_expanded_quantiles_reach_as_far_as_students_t(n):
    values = np.random.default_rng(0).normal(size=n)
    bootstrap = values.std() / np.sqrt(n)  # what resampling shows of the mean's spread
    reach = norm.isf((1 - expanded(0.95, n)) / 2) * bootstrap
    got = stats.mean_interval(values)
    assert reach == pytest.approx((got.high - got.low) / 2, rel=1e-3)


@pytest.mark.parametrize("values", [(0.5, 0.77), (0.98, 0.999), (0.0, 1.0), (0.002, 0.001)])
def test_an_interval_of_a_share_stays_between_0_and_1_and_around_its_mean(values):
    rows = pd.DataFrame({"metric": "accuracy", "accuracy": values})
    table = intervals(rows, ["metric"], "accuracy", 0.95)
    got = within_unit(table).iloc[0]
    assert table["low"][0] < 0 or table["high"][0] > 1
    assert 0 <= got["low"] <= got["mean"] <= got["high"] <= 1


def test_a_narrow_interval_of_a_share_stays_what_it_is():
    table = pd.DataFrame({"mean": [0.9, 1.0, 0.9], "low": [0.8995, 1.0, np.nan]})
    table["high"] = [0.9005, 1.0, np.nan]
    pd.testing.assert_frame_equal(within_unit(table), table, atol=2e-5)
