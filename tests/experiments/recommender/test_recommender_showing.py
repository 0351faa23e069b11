"""Laws of what is shown: exploration is nested, uniform, and never shows an item twice."""

import numpy as np
import pytest
from scipy.stats import chisquare

from experiments.recommender import showing
from experiments.recommender.world import make, simulated_tastes

ROUNDS, USERS, ITEMS, LENGTH = 40, 30, 17, 5


@pytest.fixture(scope="module")
def draws():
    return showing.draw(np.random.default_rng(0), ROUNDS, USERS, ITEMS, LENGTH)


@pytest.fixture(scope="module")
def best():
    rng = np.random.default_rng(1)
    ranks = np.array([rng.permutation(ITEMS) for _ in range(USERS)])
    return ranks[:, : 2 * LENGTH]


def test_without_exploration_the_ranking_is_shown(draws, best):
    shown = showing.lists(best, draws, 0.0)
    assert (shown == best[:, :LENGTH]).all()


def test_with_nothing_but_exploration_items_and_places_are_uniform(draws, best):
    shown = showing.lists(best, draws, 1.0)
    assert chisquare(np.bincount(shown.ravel(), minlength=ITEMS)).pvalue > 0.001
    for place in range(LENGTH):
        counts = np.bincount(shown[..., place].ravel(), minlength=ITEMS)
        assert chisquare(counts).pvalue > 0.001


def test_pairs_of_random_items_are_uniform_too(draws):
    members = np.zeros((ROUNDS * USERS, ITEMS))
    np.put_along_axis(members, draws.strangers.reshape(-1, LENGTH), 1.0, axis=1)
    pairs = (members.T @ members)[np.triu_indices(ITEMS, 1)]
    assert pairs.std() < 2 * np.sqrt(pairs.mean())


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5, 1.0])
def test_no_list_shows_an_item_twice(draws, best, epsilon):
    shown = np.sort(showing.lists(best, draws, epsilon), axis=-1)
    assert (np.diff(shown, axis=-1) > 0).all()


def test_places_that_explore_are_nested_in_epsilon_and_show_the_same_items(draws, best):
    low, high = showing.lists(best, draws, 0.2), showing.lists(best, draws, 0.6)
    explored = draws.explores < 0.2
    assert (low[explored] == high[explored]).all()
    assert (low[explored] == draws.strangers[explored]).all()
    assert explored.mean() == pytest.approx(0.2, abs=0.02)


def test_what_is_not_random_is_the_best_of_the_rest_in_order(draws, best):
    shown = showing.lists(best, draws, 0.5)
    for turn, user in ((0, 0), (3, 7), (11, 29)):
        explored = draws.explores[turn, user] < 0.5
        random = set(draws.strangers[turn, user][explored])
        left = [item for item in best[user] if item not in random]
        assert shown[turn, user][~explored].tolist() == left[: (~explored).sum()]


def test_clicks_come_as_often_as_taste_and_place_say(draws, best):
    tastes = simulated_tastes(USERS, ITEMS, 2, 0.3, np.random.default_rng(2))
    world = make(tastes, LENGTH, 1.0)
    shown = showing.lists(best, draws, 1.0)
    clicked = showing.clicked(world, shown, draws)
    users = np.arange(USERS)[:, None]
    for place in range(LENGTH):
        chances = world.chances[users, shown][..., place] / (place + 1)
        error = np.sqrt((chances * (1 - chances)).sum())
        assert abs(clicked[..., place].sum() - chances.sum()) < 4 * error


def test_two_lists_that_show_an_item_in_one_place_get_the_same_click(draws, best):
    tastes = simulated_tastes(USERS, ITEMS, 2, 0.3, np.random.default_rng(2))
    world = make(tastes, LENGTH, 0.5)
    one, other = (showing.lists(best, draws, epsilon) for epsilon in (0.1, 0.4))
    same = one == other
    clicks = [showing.clicked(world, shown, draws)[same] for shown in (one, other)]
    assert 0.2 < same.mean() < 0.9
    assert (clicks[0] == clicks[1]).all()
