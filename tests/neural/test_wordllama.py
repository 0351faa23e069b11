"""Laws of pretrained word vectors: offline, deterministic, and near for texts that mean alike."""

import logging
import socket
import sys

import numpy as np
import pytest

from mc.text import embeddings
from mc.text.embeddings import wordllama
from mc.text.measures.embedding import points
from mc.text.tokens import number

TEXTS = ["the movie was great fun", "a wonderful film", "the battery died after two days", ""]
REVIEWS, WORDS = number(TEXTS, 1)


@pytest.fixture
def embed(monkeypatch):
    """Loaded anew, without a network."""

    def refuse(*args):
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    wordllama._model.cache_clear()
    return embeddings.find("wordllama").fit(REVIEWS, np.arange(3, len(WORDS)), np.array(WORDS))


def test_texts_that_mean_alike_are_close_and_one_without_words_is_unlike_all(embed):
    found = points(embed, REVIEWS)
    assert found.shape == (4, wordllama.DIMENSIONS + 1)
    cosines = found @ found.T
    assert cosines[0, 1] > cosines[0, 2] + 0.1
    assert cosines[3] == pytest.approx([0, 0, 0, 1])


def test_a_text_has_the_same_point_whatever_the_others_are(embed):
    alone = [embed(REVIEWS.take(np.array([row])))[0] for row in range(4)]
    assert np.array_equal(embed(REVIEWS), alone)
    assert np.array_equal(embed(REVIEWS.take(np.array([2, 0]))), [alone[2], alone[0]])


def test_the_library_leaves_the_root_logger_as_it_was(monkeypatch):
    for name in [each for each in sys.modules if each.partition(".")[0] == "wordllama"]:
        monkeypatch.delitem(sys.modules, name)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    wordllama._model.cache_clear()
    wordllama._model()
    assert (root.handlers, root.level) == ([], level)
