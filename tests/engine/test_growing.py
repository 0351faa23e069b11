"""Which growths a command runs: from lists of sizes to conditions."""

import pytest

from experiments import collapse_rates, low_rates
from mc.engine import growing
from mc.errors import ParameterError

ALONE = {"initial_size": "1000", "increment": "500", "final_size": "4000"}
BOTH = {"initial_size": "1000,50000", "increment": "500,1000", "final_size": "10000,80000"}


def asked(**given):
    return growing.growths(collapse_rates.Settings.read(given))


def test_the_nth_values_of_the_lists_are_the_nth_growth():
    (small, many), (large, few) = asked(**BOTH, repetitions="5,3")
    assert (small[0], small[-1], len(small), many) == (1_000, 10_000, 19, 5)
    assert (large[0], large[-1], len(large), few) == (50_000, 80_000, 31, 3)


def test_the_default_is_a_small_growth_beside_the_originals():
    (small, few), (original, fewer) = asked()
    assert (small[0], small[1], small[-1], few) == (1_000, 1_500, 10_000, 5)
    assert (original[0], original[1], original[-1], fewer) == (50_000, 51_000, 80_000, 3)


def test_single_values_are_one_growth_with_the_first_of_the_repetitions():
    assert asked(**ALONE) == [((1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000), 5)]
    assert asked(**ALONE, repetitions="2")[0][1] == 2


def test_one_number_of_repetitions_is_that_of_all_growths():
    assert [repetitions for _, repetitions in asked(**BOTH, repetitions="7")] == [7, 7]


def test_growths_may_share_a_step_or_an_end():
    lists = {"initial_size": "1000,2000", "increment": "500,500", "final_size": "3000,3000"}
    assert [sizes[0] for sizes, _ in asked(**lists)] == [1_000, 2_000]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (BOTH | {"increment": "100"}, "initial_size=1000,50000, increment=100, final_size=10000,8"),
        ({"initial_size": "1000"}, "give all three"),
        (BOTH | {"repetitions": "5,3,1"}, "repetitions=5,3,1 must have one value, or one for each"),
        ({"initial_size": "9,9", "increment": "1,1", "final_size": "10,10"}, "name a growth twice"),
    ],
)
def test_lists_that_do_not_belong_together_are_refused_in_one_line(given, words):
    with pytest.raises(ParameterError, match=words) as error:
        asked(**given)
    assert "\n" not in str(error.value)


def test_other_experiments_grow_once_by_default_and_take_lists():
    assert len(growing.growths(low_rates.Settings())) == 1
    two = {"initial_size": "100,200", "increment": "50,100", "final_size": "200,400"}
    assert len(growing.growths(low_rates.Settings.read(two))) == 2


def test_growths_beyond_the_corpus_are_left_out_and_named(capsys):
    kept = growing.fitting(asked(**BOTH), 20_000)
    assert [sizes[-1] for sizes, _ in kept] == [10_000]
    assert "the growth from 50,000 to 80,000 reviews is left out" in capsys.readouterr().out


def test_where_no_growth_fits_the_refusal_names_the_numbers_later():
    assert growing.fitting(asked(**BOTH), 500) == asked(**BOTH)
