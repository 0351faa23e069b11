"""Laws of the loop: deterministic, paired, and each regime trains on what it says."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.recommender import metrics, ranker
from experiments.recommender.factorise import factorise
from experiments.recommender.lineage import Condition, best_possible, breed, world_of

SMALL = Condition(
    regime="accumulate",
    epsilon=0.0,
    decay=1.0,
    generations=4,
    users=60,
    items=50,
    list_length=5,
    rounds=8,
    factors=2,
    popularity=0.2,
    position_bias=0.5,
    seed=0,
)


def bred(replicate=0, **other):
    condition = replace(SMALL, **other)
    return [each.metrics for each in breed(None, condition, replicate)]


@pytest.fixture(scope="module")
def greedy():
    return bred()


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(greedy):
    assert bred() == greedy
    assert bred(seed=1)[0] != greedy[0]
    assert bred(replicate=1)[0] != greedy[0]


def test_every_generation_has_all_figures_within_their_ranges(greedy):
    assert len(greedy) == SMALL.generations + 1
    for figures in greedy:
        assert list(figures) == list(metrics.DESCRIPTIONS)
        for name in ("coverage", "gini", "tail_share", "homogeneity", "shown_gini"):
            assert 0 <= figures[name] <= 1
        assert figures["hit_rate"] <= 1
        assert figures["shown_hit_rate"] == pytest.approx(figures["hit_rate"])  # nothing explored


def test_generation_0_is_the_same_ranker_whatever_comes_after(greedy):
    own = [*metrics.OF_LISTS, "taste_distance"]
    for other in (bred(epsilon=0.5), bred(regime="replace"), bred(regime="subsample", epsilon=1.0)):
        assert [other[0][name] for name in own] == [greedy[0][name] for name in own]


def test_exploration_that_dies_at_once_is_exploration_in_generation_0_only(greedy):
    dying = bred(epsilon=0.5, decay=0.0)
    assert dying[0]["clicks"] < greedy[0]["clicks"]
    for figures in dying[1:]:
        assert figures["shown_hit_rate"] == pytest.approx(figures["hit_rate"])


def test_random_lists_are_worth_nothing_and_teach_tastes_when_all_is_kept():
    random = bred(epsilon=1.0, rounds=20)
    for figures in random:
        assert abs(figures["shown_hit_rate"]) < 0.1
        assert figures["shown_gini"] < 0.15
    assert random[-1]["taste_distance"] < random[0]["taste_distance"] - 0.1
    assert random[-1]["hit_rate"] > random[0]["hit_rate"]


def test_what_a_loop_forgets_narrows_it(greedy):
    forgetful = bred(regime="replace")
    assert forgetful[-1]["coverage"] < greedy[-1]["coverage"]
    assert forgetful[-1]["taste_distance"] > greedy[-1]["taste_distance"]


def test_no_lineage_hits_more_than_the_best_possible_lists(greedy):
    best = best_possible(None, SMALL, 0)
    assert best["hit_rate"] == pytest.approx(1)
    assert max(figures["hit_rate"] for figures in greedy) < 1


def test_a_ranker_that_saw_everything_often_ranks_as_is_true():
    world = world_of(None, SMALL, 0)
    shown = np.full(world.chances.shape, 2000.0)
    scores = ranker.fit(shown, shown * world.chances, 4, np.random.default_rng(0))
    assert metrics.taste_distance(scores, world) < 0.05
    assert world.hit_rate(ranker.ranking(scores, SMALL.list_length)) > 0.95


def test_factors_of_a_table_without_holes_are_its_best_approximation():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(20, 15))
    ours = factorise(np.ones_like(table), table, rng.normal(size=(15, 3)), 1e-9, 300)
    u, sizes, v = np.linalg.svd(table)
    np.testing.assert_allclose(ours, u[:, :3] * sizes[:3] @ v[:3], atol=1e-4)


def test_cells_without_weight_do_not_matter():
    rng = np.random.default_rng(0)
    table, start = rng.normal(size=(12, 9)), rng.normal(size=(9, 2))
    weights = (rng.random(table.shape) < 0.7).astype(float)
    other = np.where(weights > 0, table, 99.0)
    ours, theirs = (factorise(weights, weights * each, start, 0.1, 5) for each in (table, other))
    np.testing.assert_array_equal(ours, theirs)
