"""Laws of a recommender's figures."""

from itertools import combinations

import numpy as np
import pytest

from experiments.recommender import metrics
from experiments.recommender.world import make, simulated_tastes

USERS, ITEMS, LENGTH = 30, 24, 4


@pytest.fixture(scope="module")
def world():
    tastes = simulated_tastes(USERS, ITEMS, 3, 0.2, np.random.default_rng(0))
    return make(tastes, LENGTH, 1.0)


@pytest.fixture(scope="module")
def lists():
    rng = np.random.default_rng(1)
    return np.array([rng.permutation(ITEMS)[:LENGTH] for _ in range(USERS)])


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_gini_of_equal_exposures_is_0_and_of_one_item_1_less_an_nth(n):
    assert metrics.gini(np.full(n, 3.0)) == pytest.approx(0)
    assert metrics.gini(5.0 * (np.arange(n) == n // 2)) == pytest.approx(1 - 1 / n)


def test_gini_is_half_the_mean_absolute_difference_over_the_mean():
    exposures = np.random.default_rng(2).poisson(3, 40).astype(float)
    mean_difference = np.abs(exposures[:, None] - exposures).mean()
    assert metrics.gini(exposures) == pytest.approx(mean_difference / (2 * exposures.mean()))
    assert metrics.gini(7 * exposures) == pytest.approx(metrics.gini(exposures))


def test_coverage_lies_between_one_list_and_everything(world, lists):
    alike = np.tile(np.arange(LENGTH), (USERS, 1))
    apart = np.arange(USERS * LENGTH).reshape(USERS, LENGTH) % ITEMS
    assert metrics.of_lists(world, alike)["coverage"] == LENGTH / ITEMS
    assert metrics.of_lists(world, apart)["coverage"] == 1
    assert LENGTH / ITEMS <= metrics.of_lists(world, lists)["coverage"] <= 1


def test_lists_that_all_share_are_alike_and_disjoint_ones_are_not(world):
    alike = np.tile(np.arange(LENGTH), (USERS, 1))
    assert metrics.of_lists(world, alike)["homogeneity"] == pytest.approx(1)
    tastes = simulated_tastes(ITEMS // LENGTH, ITEMS, 3, 0.2, np.random.default_rng(0))
    disjoint = np.arange(ITEMS).reshape(-1, LENGTH)
    found = metrics.of_lists(make(tastes, LENGTH, 1.0), disjoint)
    assert found["homogeneity"] == pytest.approx(0)
    assert found["gini"] == pytest.approx(0)
    assert found["tail_share"] == pytest.approx(0.5)


def test_homogeneity_and_diversity_are_those_of_all_pairs(world, lists):
    sets = [set(each) for each in lists]
    jaccard = [len(a & b) / len(a | b) for a, b in combinations(sets, 2)]
    likes = np.log(world.chances / (1 - world.chances))  # tastes, on another scale
    correlation = np.corrcoef(likes.T)
    unlike = [1 - correlation[a, b] for each in lists for a, b in combinations(each, 2)]
    found = metrics.of_lists(world, lists)
    assert found["homogeneity"] == pytest.approx(np.mean(jaccard))
    assert found["list_diversity"] == pytest.approx(np.mean(unlike))


def test_the_best_lists_are_hit_most_and_random_ones_in_the_middle_of_nothing(world, lists):
    assert world.hit_rate(world.best) == pytest.approx(1)
    assert world.hit_rate(lists) < 1
    assert world.hit_rate(world.best[:, ::-1]) < 1  # the best place is looked at most
    shifts = [np.tile((np.arange(LENGTH) + by) % ITEMS, (USERS, 1)) for by in range(ITEMS)]
    assert np.mean([world.hit_rate(each) for each in shifts]) == pytest.approx(0)


def test_true_tastes_on_any_scale_have_no_distance_and_reversed_ones_the_largest(world):
    assert metrics.taste_distance(world.chances**3, world) == pytest.approx(0)
    assert metrics.taste_distance(-world.chances, world) == pytest.approx(2)
    assert metrics.taste_distance(np.ones_like(world.chances), world) == pytest.approx(1)


def test_half_of_the_items_are_unpopular_and_none_is_liked_more_than_the_others(world):
    means = world.chances.mean(axis=0)
    assert world.unpopular.sum() == ITEMS // 2
    assert means[world.unpopular].max() <= means[~world.unpopular].min()
