"""Laws of bounds for values that lean to the right: they hold, on real losses too."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from mc import statistics as stats
from mc.statistics.effects import SKEWNESS
from mc.statistics.intervals import bounds
from mc.statistics.skewed import lower_reach, upper_reach

DRAWS = 40_000


def leaning(skewness: float, n: int, seed: int = 1):
    """Values of mean 0 and variance 1, (DRAWS, n)."""
    rng = np.random.default_rng(seed)
    if not skewness:
        return rng.standard_normal((DRAWS, n))
    shape = 4 / skewness**2
    return (rng.standard_gamma(shape, (DRAWS, n)) - shape) / np.sqrt(shape)


def limits(values, skewness):
    n = values.shape[1]
    spread = values.std(axis=1, ddof=1) / np.sqrt(n)
    return bounds(values.mean(axis=1), spread, np.full(DRAWS, n), 0.95, skewness)


@pytest.mark.parametrize("n", [3, 5, 10, 20, 60])
@pytest.mark.parametrize("true", [0.0, 0.5, 1.0, 1.5])
def test_both_bounds_hold_up_to_the_skewness_they_are_for(n, true):
    low, high = limits(leaning(true, n), 1.5)
    error = 3 * np.sqrt(0.025 * 0.975 / DRAWS)
    assert (high < 0).mean() < 0.025 + error
    assert (low > 0).mean() < 0.025 + error


def test_students_upper_bound_does_not_hold_for_them():
    _, high = limits(leaning(1.5, 5), 0.0)
    assert (high < 0).mean() > 0.06


def test_the_bound_of_more_skewness_is_farther_and_that_of_none_is_students():
    reaches = [upper_reach(6, 0.025, skewness) for skewness in (0.0, 0.5, 1.0, 1.5)]
    assert reaches[0] == lower_reach(6, 0.025) == pytest.approx(t.isf(0.025, 5))
    assert reaches == sorted(reaches)


def test_with_many_values_a_lean_matters_less():
    extra = [upper_reach(n, 0.025, 1.5) / lower_reach(n, 0.025) for n in (5, 20, 100, 5_000)]
    assert extra == sorted(extra, reverse=True)
    assert extra[-1] < 1.1


def test_a_mean_of_leaning_values_has_the_bounds_of_the_table():
    values = [0.001, 0.004, 0.002, 0.02]
    got = stats.mean_interval(values, skewness=1.5)
    spread = np.std(values, ddof=1) / 2
    assert got.high == pytest.approx(got.mean + upper_reach(4, 0.025, 1.5) * spread)
    assert got.low == pytest.approx(stats.mean_interval(values).low)


REAL = pd.read_csv(Path(__file__).with_name("real_losses.csv"))
CELLS = {
    f"{backend} from {size}, generation {step}, rate {rate}": rows["loss"].to_numpy()
    for (backend, size, step, rate), rows in REAL.groupby(
        ["backend", "initial_size", "generation", "rate"]
    )
}


@pytest.mark.slow
@pytest.mark.parametrize("n", [5, 10, 20])
@pytest.mark.parametrize("cell", CELLS)
def test_verdicts_on_real_losses_are_wrong_as_rarely_as_promised(cell, n):
    """Of a margin that is the true loss, every verdict is false."""
    losses = CELLS[cell]
    drawn = np.random.default_rng(0).choice(losses, (n, DRAWS))
    low, high = limits(drawn.T, SKEWNESS)
    for false in (high < losses.mean(), low > losses.mean()):
        assert false.mean() < 0.03 + 3 * np.sqrt(0.03 * 0.97 / DRAWS)


@pytest.mark.slow
def test_students_t_would_not_keep_the_promise_on_them():
    drawn = [np.random.default_rng(0).choice(losses, (5, DRAWS)) for losses in CELLS.values()]
    false = [
        (limits(sample.T, 0.0)[1] < losses.mean()).mean()
        for sample, losses in zip(drawn, CELLS.values(), strict=True)
    ]
    assert max(false) > 0.06
