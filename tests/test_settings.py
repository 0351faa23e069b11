"""Laws of settings: what is declared is what is checked, and messages help."""

from typing import Annotated, ClassVar

import pytest
from pydantic import Field

from mc.errors import ParameterError
from mc.settings import OneOf, Presets, Settings, declared, format_value, unknown

Rate = Annotated[float, Field(ge=0, le=1)]


class Loop(Settings):
    """Every kind of setting."""

    presets: ClassVar[Presets] = {"seed": {"count": 1000}}
    rate: Rate = Field(0.5, description="a rate")
    rates: tuple[Rate, ...] = Field((0.0, 0.5), description="rates")
    count: int = Field(3, ge=1, description="a count")
    switch: bool = Field(True, description="a switch")
    word: Annotated[str, OneOf(("a", "b"))] = Field("b", description="a word")
    text: str = Field("", description="any text")
    preset: Annotated[str, OneOf(("none", "seed"))] = "none"


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("rate", " 0.25", 0.25),
        ("rates", "0,0.05, 1", (0.0, 0.05, 1.0)),
        ("rates", "1", (1.0,)),
        ("rates", [0, 1], (0.0, 1.0)),
        ("count", "7", 7),
        ("switch", "False", False),
        ("word", "a", "a"),
        ("text", "7", "7"),
    ],
)
def test_text_becomes_a_value_of_the_declared_type(name, given, value):
    read = getattr(Loop.read({name: given}), name)
    assert read == value
    assert type(read) is type(declared(Loop)[name].default)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("rate", "1.2", "rate=1.2 must lie in [0, 1]"),
        ("rate", -0.1, "rate=-0.1 must lie in [0, 1]"),
        ("rate", "nan", "rate='nan' must be a finite number"),
        ("rate", "much", "rate='much' must be a number"),
        ("rates", "0,2", "rates=2.0 must lie in [0, 1]"),
        ("rates", "0.5,0.5", "rates=0.5,0.5 names a value twice"),
        ("rates", "0,,1", "rates='' must be a number"),
        ("count", "0", "count=0 must be at least 1"),
        ("count", "2.5", "count='2.5' must be a whole number"),
        ("switch", "maybe", "switch='maybe' must be true or false"),
        ("word", "c", "word='c' is unknown; choose from a, b"),
        ("wrod", "a", "parameter='wrod' is unknown; choose from count, preset, rate, rates, "),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(name, given, message):
    with pytest.raises(ParameterError) as caught:
        Loop.read({name: given})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", declared(Loop))
def test_a_formatted_value_reads_as_itself(name):
    value = declared(Loop)[name].default
    assert getattr(Loop.read({name: format_value(value)}), name) == value


def test_an_unknown_name_is_told_the_nearest():
    error = unknown("backend", "lgbm", ["lightgbm", "logistic", "random_forest"])
    assert str(error).startswith(
        "backend='lgbm' is unknown; choose from lightgbm, logistic, random_forest"
    )


def test_text_of_settings_fills_in_defaults_and_later_ones_win():
    assert Loop.read_text("", "p") == Loop()
    assert Loop.read_text("seed, rate=1", "p") == Loop(count=1000, rate=1)
    assert Loop.read_text("seed,count=5", "p").count == 5
    assert Loop(count=5, rate=1).as_text() == "rate=1,count=5"


def test_a_preset_leaves_what_the_user_chose():
    assert Loop.read({"preset": "seed"}).count == 1000
    assert Loop.read({"preset": "seed", "count": "5"}).count == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cuont=5", "p='cuont' is unknown; choose from count, "),
        ("count", "p='count' lacks a value; write count=..."),
        ("count=0", "p: count=0 must be at least 1"),
        ("word=c", "p: word='c' is unknown"),
    ],
)
def test_wrong_texts_are_named(text, message):
    with pytest.raises(ParameterError) as caught:
        Loop.read_text(text, "p")
    assert str(caught.value).startswith(message)


def test_own_settings_come_before_inherited_ones():
    class Child(Loop):
        """Inherits, with another default."""

        extra: int = 1
        rate: Rate = 0.1

    assert list(declared(Child))[:3] == ["extra", "rate", "rates"]
    assert declared(Child)["rate"].default == 0.1


def test_a_choice_of_an_earlier_version_is_read_as_what_it_is_called_now():
    former = {"alpha": "a"}

    class Renamed(Settings):
        word: Annotated[str, OneOf(("a", "b"), former)] = "b"
        words: tuple[Annotated[str, OneOf(("a", "b"), former)], ...] = ("b",)

    read = Renamed.read({"word": "alpha", "words": "b,alpha"})
    assert (read.word, read.words) == ("a", ("b", "a"))
    with pytest.raises(ParameterError, match="words=a,a names a value twice"):
        Renamed.read({"words": "a,alpha"})
    with pytest.raises(ParameterError, match="choose from a, b"):
        Renamed.read({"word": "alph"})
