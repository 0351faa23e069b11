"""Laws of the charts and of their calibration: above all, false alarms are as rare as stated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.monitor.resampling import (
    block_length,
    dependence,
    needed_windows,
    permutation_p,
    resample,
)
from mc.statistics.calibration import calibrate, needed, rank, threshold, usual
from mc.statistics.cusum import Detector, first_above, has_fired, two_sided

NAMES = ("calm", "wandering", "still")
walks = arrays(float, st.tuples(st.integers(1, 12), st.just(2)), elements=st.floats(-5, 5))


def lineages(n, rng, times=8):
    """Healthy signals: one of independent noise, one that wanders, one that never varies."""
    noise = rng.normal(size=(n, times, 2))
    wander = np.cumsum(noise[..., 1], axis=1)
    return np.stack([noise[..., 0], wander, np.ones((n, times))], axis=-1)


def by_hand(z, allowance):
    up = down = 0.0
    told = []
    for value in z:
        up, down = max(0.0, up + value - allowance), max(0.0, down - value - allowance)
        told.append(max(up, down))
    return told


@settings(max_examples=25)
@given(walks, st.floats(0, 2))
def test_a_chart_is_pages_recursion_and_does_not_know_up_from_down(z, allowance):
    chart = two_sided(z, allowance)
    assert chart[:, 0] == pytest.approx(by_hand(z[:, 0], allowance))
    assert two_sided(-z, allowance) == pytest.approx(chart)
    assert (two_sided(z, allowance + 0.5) <= chart + 1e-12).all()


@settings(max_examples=25)
@given(walks)
def test_a_chart_does_not_see_the_future(z):
    half = len(z) // 2 + 1
    assert two_sided(z, 0.5)[:half] == pytest.approx(two_sided(z[:half], 0.5))


def test_the_first_alarm_is_the_first_value_above_and_none_is_nan():
    sums = np.array([[0, 2, 1, 3.0], [0, 1, 1, 1]])
    assert first_above(sums, 1.5).tolist()[0] == 1
    assert np.isnan(first_above(sums, 1.5)[1])
    assert first_above(sums, np.array([2.5, 0.5])).tolist() == [3, 1]


@pytest.mark.parametrize("false_alarms", [0.05, 0.2])
def test_false_alarms_are_as_rare_as_stated_whatever_the_signals(false_alarms):
    rng, n, trials = np.random.default_rng(1), needed(false_alarms), 600
    fired = []
    for _ in range(trials):
        detector = calibrate(lineages(n, rng), NAMES).detector(false_alarms)
        fired.append(np.isfinite(detector.first_alarm(lineages(1, rng)[..., :2])).item())
    error = np.sqrt(false_alarms * (1 - false_alarms) / trials)
    k, calm = rank(n - usual(n), false_alarms), n - usual(n)
    assert np.mean(fired) == pytest.approx((calm + 1 - k) / (calm + 1), abs=4 * error)
    assert np.mean(fired) <= false_alarms + 4 * error


@pytest.mark.parametrize("false_alarms", [0.01, 0.05, 0.1, 0.5])
def test_needed_lineages_are_just_enough_for_a_threshold(false_alarms):
    enough = needed(false_alarms)
    values = np.arange(float(enough - usual(enough)))
    assert np.isfinite(threshold(values, false_alarms))
    fewer = enough - 1
    assert fewer < 6 or not np.isfinite(threshold(values[: fewer - usual(fewer)], false_alarms))


def test_a_signal_that_never_varies_is_not_watched_and_the_others_keep_their_places():
    learnt = calibrate(lineages(30, np.random.default_rng(0)), NAMES)
    assert learnt.signals == ("calm", "wandering")
    alone = learnt.of(["wandering"])
    assert alone.mean[:, 0] == pytest.approx(learnt.mean[:, 1])
    assert alone.detector(0.2).scale == learnt.scale[1]


def test_a_shift_is_seen_and_the_history_of_a_strategy_says_the_same():
    rng = np.random.default_rng(0)
    detector = calibrate(lineages(60, rng), NAMES).of(["calm"]).detector(0.1)
    shifted = 4 + rng.normal(size=8)
    at = detector.first_alarm(shifted[:, None]).item()
    assert at <= 2
    told = [has_fired({"calm": shifted[:t].tolist(), "other": []}, detector) for t in range(9)]
    assert told == [t > at for t in range(9)]
    assert isinstance(detector, Detector)


def test_resampled_false_alarms_are_near_what_is_stated_and_a_shift_is_seen():
    rng, fired, seen = np.random.default_rng(3), [], []
    for trial in range(40):
        values = rng.normal(size=(40, 3))
        detector = resample(values[:25], 15, "abc", np.random.default_rng(trial)).detector(0.1)
        fired.append(np.isfinite(detector.first_alarm(values[25:])))
        seen.append(np.isfinite(detector.first_alarm(values[25:] + 2)))
    assert np.mean(fired) < 0.1 + 4 * np.sqrt(0.09 / 40)
    assert np.mean(seen) > 0.9


def test_a_permutation_p_is_uniform_without_change_and_small_with_one():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(24, 2))
    changed = values + 3 * (np.arange(24) >= 16)[:, None]
    assert permutation_p(changed, 12, np.random.default_rng(1)) < 0.01
    assert permutation_p(values, 12, np.random.default_rng(1)) > 0.01


def test_windows_that_depend_on_the_last_are_seen_and_drawn_in_blocks():
    rng = np.random.default_rng(0)
    wander = np.cumsum(rng.normal(size=(40, 1)), axis=0)
    assert dependence(wander)[0] > 0.6
    assert block_length(wander) == 3
    assert dependence(np.ones((40, 1))).tolist() == [0]
    assert block_length(rng.normal(size=(40, 1))) == 1


def test_as_many_reference_windows_are_needed_as_one_window_can_be_told_from():
    assert needed_windows(0.05) == 19
    assert needed_windows(0.01) == 99
    assert needed_windows(0.5) == 1
