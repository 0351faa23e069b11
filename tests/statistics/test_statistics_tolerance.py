import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from mc import statistics as stats

RATES = (0.1, 0.2, 0.3, 0.4)


def ends(losses: dict[float, list[float]], margin: float = 0.005) -> pd.Series:
    return stats.tolerable_rates(with_losses(losses), margin).iloc[-1]


def lines(*slopes: float) -> dict[float, list[float]]:
    return {rate: [slope * rate for slope in slopes] for rate in RATES}


def test_a_straight_line_is_tolerated_up_to_its_crossing():
    got = stats.tolerable_rates(with_losses(lines(0.02, 0.03)), margin=0.005)
    promised = ["generation", "train_size", "rate", "low", "high", "n", "largest_tested"]
    assert list(got.columns) == [*stats.CONDITION, *promised]
    assert got.generation.tolist() == [1, 2]
    assert got.rate.tolist() == pytest.approx([0.4, 0.2])  # half the loss half way
    assert got.n.tolist() == [2, 2]


def test_its_interval_ends_where_verdicts_change():
    rng = np.random.default_rng(0)
    losses = {
        rate: list(0.04 * rate**2 + rng.gamma(2, 0.0004, 8)) for rate in np.arange(1, 11) / 10
    }
    got, judged = ends(losses), stats.verdicts(with_losses(losses))
    judged = judged.set_index("rate")
    assert (judged.high[judged.index < got.low] < 0.005).all()
    assert (judged.low[judged.index > got.high] > 0.005).all()
    assert judged.high[judged.index > got.low].iloc[0] > 0.005
    assert judged.low[judged.index < got.high].iloc[-1] < 0.005
    assert 0.1 < got.low < got.rate < got.high < 1


@settings(max_examples=30)
@given(st.lists(st.integers(-10, 30), min_size=4, max_size=4), st.integers(1, 20))
def test_it_is_the_crossing_of_the_isotonic_regression(losses, margin):
    fit = IsotonicRegression(y_min=0).fit_transform(RATES, np.array(losses) / 1000)
    x = np.linspace(0, 0.4, 40_001)
    within = np.interp(x, [0, *RATES], [0, *fit]) <= margin / 1000 + 1e-9
    got = ends(
        {rate: [loss / 1000] for rate, loss in zip(RATES, losses, strict=True)}, margin / 1000
    )
    assert got.rate == pytest.approx(x[within].max(), abs=2e-5)


def test_what_stays_within_everywhere_is_capped_and_so_is_the_interval():
    got = ends(lines(0.001, 0.002, 0.011))
    assert got.rate == got.high == got.largest_tested == 0.4
    assert ends(lines(-0.1, -0.11, -0.12)).low == 0.4  # gains are tolerable


def test_what_exceeds_at_once_is_tolerated_in_proportion():
    got = ends(lines(0.5, 0.5))
    assert got.rate == got.low == got.high == pytest.approx(0.01)


def test_one_replicate_has_no_interval():
    got = ends(lines(0.02))
    assert got.rate == pytest.approx(0.25)
    assert np.isnan([got.low, got.high]).all()
    assert got.n == 1


def test_replicates_that_lack_a_rate_are_left_out():
    lame = lines(0.02, 0.03, 5.0)
    lame[0.4][2] = np.nan
    assert ends(lame).rate == pytest.approx(0.2)
    assert ends(lame).n == 2


def test_a_wider_margin_tolerates_no_less():
    rows = frame(rates=(0.0, *RATES), noise=0.003, effect=0.05)
    found = [stats.tolerable_rates(rows, margin).rate for margin in (0.001, 0.005, 0.01, 0.02)]
    assert (np.diff(found, axis=0) >= 0).all()


def test_the_interval_covers_the_truth_nearly_as_often_as_it_says():
    rng = np.random.default_rng(0)
    sizes, covered = (1_000, 2_000), []
    for _ in range(60):
        noise = rng.normal(0, 0.002, (4, 10))
        losses = {rate: list(0.025 * rate + noise[i]) for i, rate in enumerate(RATES)}
        got = stats.tolerable_rates(with_losses(losses, sizes=sizes)).iloc[-1]
        covered.append(got.low <= 0.2 <= got.high)
    assert np.mean(covered) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 60)


def test_without_pairs_there_is_no_rate():
    assert stats.tolerable_rates(frame(rates=(0.0,))).empty


def test_other_conditions_and_the_order_of_rows_change_nothing():
    rows = frame(noise=0.003)
    more = pd.concat([frame(backend="lightgbm", replicates=3, seed=1), rows]).sample(frac=1)
    got = stats.tolerable_rates(more).query("backend == 'logistic'").reset_index(drop=True)
    pd.testing.assert_frame_equal(got, stats.tolerable_rates(rows))
