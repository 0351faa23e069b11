"""Laws of texts on disk: what was written is read, in any parts and order; nothing is left."""

import weakref

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mc.data.cache import cache_root
from mc.data.texts import Texts

LISTS = st.lists(st.text())


def written(texts: list[str], size: int = 2) -> Texts:
    return Texts.write(texts[at : at + size] for at in range(0, len(texts), size))


@given(LISTS, st.integers(1, 9))
def test_what_was_written_in_parts_of_any_size_is_read(texts, size):
    found = written(texts, size)
    assert list(found) == [found[row] for row in range(len(found))] == texts
    assert list(found.encoded()) == [text.encode() for text in texts]
    assert found.sizes.tolist() == [len(text.encode()) for text in texts]


@pytest.mark.parametrize("text", ["", "\r\n", "\n", "\0", "\u2028", "é🌟\ufeff"])
def test_odd_texts_stay_apart_from_their_neighbours(text):
    assert list(written(["before", text, text, "after"])) == ["before", text, text, "after"]


@given(LISTS, st.slices(9), st.data())
def test_taken_texts_are_those_of_a_list(texts, some, data):
    found, expected = written(texts)[some], texts[some]
    assert list(found) == expected
    if expected:
        rows = data.draw(st.lists(st.integers(0, len(expected) - 1), min_size=1))
        assert list(found.take(rows)) == [expected[row] for row in rows]


def test_a_row_beyond_the_end_is_an_error():
    with pytest.raises(IndexError):
        written(["one"])[1]


def test_a_part_is_let_go_before_the_next_is_made():
    class Part(list[str]):
        """Unlike a plain list, it can be watched."""

    made = []

    def parts():
        for name in "abc":
            assert all(part() is None for part in made)
            part = Part([name])
            made.append(weakref.ref(part))
            yield part
            del part

    assert list(Texts.write(parts())) == ["a", "b", "c"]


def test_nothing_is_left_in_the_folder_and_the_file_closes_with_its_last_view():
    texts = written(["warm", "up"])  # what the first call opens for good
    before = psutil.Process().num_fds()
    texts = written(["one", "two"])
    assert list(cache_root().iterdir()) == []  # not while it is used either: a kill leaves nothing
    view = texts[1:]
    del texts
    assert list(view) == ["two"]
    assert psutil.Process().num_fds() == before
    del view
    assert psutil.Process().num_fds() == before - 1
