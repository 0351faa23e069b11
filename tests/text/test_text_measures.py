"""Each measure of texts against counting by hand, and the edges that a collapsed writer reaches."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.spatial.distance import jensenshannon
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_distances
from texts import as_lists, make_texts

from mc.text.classifying import count_terms
from mc.text.measures import copying, distribution, diversity
from mc.text.reviews import Reviews
from mc.text.tokens import SPECIAL

REVIEWS, WORDS, _ = make_texts()
OTHERS, _, _ = make_texts(40, seed=1)
NOTHING = Reviews.of_lengths(np.empty(0, np.int32), np.zeros(5, np.int64))


def grams(text, length):
    return [tuple(text[place : place + length]) for place in range(len(text) - length + 1)]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_distinct_is_the_share_of_kinds(length):
    found = [gram for text in as_lists(REVIEWS) for gram in grams(text, length)]
    assert diversity.distinct(REVIEWS, length) == len(set(found)) / len(found)


def test_self_repetition_counts_what_another_text_has():
    sets = [set(grams(text, diversity.REPEATED)) for text in as_lists(REVIEWS)]
    shared = [
        any(gram in other for at, other in enumerate(sets) if at != own)
        for own, mine in enumerate(sets)
        for gram in mine
    ]
    assert diversity.self_repetition(REVIEWS) == pytest.approx(np.mean(shared))
    assert diversity.self_repetition(Reviews.join([REVIEWS, REVIEWS])) == 1


def test_mean_distance_is_that_of_all_pairs():
    texts = [" ".join(WORDS[token] for token in text) for text in as_lists(REVIEWS)]
    texts += [".", "a", "a ."]  # without a word of two letters
    X = csr_matrix(TfidfVectorizer().fit_transform(texts))
    pairs = cosine_distances(X)
    empty = np.diff(X.indptr) == 0
    assert empty.sum() >= 2
    pairs[np.ix_(empty, empty)] = 0  # texts without a term are alike
    expected = np.mean([pairs[pair] for pair in combinations(range(len(texts)), 2)])
    assert diversity.mean_distance(X) == pytest.approx(expected, abs=1e-12)


def test_copied_is_what_was_read(monkeypatch):
    monkeypatch.setattr(copying, "LONG", 3)
    lists, read = as_lists(REVIEWS), as_lists(OTHERS)
    known = {gram for text in read for gram in grams(text, 3)}
    found = [gram in known for text in lists for gram in grams(text, 3)]
    share, whole = copying.copied(REVIEWS, OTHERS)
    assert share == pytest.approx(np.mean(found))
    within = [
        any(set(grams(text, 3)) <= set(grams(other, 3)) for other in read)
        for text in lists
        if len(text) >= 3
    ]
    assert whole <= np.mean(within)
    assert copying.copied(REVIEWS, REVIEWS)[0] == 1


def test_a_text_that_was_read_once_is_memorised(monkeypatch):
    monkeypatch.setattr(copying, "LONG", 2)
    read = Reviews.of_lengths(np.arange(3, 15, dtype=np.int32), np.array([4, 4, 4]))
    tokens = np.array([3, 4, 5, 6, 11, 12, 7, 8], np.int32)
    for lengths, expected in (([4, 2, 2], (1, 1)), ([4, 4], (5 / 6, 0.5)), ([8], (5 / 7, 0))):
        found = copying.copied(Reviews.of_lengths(tokens, np.array(lengths)), read)
        assert found == pytest.approx(expected)


def test_divergences_are_those_of_smoothed_and_of_plain_shares():
    truth, other = (np.bincount(each.tokens, minlength=len(WORDS)) for each in (REVIEWS, OTHERS))
    p, q = (each[1:] + 0.5 for each in (truth, other))  # but for START
    p, q = p / p.sum(), q / q.sum()
    assert distribution.divergence_bits(truth, other) == pytest.approx(np.sum(p * np.log2(p / q)))
    plain = jensenshannon(truth / truth.sum(), other / other.sum(), base=2) ** 2
    assert distribution.jensen_shannon_bits(truth, other) == pytest.approx(plain)
    assert distribution.divergence_bits(truth, truth) == pytest.approx(0)
    shares = truth[truth > 0] / truth.sum()
    assert distribution.entropy_bits(truth) == pytest.approx(-np.sum(shares * np.log2(shares)))


def test_lost_mass_is_that_of_unknown_words_in_each_tenth():
    truth = np.array([0, 5, 7, *range(20, 0, -1)])  # START, END, RARE, words from 20 to 1
    known = np.ones(len(truth), bool)
    known[len(SPECIAL) + 1] = known[-1] = known[-2] = False  # those of 19, 1 and 2
    by_tenth = distribution.lost_by_decile(truth, known)
    assert by_tenth.tolist() == [19 / 39, *[0] * 8, 1]
    assert distribution.lost_mass(truth, known) == pytest.approx(22 / truth.sum())


def test_nothing_written_can_be_measured():
    X = count_terms(NOTHING, np.arange(3, 6), len(WORDS))
    assert diversity.mean_distance(X) == 0
    assert diversity.self_repetition(NOTHING) == diversity.distinct(NOTHING, 2) == 0
    assert copying.copied(NOTHING, REVIEWS) == (0, 0)


def test_terms_are_counted_in_their_columns():
    X = count_terms(REVIEWS, np.array([4, 7]), len(WORDS)).toarray()
    expected = [[text.count(4), text.count(7)] for text in as_lists(REVIEWS)]
    assert X.tolist() == expected
