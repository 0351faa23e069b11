"""Laws of the search for a tolerable rate, on losses drawn from known curves."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from mc.errors import ParameterError
from mc.statistics import search
from mc.statistics.search import (
    FRONTIERS,
    STRAIGHT,
    Curve,
    Search,
    grid_for,
    reversals,
    to_clear,
)

MARGIN, FIRST = 0.005, (0.05, 0.2, 0.5, 1.0)
CURVES = {  # rate to mean loss, and the frontier
    "straight": (lambda rate: MARGIN * rate / 0.3, 0.3),
    "bent": (lambda rate: MARGIN * (rate / 0.5) ** 2, 0.5),
    "steep first": (lambda rate: MARGIN * (rate / 0.2) ** 0.5, 0.2),
}
NOISES = {  # of unit variance
    "normal": lambda rng: rng.normal(),
    "heavy": lambda rng: rng.standard_t(3) / np.sqrt(3),
    "skewed": lambda rng: rng.exponential() - 1,
}
Draw = Callable[[np.random.Generator], float]


def ended(
    curve: Callable[[float], float],
    seed: int = 0,
    *,
    spread: float = 0.002,
    noise: Draw = NOISES["normal"],
    budget: int = 120,
    width: float = 0.1,
    confidence: float = 0.9,
) -> Search:
    """A search, ended by width or budget, on losses whose noise is half their replicate's."""
    rng, search, spent = np.random.default_rng(seed), Search(MARGIN, confidence), 0
    rates, batch = FIRST, 5
    while rates and spent + batch * (1 + len(rates)) <= budget:
        for _ in range(batch):
            shared = noise(rng)
            own = {rate: np.sqrt(0.5) * (shared + noise(rng)) for rate in rates}
            search.learn({rate: curve(rate) + spread * own[rate] for rate in rates})
            spent += 1 + len(rates)
        if search.is_done(width):
            break
        rates, batch = search.next_rates(width), 4
    return search


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("name", CURVES)
def test_the_frontier_lies_in_the_interval_of_a_search_as_often_as_said(name, noise):
    curve, true = CURVES[name]
    searches = 40
    ends = [
        ended(curve, seed, noise=NOISES[noise], confidence=0.8).interval()
        for seed in range(searches)
    ]
    assert sum(not low <= true <= high for low, high in ends) <= binom.ppf(0.999, searches, 0.2)


def test_an_interval_only_shrinks_so_that_the_last_one_stands_for_all_looks():
    rng, search, before = np.random.default_rng(0), Search(MARGIN, 0.9), (0.0, 1.0)
    for _ in range(40):
        search.learn({rate: MARGIN * rate / 0.3 + 0.001 * rng.normal() for rate in FIRST})
        now = search.interval()
        assert before[0] <= now[0] <= now[1] <= before[1]
        before = now
    assert 0 < before[0] < 0.3 < before[1] < 1


def test_bets_at_the_margin_seldom_win_however_long_they_go_on():
    alpha, chains, won = 0.1, 100, 0
    rng = np.random.default_rng(0)
    for _ in range(chains):
        search = Search(MARGIN, 1 - 2 * alpha)
        for loss in rng.normal(MARGIN, 0.003, 50):
            search.learn({0.5: loss})
        won += search.interval()[0] > 0 or search.harm_is_shown
    assert won <= binom.ppf(0.999, chains, 2 * alpha)


def test_a_search_spends_its_repetitions_near_the_frontier():
    curve, true = CURVES["straight"]
    search = ended(curve, spread=0.0008)
    rates = {rate: len(losses) for rate, losses in search.losses.items() if rate not in FIRST}
    near = sum(n for rate, n in rates.items() if abs(rate - true) < 0.25)
    assert near > 0.8 * sum(rates.values()) > 0
    assert abs(search.estimate() - true) < 0.05
    low, high = search.interval()
    assert 0 < low <= search.estimate() <= high < 1


def test_an_interval_that_is_as_narrow_as_asked_ends_the_search():
    search = ended(CURVES["bent"][0], spread=0.0005, width=0.2)
    low, high = search.interval()
    assert high - low <= 0.2005
    assert search.missing(0.2) == 0
    assert search.replicates < 30


def test_where_no_rate_harms_the_answer_is_at_least_1_and_soon():
    search = ended(lambda rate: 0.2 * MARGIN * rate)
    assert search.interval() == (1.0, 1.0)
    assert search.replicates < 15
    assert not search.harm_is_shown


def test_where_every_rate_harms_no_rate_is_called_tolerable():
    search = ended(lambda rate: 0.05 + 0.05 * rate)
    assert search.interval()[0] == 0
    assert search.interval()[1] <= 0.1
    assert search.harm_is_shown


def test_too_much_noise_is_said_in_repetitions_that_are_missing():
    curve = CURVES["straight"][0]
    noisy, clear = (ended(curve, spread=spread) for spread in (0.02, 0.002))
    assert noisy.missing(0.1) > 4 * clear.missing(0.1) > 0
    assert clear.missing(0.3) <= clear.missing(0.1)


