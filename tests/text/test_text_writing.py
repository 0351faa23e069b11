"""Laws of writing: the model's own distribution, tempered and cut as asked, and nothing else."""

import numpy as np
import pytest
from texts import as_lists, distribution, make_texts

from mc.text.likeliest import Likeliest
from mc.text.mixture import Mixture
from mc.text.model import fit
from mc.text.tokens import START
from mc.text.writing import Writer

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


def test_cold_writing_is_by_the_mode():
    model = MODELS[3]
    cold, mode = Mixture(model, 0.05), Likeliest(model, 1.0, 1)
    for context in ([], [3], [5]):
        chosen = shares(cold, model, context, 0)
        assert chosen.argmax() == shares(mode, model, context, 0).argmax()
        assert chosen.max() > 0.9


def write(seed=0, **given):
    return Writer(MODELS[3], **given).write(LABELS, np.random.default_rng(seed), most=30)


def test_same_draws_same_texts_and_others_others():
    first, again, other = write(0), write(0), write(1)
    assert as_lists(first) == as_lists(again) != as_lists(other)
    assert len(first) == len(LABELS)


def test_the_likeliest_word_alone_leaves_nothing_to_chance():
    texts = as_lists(write(0, top_k=1))
    assert texts == as_lists(write(1, top_k=1))
    assert len({tuple(text) for text in texts}) == 2  # one a class


def test_a_text_depends_on_its_own_draws_and_class_alone():
    writer, rng = Writer(MODELS[3]), np.random.default_rng
    texts = as_lists(writer.write(LABELS, rng(0)))
    turned = LABELS.copy()
    turned[:5] = 1 - turned[:5]
    assert as_lists(writer.write(turned, rng(0)))[5:] == texts[5:]


def test_only_words_that_were_read_are_written():
    for given in ({}, {"temperature": 20.0}, {"top_k": 50}):
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
    texts = Writer(model, top_k=1).write(np.zeros(4, np.int8), np.random.default_rng(0), beginnings)
    expected = distribution(model, [5, 5], 0, model.base_of_read).argmax()
    assert all((text or [1])[0] == expected for text in as_lists(texts))
    cut = Writer(model, 20.0).write(LABELS, np.random.default_rng(0), most=3)
    assert cut.lengths.max() == 3
