import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses

from mc import statistics as stats
from mc.errors import ParameterError
from mc.statistics.effects import SKEWNESS

CONDITION = ("logistic", "accumulate", "argmax", 1_000, 4_500, 10_000)


def spread(half_width: float, n: int) -> list[float]:
    """Losses whose 95% interval has this half-width, above the mean."""
    values = np.linspace(-1, 1, n)
    got = stats.mean_interval(values, skewness=SKEWNESS)
    return list(0.01 + values * half_width / (got.high - got.mean))


def wanted(losses: dict[float, list[float]], precision: float = 0.001, most: int = 100):
    found = stats.more_repetitions(with_losses(losses), precision, most)
    assert {key[:-1] for key in found} <= {CONDITION}
    return {key[-1]: number for key, number in found.items()}


def test_what_is_precise_needs_nothing_more():
    assert wanted({0.5: spread(0.0009, 5)}) == {}
    assert wanted({0.5: [0.01] * 5}) == {}


def test_numbers_grow_with_the_square_of_the_width_and_rate_zero_follows():
    assert wanted({0.1: spread(0.0009, 10), 0.5: spread(0.0012, 10)}) == {0.0: 15, 0.5: 15}


@pytest.mark.parametrize(
    ("width", "number"),
    [(0.00101, 11), (0.0012, 15), (0.01, 20)],  # one more at least, at most twice as many
)
def test_steps_are_neither_idle_nor_rash(width, number):
    assert wanted({0.5: spread(width, 10)}) == {0.0: number, 0.5: number}


def test_the_most_is_never_exceeded():
    assert wanted({0.5: spread(0.01, 10)}, most=12) == {0.0: 12, 0.5: 12}
    assert wanted({0.5: spread(0.01, 10)}, most=10) == {}
    assert wanted({0.5: spread(0.01, 10)}, most=5) == {}


def test_one_repetition_has_no_width_and_gets_a_second():
    assert wanted({0.5: [0.01]}) == {0.0: 2, 0.5: 2}


def test_rate_zero_catches_up_with_what_is_to_be_paired():
    rows = with_losses({0.0: [0.0] * 5, 0.5: spread(0.0009, 5) + [0.01] * 3})
    assert stats.more_repetitions(rows, 0.001, 100) == {(*CONDITION, 0.0): 8}


def test_a_failed_replicate_does_not_ask_for_itself_again():
    losses = spread(0.00101, 10)
    losses[3] = np.nan
    assert min(wanted({0.5: losses}).values()) > 10


@pytest.mark.parametrize("rates", [(0.0,), (0.5, 1.0)])
def test_without_pairs_to_make_the_metric_itself_counts(rates):
    rows = frame(rates=rates)
    ends = [own for _, own in stats.at_generation(rows).groupby("rate")["accuracy"]]
    width = max(own.high - own.mean for own in map(stats.mean_interval, ends))
    assert stats.more_repetitions(rows, 1.01 * width, 100) == {}
    found = stats.more_repetitions(rows, 0.9 * width, 100)
    assert found
    assert all(5 < number <= 10 for number in found.values())


def test_conditions_are_told_apart():
    both = pd.concat(
        [with_losses({0.5: spread(0.0009, 5)}), with_losses({0.5: spread(0.002, 5)}, backend="b")]
    )
    found = stats.more_repetitions(both, 0.001, 100)
    assert {key[0] for key in found} == {"b"}


def test_it_ends_with_the_precision_that_was_asked_for():
    rng = np.random.default_rng(0)
    draws = list(rng.normal(0.01, 0.002, 100))
    n, rounds = 5, 0
    while found := stats.more_repetitions(with_losses({0.5: draws[:n]}), 0.001, 100):
        n, rounds = found[(*CONDITION, 0.5)], rounds + 1
    got = stats.mean_interval(draws[:n], skewness=SKEWNESS)
    assert got.high - got.mean <= 0.001
    assert rounds < 8


@pytest.mark.parametrize(("precision", "most", "words"), [(0, 5, "precision=0"), (1, 0, "most=0")])
def test_senseless_wishes_are_refused(precision, most, words):
    with pytest.raises(ParameterError, match=words):
        stats.more_repetitions(frame(), precision, most)


def ends(spread: float, replicates: int = 4) -> pd.DataFrame:
    """Two regimes at three rates; rate 1 loses an amount that varies between replicates."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"regime": regime, "rate": rate, "replicate": replicate, "accuracy": accuracy}
        for regime in ("accumulate", "replace")
        for replicate in range(replicates)
        for base in [rng.normal()]
        for rate, accuracy in ((0.0, base), (0.5, base - 0.1), (1.0, base - spread * rng.normal()))
    )


def more(rows: pd.DataFrame, precision: float, most: int = 100) -> dict:
    axes, baseline = ("regime", "rate"), {"rate": 0.0}
    return stats.more_pairs(rows, axes, baseline, "accuracy", precision=precision, most=most)


def test_only_uncertain_differences_get_more_pairs_and_their_baseline_with_them():
    asked = more(ends(spread=1.0), precision=0.5)
    regimes = ("accumulate", "replace")
    assert set(asked) == {(regime, rate) for regime in regimes for rate in (0.0, 1.0)}
    for regime in regimes:
        assert 4 < asked[regime, 1.0] == asked[regime, 0.0] <= 8


def test_pairs_that_are_precise_enough_ask_for_nothing():
    assert more(ends(spread=0.001), precision=0.5) == {}


def test_pairs_never_exceed_the_bound():
    assert set(more(ends(spread=1.0), precision=0.001, most=6).values()) == {6}
