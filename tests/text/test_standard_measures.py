"""Each standard measure against its definition, and texts whose answer is known."""

import importlib.util
from collections import Counter

import numpy as np
import pytest
from texts import as_lists, make_texts

from mc.errors import ParameterError
from mc.text import embeddings
from mc.text.measures.authenticity import novelty
from mc.text.measures.embedding import points, spread
from mc.text.measures.manifolds import NEIGHBOURS, manifolds
from mc.text.measures.mauve import frontier_area, mauve
from mc.text.measures.self_bleu import self_bleu
from mc.text.measures.standard import MEASURES, Reference
from mc.text.measures.vendi import vendi
from mc.text.measures.zipf import STEEPEST, zipf_exponent
from mc.text.reviews import Reviews
from mc.text.tokens import SPECIAL, number

REVIEWS, WORDS, _ = make_texts(80)
NAMES = np.array(WORDS)
TERMS = np.arange(len(SPECIAL), len(WORDS))


def unit(rows):
    rows = np.asarray(rows, float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


FIRST_AXIS = (2, 0, 0, 0)


def cloud(many=60, seed=0, axes=slice(0, 4)):
    """Points around the first of some axes of eight."""
    rows = np.zeros((many, 8))
    rows[:, axes] = np.random.default_rng(seed).normal(FIRST_AXIS, 0.4, (many, 4))
    return unit(rows)


HUMAN, SAME, APART = cloud(), cloud(seed=1), cloud(axes=slice(4, 8))


def test_a_copy_of_the_human_texts_is_like_them_and_like_nothing_new():
    closeness = mauve(HUMAN, HUMAN)
    assert (closeness.mean, closeness.spread) == pytest.approx((1, 0))
    found = manifolds(HUMAN, HUMAN)
    assert found.precision == found.recall == found.coverage == 1
    assert found.density == pytest.approx((NEIGHBOURS + 1) / NEIGHBOURS)
    copy = novelty(HUMAN, HUMAN)
    assert (copy.authenticity, copy.distance) == (0, 0)


def test_texts_that_have_nothing_in_common_with_human_ones_score_next_to_nothing():
    assert mauve(APART, HUMAN).mean < 0.01
    found = manifolds(APART, HUMAN)
    assert found.precision == found.recall == found.density == found.coverage == 0
    assert novelty(APART, HUMAN).distance == pytest.approx(1)
    assert novelty(APART, HUMAN).authenticity == 1


def test_another_sample_of_the_same_texts_lies_between_and_closer_than_a_shifted_one():
    shifted = unit(SAME + 0.5 * APART)
    means = [mauve(written, HUMAN).mean for written in (SAME, shifted, APART)]
    assert means == sorted(means, reverse=True)
    found = manifolds(SAME, HUMAN)
    assert 0.6 < found.precision < 1
    assert 0.6 < found.recall < 1
    assert found.density == pytest.approx(1, abs=0.3)
    assert manifolds(shifted, HUMAN).coverage < found.coverage
    assert mauve(SAME, HUMAN).spread > 0


def test_the_frontier_of_two_distributions_has_the_area_of_its_integral():
    one, other = np.array([0.5, 0.5, 0, 0]), np.array([0, 0, 0.25, 0.75])
    assert frontier_area(one, one) == pytest.approx(1)
    disjoint = 5 / 1260  # of x = (1 - w)**5 and y = w**5: 5 B(6, 5)
    assert frontier_area(one, other) == pytest.approx(disjoint, rel=0.01)
    near = np.array([0.4, 0.4, 0.1, 0.1])
    assert frontier_area(one, near) == pytest.approx(frontier_area(near, one))
    assert disjoint < frontier_area(one, near) < 1


def test_the_vendi_score_is_the_number_of_texts_that_are_unlike():
    assert vendi(np.eye(7)) == pytest.approx(7)
    assert vendi(np.repeat(np.eye(7)[:3], 4, axis=0)) == pytest.approx(3)
    assert vendi(np.repeat(HUMAN[:1], 9, axis=0)) == pytest.approx(1)
    values = np.linalg.eigvalsh(HUMAN @ HUMAN.T / len(HUMAN))
    values = values[values > 1e-12]
    expected = np.exp(-np.sum(values * np.log(values)))  # as defined, of all pairs
    assert vendi(HUMAN) == pytest.approx(expected)
    few = HUMAN[:5]  # fewer than dimensions
    assert 1 < vendi(few) < 5


def nth_nearest(X, place, k):
    return sorted(np.linalg.norm(X - X[place], axis=1))[k]


def test_precision_recall_density_and_coverage_are_those_of_balls():
    written, human, k = cloud(20, 2), cloud(25, 3), 3
    inside = np.array(
        [
            [np.linalg.norm(w - h) <= nth_nearest(human, at, k) for at, h in enumerate(human)]
            for w in written
        ]
    )
    around = np.array(
        [
            [np.linalg.norm(w - h) <= nth_nearest(written, at, k) for h in human]
            for at, w in enumerate(written)
        ]
    )
    found = manifolds(written, human, k)
    assert found.precision == pytest.approx(inside.any(axis=1).mean())
    assert found.coverage == pytest.approx(inside.any(axis=0).mean())
    assert found.density == pytest.approx(inside.sum() / (k * len(written)))
    assert found.recall == pytest.approx(around.any(axis=0).mean())


def test_a_text_that_is_unlike_all_others_does_not_hold_them_all():
    empty = np.eye(9)[[8, 8]]
    human = np.hstack([HUMAN, np.zeros((len(HUMAN), 1))])
    apart = np.hstack([APART, np.zeros((len(APART), 1))])
    assert manifolds(np.vstack([apart, empty]), human).recall == 0


def test_authenticity_is_the_share_that_is_farther_than_the_closest_neighbour_is():
    angles = np.array([0, 10, 50, 52])
    read, written = (
        np.column_stack([np.cos(np.radians(at)), np.sin(np.radians(at))])
        for at in (angles, np.array([-9, -11, 51.5, 55]))
    )
    found = novelty(written, read)
    assert found.authenticity == 0.5  # of -11 (10 from 0) and 55 (2 from 52)
    assert found.distance == pytest.approx(np.mean(1 - np.cos(np.radians([9, 11, 0.5, 3]))))


def bleu(text, references):
    """As NLTK defines it, with the smoothing `method1`."""
    logs = []
    for length in range(1, 5):
        found, *others = (
            Counter(tuple(each[at : at + length]) for at in range(len(each) - length + 1))
            for each in (text, *references)
        )
        hits = sum(min(n, max(other[gram] for other in others)) for gram, n in found.items())
        if length == 1 and not hits:
            return 0.0
        logs.append(np.log((hits or 0.1) / max(sum(found.values()), 1)))
    nearest = min((abs(len(each) - len(text)), len(each)) for each in references)[1]
    return float(np.exp(min(1 - nearest / len(text), 0) + np.mean(logs)))


def test_self_bleu_is_the_mean_bleu_of_each_text_with_all_others():
    texts = number(["cat dog", "the cat sat on the mat on the mat", "a b c d e f"], 1)[0]
    for each in (texts, Reviews.join([texts, texts.take(slice(1, 2))]), REVIEWS):
        lists = as_lists(each)
        expected = [
            bleu(text, [other for place, other in enumerate(lists) if place != own])
            for own, text in enumerate(lists)
        ]
        assert self_bleu(each) == pytest.approx(np.mean(expected))


def test_self_bleu_is_1_of_one_text_repeated_and_0_of_texts_that_share_no_word():
    one = number(["the cat sat on the mat"], 1)[0]
    assert self_bleu(Reviews.join([one] * 3)) == pytest.approx(1)
    assert self_bleu(number(["a b c d e", "f g h i", "j"], 1)[0]) == 0
    assert self_bleu(Reviews.of_lengths(np.empty(0, np.int32), np.zeros(3, np.int64))) == 0


def test_the_exponent_of_zipfs_law_is_found_in_counts_that_follow_it():
    for exponent in (0.7, 1.0, 1.6):
        words = np.round(1e9 * np.arange(1, 501) ** -exponent)
        counts = np.random.default_rng(0).permutation(words)
        found = zipf_exponent(np.concatenate([[0, 10**9, 10**9], counts]))
        assert found == pytest.approx(exponent, abs=1e-4)
    assert zipf_exponent(np.array([0, 9, 9, 5, 5, 5, 5])) == 0
    assert zipf_exponent(np.array([0, 9, 9, 5, 0, 0])) == STEEPEST


def test_latent_semantic_points_are_of_unit_length_and_those_of_no_word_are_alike():
    embed = embeddings.find("lsa").fit(REVIEWS, TERMS, NAMES)
    texts = number(["cat dog", "dog cat", "?", "?!"], 1)[0]  # other words: numbers matter alone
    nothing = Reviews.of_lengths(np.array([0, 1], np.int32), np.array([1, 1, 0]))
    found = points(embed, Reviews.join([texts.take(slice(0, 2)), nothing]))
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    cosines = found @ found.T
    assert cosines[0, 1] == pytest.approx(1)
    assert cosines[2:, 2:] == pytest.approx(1)
    assert cosines[:2, 2:] == pytest.approx(0)
    again = embeddings.find("lsa").fit(REVIEWS, TERMS, NAMES)
    assert np.array_equal(points(again, REVIEWS), points(embed, REVIEWS))


def test_texts_are_chosen_evenly():
    assert spread(REVIEWS, 80) is REVIEWS
    few = as_lists(spread(REVIEWS, 3))
    assert few == [as_lists(REVIEWS)[place] for place in (0, 39, 79)]


def test_one_text_repeated_has_the_least_diversity_and_is_no_new_one():
    embed = embeddings.find("lsa").fit(REVIEWS, TERMS, NAMES)
    reference = Reference.of(embed, make_texts(80, seed=1)[0], len(REVIEWS))
    longest = int(REVIEWS.lengths.argmax())
    one = REVIEWS.take(np.full(len(REVIEWS), longest))
    found = reference.of_texts(one, REVIEWS, np.bincount(one.tokens, minlength=len(WORDS)))
    assert set(found) == set(MEASURES)
    assert found["vendi"] == pytest.approx(1)
    assert found["self_bleu"] == pytest.approx(1)
    assert found["authenticity"] == found["distance_to_read"] == 0
    human = reference.of_texts(REVIEWS, REVIEWS, np.bincount(REVIEWS.tokens, minlength=len(WORDS)))
    for name in ("mauve", "text_recall", "coverage", "vendi"):
        assert found[name] < human[name]


def test_an_embedding_whose_library_is_missing_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ParameterError, match=r"needs wordllama; .*model-collapse-lab\[text\]"):
        embeddings.find("wordllama")
