"""Laws of two-way intervals: they hold the mean, know both sources of chance, and repeat."""

import numpy as np
import pytest

from mc.statistics.resampling import difference, two_way


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def draw(seed: int, models: int = 5, reviews: int = 400, between: float = 0.0) -> np.ndarray:
    """Differences of successes around 0.05, which models share up to ``between``."""
    chance = rng(seed)
    centre = 0.05 + chance.normal(0, between, (models, 1))
    return chance.choice([-1.0, 0.0, 1.0], (models, reviews), p=[0.1, 0.8, 0.1]) + centre


def test_the_mean_lies_inside_and_the_same_seed_repeats():
    values = draw(1)
    one = two_way(values, rng())
    assert one == two_way(values, rng())
    assert one.low < one.mean < one.high
    assert one.mean == pytest.approx(values.mean())


def test_one_model_gives_the_ordinary_bootstrap_of_reviews():
    values = draw(2, models=1, reviews=2000)
    found = two_way(values, rng())
    expected = 1.96 * values.std() / np.sqrt(2000)
    assert (found.high - found.low) / 2 == pytest.approx(expected, rel=0.08)


def test_models_that_differ_widen_the_interval():
    alike, unlike = (two_way(draw(3, between=spread), rng()) for spread in (0.0, 0.2))
    assert unlike.high - unlike.low > 2 * (alike.high - alike.low)


def test_intervals_cover_the_truth_often_enough():
    found = [two_way(draw(seed, models=8, reviews=150), rng(seed)) for seed in range(60)]
    assert np.mean([each.low <= 0.05 <= each.high for each in found]) >= 0.9


def test_a_difference_of_equal_sets_is_nothing():
    values = draw(4)
    found = difference(values, values, rng())
    assert found.mean == 0
    assert found.low < 0 < found.high


def test_order_of_reviews_does_not_matter():
    values = draw(5)
    shuffled = values[:, rng().permutation(values.shape[1])]
    assert two_way(shuffled, rng()) == pytest.approx(two_way(values, rng()))
