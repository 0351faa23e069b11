"""Laws of rules of decoding: what is read, and what is refused."""

import pytest

from mc.errors import ParameterError
from mc.text.decoding import parse


@pytest.mark.parametrize(
    ("text", "many", "mass"),
    [
        ("sample", 0, 1),
        ("greedy", 1, 1),
        ("top_k:50", 50, 1),
        ("nucleus:0.9", 0, 0.9),
        ("beam:5", 5, 1),
    ],
)
def test_rules_are_read(text, many, mass):
    rule = parse(text, 0.5)
    assert (rule.many, rule.mass, rule.temperature) == (many, mass, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("greedily", "decoding='greedily' is not understood; use sample, greedy"),
        ("greedy:3", "decoding='greedy:3' is not understood"),
        ("beam", "decoding='beam' is not understood"),
        ("top_k:many", "needs a number after the colon"),
        ("top_k:0", "0 must be a whole number in"),
        ("beam:2.5", "2.5 must be a whole number in"),
        ("nucleus:0", "0 must lie in"),
        ("nucleus:nan", "nan must lie in"),
    ],
)
def test_others_are_refused(text, said):
    with pytest.raises(ParameterError, match=said):
        parse(text)
