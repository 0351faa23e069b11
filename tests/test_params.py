"""Laws of parameters: what is declared is what is checked, and messages help."""

import pytest

from mc.errors import ParameterError
from mc.params import Param, format_value, parse_settings, unknown

RATE = Param(0.5, "a rate", low=0, high=1)
RATES = Param((0.0, 0.5), "rates", low=0, high=1)
COUNT = Param(3, "a count", low=1)
SWITCH = Param(True, "a switch")
WORD = Param("b", "a word", choices=("a", "b"))


@pytest.mark.parametrize(
    ("param", "given", "value"),
    [
        (RATE, "0.25", 0.25),
        (RATES, "0,0.05, 1", (0.0, 0.05, 1.0)),
        (RATES, "1", (1.0,)),
        (COUNT, "7", 7),
        (SWITCH, "False", False),
        (WORD, "a", "a"),
    ],
)
def test_text_becomes_a_value_of_the_declared_type(param, given, value):
    parsed = param.parse("name", given)
    assert parsed == value
    assert type(parsed) is type(param.default)


@pytest.mark.parametrize(
    ("param", "given", "message"),
    [
        (RATE, "1.2", r"rate=1.2 must lie in \[0, 1\]"),
        (RATE, "nan", "rate='nan' must be a finite number"),
        (RATE, "much", "rate='much' must be a number"),
        (RATES, "0,2", r"rate=2.0 must lie in \[0, 1\]"),
        (RATES, "0.5,0.5", "rate=0.5,0.5 names a value twice"),
        (RATES, "0,,1", "rate='' must be a number"),
        (COUNT, "0", "rate=0 must be at least 1"),
        (COUNT, "2.5", "rate='2.5' must be a whole number"),
        (SWITCH, "maybe", "rate='maybe' must be true or false"),
        (WORD, "c", "rate='c' is unknown; choose from a, b"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(param, given, message):
    with pytest.raises(ParameterError, match=message):
        param.parse("rate", given)


@pytest.mark.parametrize("value", [(0.0, 0.05, 1.0), 3, 0.1, True, "text", (1, 2)])
def test_a_formatted_value_parses_to_itself(value):
    assert Param(value, "any").parse("name", format_value(value)) == value


def test_an_unknown_name_is_told_the_nearest():
    error = unknown("backend", "lgbm", ["lightgbm", "logistic", "random_forest"])
    assert str(error).startswith(
        "backend='lgbm' is unknown; choose from lightgbm, logistic, random_forest"
    )


def test_settings_fill_in_defaults_and_later_ones_win():
    declared = {"trees": Param(100, "trees", low=1), "depth": Param(20, "depth", low=1)}
    presets = {"seed": {"trees": 1000}}
    assert parse_settings("p", "", declared) == {"trees": 100, "depth": 20}
    assert parse_settings("p", "seed, depth=3", declared, presets) == {"trees": 1000, "depth": 3}
    assert parse_settings("p", "seed,trees=5", declared, presets)["trees"] == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tree=5", "p='tree' is unknown; choose from trees; did you mean 'trees'"),
        ("trees", "p='trees' lacks a value; write trees=..."),
        ("trees=0", "p: trees=0 must be at least 1"),
    ],
)
def test_wrong_settings_are_named(text, message):
    with pytest.raises(ParameterError, match=message):
        parse_settings("p", text, {"trees": Param(100, "trees", low=1)})
