"""Laws of cleaning: what never survives, and what is never touched."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mc.data.reviews.cleaning import clean, review_text, states_stars

PIECES = st.sampled_from(
    ["&", "amp;", "lt;", "#34;", "<br", "<br />", "/>", "<p>", "\\n", "\\", '"', " ", "\u00a0", "a"]
)


@given(st.text() | st.lists(PIECES).map("".join))
@example("&amp;amp;lt;br /&gt;")
@example("<a<b>>")
@example("<b\\n>")
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == " ".join(once.split())


@given(st.text(alphabet="abc xyz.,!?'0123456789", max_size=80))
def test_plain_words_keep_all_their_words(text: str) -> None:
    assert clean(text).split() == text.split()


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("one<br />two<BR>three<br/>four", "one two three four"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("twice &amp;quot;escaped&amp;quot;", 'twice "escaped"'),
        ("&lt;br /&gt;hidden break", "hidden break"),
        ("1 &lt; 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("I <3 it, not <b>bad</b>", "I <3 it, not bad"),
        (r"literal\nbreak and \"quote\"", 'literal break and "quote"'),
        ("\ttabs\r\n and\u00a0 spaces\u2003", "tabs and spaces"),
        ("AT&T and R&D", "AT&T and R&D"),
    ],
)
def test_markup_goes_and_meaning_stays(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


numbers = st.sampled_from(["one", "two", "three", "four", "five", "1", "2", "3", "4", "5"])
stars = st.sampled_from(["star", "stars", "Star", "STARS"])
ends = st.text(alphabet="!. *\u2605?)-", max_size=5)


@given(numbers, st.sampled_from([" ", "-", "  ", "&nbsp;", "<br />"]), stars, ends, ends)
def test_star_titles_never_survive(
    number: str, gap: str, word: str, before: str, after: str
) -> None:
    for spelled in (number, number.upper(), number.title()):
        assert review_text(f"{before}{spelled}{gap}{word}{after}", "body") == "body"


@pytest.mark.parametrize(
    "title",
    ["Five Stars", "one star", "5 stars", "Three Stars!", "4.5 Stars", "3 1/2 stars", "*****",
     "5/5", "4 out of 5", "Five stars out of five", "\u2b50\u2b50\u2b50", "Zero stars", "5-star"],
)  # fmt: skip
def test_titles_that_are_only_stars_are_found(title: str) -> None:
    assert states_stars(title)


@pytest.mark.parametrize(
    "title",
    ["Star Wars", "Five", "5", "Lone Star", "Four great years", "Five stars is not enough",
     "Two thumbs up", "", "Stars", "A five course meal", "9/11"],
)  # fmt: skip
def test_other_titles_stay(title: str) -> None:
    assert not states_stars(title)


@pytest.mark.parametrize("missing", [None, float("nan"), "", "  ", [], {}])
def test_a_missing_half_leaves_the_other(missing: object) -> None:
    assert review_text(missing, "body") == "body"
    assert review_text("title", missing) == "title"
    assert review_text(missing, missing) == ""


def test_half_characters_are_replaced() -> None:
    assert review_text("\ud83d", "good").encode() == b"? good"
