"""Laws of writing: the model's own distribution, tempered and cut as asked, and nothing else."""

from itertools import product

import numpy as np
import pytest
from texts import as_lists, distribution, make_texts

from mc.text.decoding import Decoding, parse
from mc.text.ngram.beams import search
from mc.text.ngram.likeliest import Likeliest
from mc.text.ngram.mixture import Mixture
from mc.text.ngram.model import fit
from mc.text.ngram.nucleus import Nucleus
from mc.text.ngram.writing import Writer
from mc.text.reviews import Reviews
from mc.text.tokens import END, START

REVIEWS, WORDS, LABELS = make_texts()
MODELS = {order: fit(REVIEWS, LABELS, order, len(WORDS)) for order in (1, 2, 3, 4)}
CONTEXTS = ([], [3], [4, 5], [3, 3, 3, 3], [9, 2])
DRAWS = 20_000


def shares(choose, model, context, label):
    """How often each word is chosen after a context, over evenly spread draws."""
    rows = model.start(np.full(DRAWS, label, np.int8))
    for word in context:
        rows = model.follow(rows, np.full(DRAWS, word, np.int32))
    words, after = choose(rows, (np.arange(DRAWS) + 0.5) / DRAWS)
    np.testing.assert_array_equal(after, model.follow(rows, words))
    return np.bincount(words, minlength=model.width) / DRAWS


@pytest.mark.parametrize("order", MODELS)
@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_words_are_chosen_by_their_tempered_probability(order, temperature):
    model = MODELS[order]
    choose = Mixture(model, temperature)
    for context in CONTEXTS:
        expected = distribution(model, context, 1, model.base_of_read) ** (1 / temperature)
        found = shares(choose, model, context, 1)
        np.testing.assert_allclose(found, expected / expected.sum(), atol=4 * order / DRAWS)


@pytest.mark.parametrize("order", MODELS)
@pytest.mark.parametrize(("many", "temperature"), [(1, 1.0), (3, 0.5), (5, 1.0), (99, 2.0)])
def test_the_likeliest_words_are_chosen_and_no_others(order, many, temperature):
    model = MODELS[order]
    choose = Likeliest(model, temperature, many)
    for context in CONTEXTS:
        expected = distribution(model, context, 0, model.base_of_read)
        expected[np.argsort(-expected, kind="stable")[many:]] = 0
        expected = expected ** (1 / temperature)
        found = shares(choose, model, context, 0)
        np.testing.assert_allclose(found, expected / expected.sum(), atol=2 / DRAWS)


@pytest.mark.parametrize("order", MODELS)
@pytest.mark.parametrize(("mass", "temperature"), [(1e-6, 1.0), (0.5, 1.0), (0.9, 0.5), (1.0, 2.0)])
def test_the_nucleus_is_the_likeliest_words_that_have_the_mass(order, mass, temperature):
    model = MODELS[order]
    choose = Nucleus(model, temperature, mass)
    for context in CONTEXTS:
        expected = distribution(model, context, 0, model.base_of_read) ** (1 / temperature)
        expected /= expected.sum()
        ranked = np.argsort(-expected, kind="stable")
        ends = np.cumsum(expected[ranked])
        expected[ranked[(ends < mass - 1e-12).sum() + 1 :]] = 0
        found = shares(choose, model, context, 0)
        np.testing.assert_allclose(found, expected / expected.sum(), atol=3 / DRAWS)


@pytest.mark.parametrize("order", MODELS)
def test_beams_find_the_likeliest_text_if_there_are_enough(order):
    model, longest = MODELS[order], 3
    words = np.flatnonzero(model.known)
    words = words[words > END]
    lists = [list(text) for n in range(longest + 1) for text in product(words, repeat=n)]
    texts = Reviews.of_lengths(
        np.array([word for text in lists for word in text], np.int32),
        np.array([len(text) for text in lists]),
    )
    logs = written_logs(model, texts)
    found = search(model, np.zeros(1, np.int8), np.empty((0, 1), np.int32), 600, longest)
    best = lists[int(np.argmax(logs / (texts.lengths + 1)))]
    assert as_lists(found) == [best]
    greedy = search(model, np.zeros(1, np.int8), np.empty((0, 1), np.int32), 1, 30)
    assert as_lists(greedy) == as_lists(
        Writer(model, parse("greedy")).write(
            np.zeros(1, np.int8), np.random.default_rng(0), most=30
        )
    )


def written_logs(model, texts):
    """Log probability of writing each text and its end."""
    found = []
    for text in as_lists(texts):
        total = 0.0
        for place, word in enumerate([*text, END]):
            total += np.log(distribution(model, text[:place], 0, model.base_of_read)[word])
        found.append(total)
    return np.array(found)


def test_cold_writing_is_by_the_mode():
    model = MODELS[3]
    cold, mode = Mixture(model, 0.05), Likeliest(model, 1.0, 1)
    for context in ([], [3], [5]):
        chosen = shares(cold, model, context, 0)
        assert chosen.argmax() == shares(mode, model, context, 0).argmax()
        assert chosen.max() > 0.9


def write(seed=0, **given):
    return Writer(MODELS[3], Decoding(**given)).write(LABELS, np.random.default_rng(seed), most=30)


def test_same_draws_same_texts_and_others_others():
    first, again, other = write(0), write(0), write(1)
    assert as_lists(first) == as_lists(again) != as_lists(other)
    assert len(first) == len(LABELS)


def test_the_likeliest_word_alone_leaves_nothing_to_chance():
    texts = as_lists(write(0, method="greedy"))
    assert texts == as_lists(write(1, method="greedy"))
    assert len({tuple(text) for text in texts}) == 2  # one a class


def test_a_text_depends_on_its_own_draws_and_class_alone():
    writer, rng = Writer(MODELS[3]), np.random.default_rng
    texts = as_lists(writer.write(LABELS, rng(0)))
    turned = LABELS.copy()
    turned[:5] = 1 - turned[:5]
    assert as_lists(writer.write(turned, rng(0)))[5:] == texts[5:]


def test_only_words_that_were_read_are_written():
    for given in ({}, {"temperature": 20.0}, {"method": "top_k", "value": 50}):
        tokens = write(**given).tokens
        assert MODELS[3].known[tokens].all()
        assert START not in tokens


def test_written_text_is_distributed_as_the_model_says():
    model, labels = MODELS[2], np.zeros(10_000, np.int8)
    texts = Writer(model).write(labels, np.random.default_rng(0))
    bits = -model.log_probability(texts, labels)
    again = Writer(model).write(labels, np.random.default_rng(1))
    assert fit(texts, labels, 2, model.width).perplexity(again, labels) == pytest.approx(
        np.exp(bits.mean()), rel=0.02
    )


def test_beginnings_are_written_on_and_lengths_are_bounded():
    model = MODELS[3]
    beginnings = np.full((2, 4), 5, np.int32)
    texts = Writer(model, parse("greedy")).write(
        np.zeros(4, np.int8), np.random.default_rng(0), beginnings
    )
    expected = distribution(model, [5, 5], 0, model.base_of_read).argmax()
    assert all((text or [1])[0] == expected for text in as_lists(texts))
    cut = Writer(model, parse("sample", 20.0)).write(LABELS, np.random.default_rng(0), most=3)
    assert cut.lengths.max() == 3