def test_bets_go_by_earlier_replicates_only():
    first, second = Search(MARGIN, 0.9), Search(MARGIN, 0.9)
    rng = np.random.default_rng(1)
    for loss in rng.normal(0.003, 0.001, 5):
        first.learn({0.5: loss})
        second.learn({0.5: loss})
    first.learn({0.5: 0.001})
    second.learn({0.5: 0.009})
    change = first.evidence(1, best=False) - second.evidence(1, best=False)
    assert (change[FRONTIERS <= 0.5] > 0).all()
    assert (change[FRONTIERS > 0.5] == 0).all()  # a loss at a rate says nothing of higher ones


def test_bets_are_on_rates_at_which_an_unfavourable_frontier_makes_them_unfavourable():
    rates = np.array([0.2, 0.4, 0.9])
    above, below = (search._weights(tuple(rates), side) for side in (1, -1))
    near = (FRONTIERS >= 0.2) & (FRONTIERS <= 0.4)
    for weights in (above, below):
        assert np.allclose((weights @ rates)[near], FRONTIERS[near])  # interpolated
    between = (FRONTIERS > 0.4) & (FRONTIERS < 0.9)
    assert (above[between] == [0, 0, 1]).all()
    assert (below[between] == [0, 1, 0]).all()
    assert (above[FRONTIERS <= 0.2] == [1, 0, 0]).all()
    assert np.isnan(below[FRONTIERS < 0.2]).all()
    assert np.isnan(above[FRONTIERS > 0.9]).all()
    assert (below[FRONTIERS >= 0.9] == [0, 0, 1]).all()
    assert (search._weights((0.1, 0.4), 1)[30] == [0, 1]).all()  # four times: not near


def test_a_pair_of_rates_stays_until_the_estimate_leaves_its_middle():
    search = Search(MARGIN, 0.9)
    for loss in (0.0049, 0.0051, 0.005):
        search.learn({0.5: loss, 1.0: 0.02})
    assert search.next_rates(0.1) == (0.35, 0.65)
    for _ in range(9):
        search.learn({0.35: 0.0045, 0.65: 0.006})
    assert search.next_rates(0.1) == (0.35, 0.65)
    for _ in range(40):
        search.learn({0.35: 0.0052, 0.5: 0.0053})
    low, high = search.next_rates(0.1)
    assert high < 0.65
    assert high - low <= STRAIGHT + 1e-9


def test_the_curve_is_monotone_and_its_spread_is_that_of_near_rates():
    rng = np.random.default_rng(0)
    losses = {0.05: rng.normal(0.001, 0.001, 50), 1.0: rng.normal(0.1, 0.05, 50), 0.5: [0.2, 0.2]}
    curve = Curve.of({rate: list(each) for rate, each in losses.items()})
    assert (np.diff(curve.monotone) >= 0).all()
    near, far = curve.spread(np.array([0.05, 1.0]))
    assert near == pytest.approx(0.001, rel=0.3)
    assert far == pytest.approx(0.05, rel=0.3)
    assert curve.frontier(1.0) == 1.0


def test_repetitions_to_clear_a_rate_are_what_searches_take():
    for promise in (0.7, 1.5):
        taken = []
        for seed in range(25):
            rng, search = np.random.default_rng(seed), Search(MARGIN, 0.95)
            while search.interval()[0] == 0 and search.replicates < 200:
                search.learn({0.5: rng.normal(MARGIN - promise * 0.002, 0.002)})
            taken.append(search.replicates)
        assert to_clear(promise, 0.95) == pytest.approx(np.mean(taken), rel=0.4)


def test_growths_are_those_of_simulated_bets():
    rng = np.random.default_rng(0)
    for place in (10, 20, 40):
        promise = search._PROMISES[place]
        payments = np.log1p(np.tanh(promise**2 + promise * rng.normal(size=200_000)))
        assert search._GROWTHS[place] == pytest.approx(payments.mean(), abs=0.01)


def test_a_grid_needs_more_repetitions_for_noisier_losses():
    calm, noisy = (ended(CURVES["bent"][0], spread=spread) for spread in (0.001, 0.002))
    rates, repetitions = grid_for(calm, 0.1)
    low, high = calm.interval()
    assert rates == int(np.ceil(1 / max(high - low, 0.1) - 1e-9))
    assert repetitions >= 2
    assert noisy.interval()[1] - noisy.interval()[0] > high - low
    assert grid_for(ended(CURVES["bent"][0], spread=0.5), 0.1) == (0, 0)


def test_a_loss_that_falls_with_the_rate_is_seen():
    scatter = 0.001 * np.linspace(-1, 1, 8)
    means = {0.1: 0.004, 0.5: 0.004, 1.0: -0.002}
    tables = [pd.DataFrame({"rate": rate, "loss": at + scatter}) for rate, at in means.items()]
    found = reversals(pd.concat(tables), 0.95)
    assert list(zip(found["lower"], found["higher"], strict=True)) == [(0.1, 1.0), (0.5, 1.0)]
    assert found["excess"].tolist() == pytest.approx([0.006, 0.006])
    assert reversals(pd.concat(tables[:2]), 0.95).empty


@pytest.mark.parametrize(("margin", "confidence"), [(0, 0.95), (0.005, 1.0)])
def test_a_search_refuses_what_is_no_margin_or_no_confidence(margin, confidence):
    with pytest.raises(ParameterError, match="must"):
        Search(margin, confidence)
