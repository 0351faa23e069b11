"""Laws of texts as numbers: what goes in comes out, however it is cut, joined or cached."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import as_lists

from mc.text.places import places, runs, sorting, tagged
from mc.text.reviews import Reviews
from mc.text.tokens import RARE, SPECIAL, number, open_tokens, prepare, split, written

LISTS = st.lists(st.lists(st.integers(3, 9), max_size=6), min_size=1, max_size=8)


def reviews_of(lists):
    tokens = np.array([token for text in lists for token in text], np.int32)
    return Reviews.of_lengths(tokens, np.array([len(text) for text in lists], np.int64))


@settings(max_examples=30, deadline=None)
@given(lists=LISTS, data=st.data())
def test_rows_are_taken_in_any_order_and_joined(lists, data):
    reviews = reviews_of(lists)
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=5))
    taken = reviews.take(np.array(rows, np.int64))
    assert len(taken) == len(rows)
    if rows:
        assert as_lists(taken) == [lists[row] for row in rows]
        assert as_lists(Reviews.join([taken, reviews])) == [lists[row] for row in rows] + lists
    first, last = sorted([*rows, 0, len(lists)])[:: max(len(rows) + 1, 1)][:2]
    assert as_lists(reviews.take(slice(first, last)))[: last - first] == lists[first:last]


@settings(max_examples=30, deadline=None)
@given(lists=LISTS, length=st.integers(1, 4))
def test_sequences_are_equal_where_their_words_are_and_stay_within_texts(lists, length):
    numbers, rows = reviews_of(lists).sequences(length)
    expected = [
        (tuple(text[place : place + length]), row)
        for row, text in enumerate(lists)
        for place in range(len(text) - length + 1)
    ]
    assert rows.tolist() == [row for _, row in expected]
    assert len(set(numbers.tolist())) == len({words for words, _ in expected})
    assert len(set(zip(numbers.tolist(), (words for words, _ in expected), strict=True))) == len(
        set(numbers.tolist())
    )


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.integers(0, 30)),
    ordered=st.lists(st.integers(0, 25)),
    factor=st.sampled_from([1, 2**55]),
)
def test_sorting_and_searching_are_numpys(values, ordered, factor):
    ordered, values = np.sort(np.array(ordered, np.int64)), np.array(values, np.int64) * factor
    for side in ("left", "right"):
        found = places(ordered, values, side)
        np.testing.assert_array_equal(found, np.searchsorted(ordered, values, side))
    np.testing.assert_array_equal(sorting(values), np.argsort(values, kind="stable"))
    np.testing.assert_array_equal(runs(ordered), np.unique(ordered, return_index=True)[1])


def test_tags_take_the_place_of_the_lowest_bits():
    numbers = np.array([0xF00000000000000F, 0xA00000000000000F], np.uint64)
    found, bits = tagged(numbers, np.array([5, 2]))
    assert bits == 3
    assert [hex(each) for each in found.tolist()] == ["0xa00000000000000a", "0xf00000000000000d"]


def test_words_and_punctuation_are_told_apart():
    text = "Don't buy (really): it's 5$ worth... \"NO\"!"
    assert split(text) == [
        *("don't", "buy", "(", "really", "):", "it's", "5", "$", "worth", "...", '"', "no", '"!')
    ]


@pytest.mark.parametrize(
    "text", ["don't buy it, really!", "a bit (too) small: 5 of 10...", "e-mail and/or phone"]
)
def test_texts_are_written_as_people_write_them(text):
    assert written(split(text)) == text


def test_words_in_too_few_texts_are_rare():
    reviews, words = number(["one two two", "one three", "one two"], 2)
    assert words == [*SPECIAL, "one", "two"]
    assert as_lists(reviews) == [[3, 4, 4], [3, RARE], [3, 4]]


def test_a_corpus_is_numbered_once_and_counted(corpus):
    folder, cached = prepare("x", lambda: corpus)
    assert not cached
    assert prepare("x", None) == (folder, True)
    tokens = open_tokens(folder)
    texts = [written(tokens.words[text]) for text in as_lists(tokens.reviews)]
    assert texts == [text.lower() for text in corpus.texts]
    np.testing.assert_array_equal(tokens.labels, corpus.labels)
    assert tokens.about["digest"] == corpus.digest
    assert tokens.truth.sum() == len(tokens.reviews.tokens) + len(corpus)
    assert all(len(word) > 1 for word in tokens.words[tokens.terms])
