import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses

from mc import statistics as stats
from mc.statistics.effects import SKEWNESS

RATES = (0.1, 0.2, 0.4)


def straight(*slopes: float) -> dict[float, list[float]]:
    """Losses in proportion to the rate, one slope a replicate."""
    return {rate: [slope * rate for slope in slopes] for rate in RATES}


def test_a_straight_line_has_its_slope_for_each_per_cent():
    got = stats.dose_response(with_losses(straight(0.1, 0.2, 0.3)))
    promised = ["generation", "train_size", "metric", "mean", "low", "high", "n"]
    assert list(got.columns) == [*stats.CONDITION, *promised]
    assert got.generation.tolist() == [1, 2]
    assert got["mean"].tolist() == pytest.approx([0.001, 0.002])  # half way, and at the end
    known = stats.mean_interval([0.001, 0.002, 0.003], skewness=SKEWNESS)
    assert got.iloc[-1][["mean", "low", "high", "n"]].tolist() == pytest.approx([*known])


def test_a_bent_line_has_the_least_squares_slope_through_the_origin():
    bent = {rate: [rate**2, rate**2 + 0.01] for rate in RATES}
    x = np.array(RATES)[:, None]
    slopes = [np.linalg.lstsq(x, x[:, 0] ** 2 + plus)[0][0] for plus in (0, 0.01)]
    got = stats.dose_response(with_losses(bent)).iloc[-1]
    assert got["mean"] == pytest.approx(0.01 * np.mean(slopes))


def test_the_replicate_is_the_unit_whatever_the_number_of_rates():
    few = stats.dose_response(with_losses(straight(0.1, 0.3))).iloc[-1]
    many = {rate: [0.1 * rate, 0.3 * rate] for rate in np.linspace(0.1, 0.4, 31).round(2)}
    more = stats.dose_response(with_losses(many)).iloc[-1]
    assert few[["mean", "low", "high", "n"]].tolist() == pytest.approx(
        more[["mean", "low", "high", "n"]].tolist()
    )


def test_a_replicate_that_lacks_a_rate_has_no_slope():
    lame = straight(0.1, 0.2, 0.9)
    lame[0.4][2] = np.nan
    got = stats.dose_response(with_losses(lame)).iloc[-1]
    assert (got["mean"], got.n) == (pytest.approx(0.0015), 2)


def test_trend_is_the_change_with_each_doubling():
    sizes = (1_000, 2_000, 4_000)  # the losses double and so do the sizes: 0, 1/2, 1 of them
    got = stats.dose_trend(with_losses(straight(0.1, 0.2, 0.3), sizes=sizes))
    assert list(got.columns) == [*stats.CONDITION, "mean", "low", "high", "n"]
    known = stats.mean_interval([0.0005, 0.001, 0.0015])
    assert got.iloc[0][["mean", "low", "high", "n"]].tolist() == pytest.approx([*known])


@pytest.mark.parametrize(
    "rows",
    [
        with_losses(straight(0.1, 0.2), sizes=(1_000, 2_000)),  # one contaminated generation
        with_losses(straight(0.1, 0.2)).assign(train_size=1_000.0),
        frame(rates=(0.0,)),
        frame(rates=(0.5, 1.0)),
    ],
)
def test_without_growth_or_pairs_there_is_no_trend(rows):
    got = stats.dose_trend(rows)
    assert got.empty
    assert list(got.columns) == [*stats.CONDITION, "mean", "low", "high", "n"]


def test_without_pairs_there_is_no_slope():
    got = stats.dose_response(frame(rates=(0.0,)))
    assert got.empty
    assert "train_size" in got


def test_each_condition_has_its_own():
    both = pd.concat([with_losses(straight(0.1, 0.2)), with_losses(straight(1.0), backend="b")])
    got = stats.dose_response(both).groupby("backend")["mean"].max()
    assert got.to_dict() == {"logistic": pytest.approx(0.0015), "b": pytest.approx(0.01)}
