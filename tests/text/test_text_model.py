"""Laws of the n-gram model: Kneser and Ney's formula, whatever the text, order and context."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import SlowKneserNey, as_lists, distribution, make_texts

from mc.text.ngram.model import fit
from mc.text.tokens import END, START, number

ORDERS = (1, 2, 3, 4)
REVIEWS, WORDS, LABELS = make_texts()
MODELS = {order: fit(REVIEWS, LABELS, order, len(WORDS)) for order in ORDERS}


def test_probabilities_computed_by_hand():
    reviews, words = number(["a b", "a b", "a c"], 1)
    a, b = words.index("a"), words.index("b")
    model = fit(reviews, np.zeros(3, np.int8), 2, len(words), classes=1)
    # Pairs: start a 3, a b 2, a c 1, b end 2, c end 1; two of them once, two twice.
    discount = 2 / (2 + 2 * 2)
    # Words before a, b, c, end: 1, 1, 1, 2 kinds; three of them once, one twice.
    single = 3 / (3 + 2 * 1)
    base = (1 - single) / 5 + single * 4 / 5 / 5  # five words: a, b, c, end, any rare word
    expected = (2 - discount) / 3 + discount * 2 / 3 * base
    assert distribution(model, [a], 0)[b] == pytest.approx(expected, abs=1e-15)
    assert expected == pytest.approx(0.594667, abs=1e-6)


@pytest.mark.parametrize("order", ORDERS)
def test_all_is_as_the_formula_says(order):
    model, lists = MODELS[order], as_lists(REVIEWS)
    for label in (0, 1):
        mine = [text for text, own in zip(lists, LABELS, strict=True) if own == label]
        slow = SlowKneserNey(mine, order, len(WORDS))
        for context in ([], [3], [4, 5], [3, 3, 3, 3], [END, 9], *lists[:5]):
            padded = [START] * (order - 1) + context
            expected = slow.distribution(padded)
            np.testing.assert_allclose(distribution(model, context, label), expected, atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(
    order=st.sampled_from(ORDERS),
    context=st.lists(st.integers(1, len(WORDS) - 1), max_size=6),
    label=st.sampled_from([0, 1]),
)
def test_probabilities_sum_to_one_after_any_context(order, context, label):
    model = MODELS[order]
    for base in (model.base, model.base_of_read):
        found = distribution(model, context, label, base)
        assert found.sum() == pytest.approx(1, abs=1e-12)
        assert found.min() >= 0
        assert found[START] == 0


@pytest.mark.parametrize("order", ORDERS)
def test_log_probabilities_are_those_of_the_distributions(order):
    model = MODELS[order]
    others, _, their_labels = make_texts(10, seed=1)
    logs = model.log_probability(others, their_labels)
    expected = [
        np.log(distribution(model, text[:place], label)[word])
        for text, label in zip(as_lists(others), their_labels, strict=True)
        for place, word in enumerate([*text, END])
    ]
    np.testing.assert_allclose(logs, expected, atol=1e-12)
    assert model.perplexity(others, their_labels) == pytest.approx(np.exp(-np.mean(expected)))


def test_a_class_is_a_model_of_its_own():
    mine = REVIEWS.take(np.flatnonzero(LABELS == 1))
    alone = fit(mine, np.zeros(len(mine), np.int8), 3, len(WORDS), classes=1)
    for context in ([], [3], [4, 5]):
        np.testing.assert_array_equal(
            distribution(MODELS[3], context, 1), distribution(alone, context, 0)
        )


def test_text_perplexes_its_own_model_less_than_one_of_shuffled_words():
    reviews, words, labels = make_texts(400)
    order = np.random.default_rng(0).permutation(len(reviews.tokens))
    ordered = type(reviews)(np.sort(reviews.tokens), reviews.starts)  # words in a strict order
    shuffled = type(reviews)(ordered.tokens[order], reviews.starts)
    true, other = (fit(each, labels, 3, len(words)) for each in (ordered, shuffled))
    assert true.perplexity(ordered, labels) < other.perplexity(ordered, labels)


def test_what_a_class_has_not_read_is_possible_and_never_written():
    model = fit(REVIEWS, np.zeros(len(REVIEWS), np.int8), 3, len(WORDS) + 2)
    unread = ~model.known
    assert unread.sum() == 2 + 2  # START and RARE, too
    base, written = (each.reshape(2, -1) for each in (model.base, model.base_of_read))
    assert (base[:, 1:] > 0).all()
    assert (written[0, unread] == 0).all()
    assert written[1, END] == 1
