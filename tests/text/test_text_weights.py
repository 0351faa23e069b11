"""Laws of weights in n-gram counts, and of editing by an n-gram model."""

import numpy as np
import pytest
from texts import distribution, make_texts

from mc.text.ngram import editing, model
from mc.text.reviews import Reviews

REVIEWS, WORDS, LABELS = make_texts(80)
WIDTH = len(WORDS)


def weighted(weights, order=3):
    return model.fit(REVIEWS, LABELS, order, WIDTH, weights=weights)


def test_equal_weights_are_no_weights_whatever_their_unit():
    plain = model.fit(REVIEWS, LABELS, 3, WIDTH)
    many = len(REVIEWS.tokens) + len(REVIEWS)
    for unit in (1.0, 4.0):
        for one, other in zip(plain.levels, weighted(np.full(many, unit)).levels, strict=True):
            assert one.shares == pytest.approx(other.shares, abs=1e-15)
            assert one.spare == pytest.approx(other.spare, abs=1e-15)


def test_probabilities_of_any_weights_sum_to_one():
    rng = np.random.default_rng(0)
    weights = rng.random(len(REVIEWS.tokens) + len(REVIEWS)) * (rng.random() < 0.7)
    weights[rng.random(len(weights)) < 0.3] = 0
    fitted = weighted(weights)
    for context in ([], [3], [3, 4], [5, 5]):
        assert distribution(fitted, context, 1).sum() == pytest.approx(1)


def test_a_text_of_small_weight_leaves_the_words_of_others_alone():
    """As a text's weight goes to 0, shares go to those without its words in any count's total."""
    row = int(np.argmax(REVIEWS.lengths))
    of_texts = np.ones(len(REVIEWS))
    of_texts[row] = 1e-9
    fitted = weighted(np.repeat(of_texts, REVIEWS.lengths + 1), order=1)
    others = np.delete(np.arange(len(REVIEWS)), row)
    counts = np.bincount(
        REVIEWS.take(others[LABELS[others] == LABELS[row]]).tokens, minlength=WIDTH
    )
    label = int(LABELS[row])
    shares = fitted.levels[0].shares.reshape(-1, WIDTH)[label]
    assert np.argsort(shares[3:])[-1] == np.argsort(counts[3:])[-1]


def test_words_of_weight_zero_are_not_learned_but_come_before_others():
    word = 4
    tokens = np.insert(REVIEWS.tokens, REVIEWS.starts[1:], 1)
    fitted = weighted((tokens != word).astype(float))
    assert not fitted.known[word]
    assert fitted.known.sum() > 3
    pairs = fitted.levels[1]
    first = pairs.contexts % WIDTH == word
    assert (pairs.shares[first] > 0).any()


def test_edited_words_were_likely_and_come_from_the_models_distribution():
    fitted, threshold = model.fit(REVIEWS, LABELS, 3, WIDTH), 0.35
    many = 4_000
    row = int(np.argmax(REVIEWS.lengths))
    text = REVIEWS.take(np.array([row]))
    copies, labels = Reviews.join([text] * many), np.repeat(LABELS[[row]], many)
    found, share = editing.edit(fitted, copies, labels, threshold, np.random.default_rng(0))
    chances = np.exp(fitted.log_probability(text, LABELS[[row]]))[:-1]
    assert share == pytest.approx((chances >= threshold).mean())
    drawn = found.tokens.reshape(many, -1)
    for place, chance in enumerate(chances):
        if chance < threshold:
            assert (drawn[:, place] == text.tokens[place]).all()
            continue
        context = text.tokens[:place].tolist()
        expected = distribution(fitted, context, int(LABELS[row]), fitted.base_of_read)
        expected[text.tokens[place]] += expected[1]  # an end leaves the word
        expected[1] = 0
        shares = np.bincount(drawn[:, place], minlength=WIDTH) / many
        assert np.abs(shares - expected).max() < 5 * np.sqrt(0.25 / many)
    assert (chances >= threshold).any()
