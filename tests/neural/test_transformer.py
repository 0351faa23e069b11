"""Laws of the transformer: its probabilities, its pieces, its training and its writing."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from texts import as_lists, make_texts

from mc.errors import ParameterError
from mc.text.decoding import Decoding, parse
from mc.text.generators import transformer
from mc.text.reviews import Reviews
from mc.text.tokens import RARE, number
from mc.text.transformer import generator, network, training, writing
from mc.text.transformer.network import Shape
from mc.text.transformer.pieces import MARK, PAD, STOP, UNKNOWN, Pieces

REVIEWS, WORDS, LABELS = make_texts(200)
WORDS = np.array(WORDS)
SMALL = transformer.Parameters(
    pieces=300, context=8, width=16, layers=2, heads=2, epochs=20, batch=16, learning_rate=0.01
)
RNG = np.random.default_rng


@pytest.fixture(scope="module")
def fitted():
    return fit()


def fit(reviews=REVIEWS, labels=LABELS, seed=0, previous=None, **changes):
    given = SMALL.values() | changes
    return transformer.fit(reviews, labels, WORDS, seed=seed, previous=previous, **given)


def write(fitted, rule="sample", *, seed=0, labels=LABELS, most=30, temperature=1.0, **more):
    return fitted.write(labels, RNG(seed), parse(rule, temperature), most=most, **more)


def alone(rows, length):
    """The packing of rows of one text each."""
    return jnp.ones((rows, length), int), jnp.tile(jnp.arange(length), (rows, 1))


def next_piece(fitted, pieces):
    """Probabilities of the next piece after one text's pieces, plainly."""
    scores = network.logits(
        fitted.weights, fitted.shape, jnp.array([pieces]), alone(1, len(pieces))
    )
    scores = scores[0, -1]
    return np.asarray(jax.nn.softmax(scores), float)


def chunk_of_first_pieces(fitted, rule, many=4000, forbidden=None):
    """The first piece of many texts of class 0."""
    shape = fitted.shape
    texts = writing.write(
        fitted.weights,
        shape,
        prefixes=fitted.pieces.prefix(np.zeros(many, int)),
        beginnings=np.empty((many, 0), np.int32),
        rng=RNG(1),
        decoding=rule,
        most=1,
        begins=np.ones(shape.pieces, bool),
        forbidden=np.zeros(shape.pieces, bool) if forbidden is None else forbidden,
    )
    first = np.where(texts.lengths > 0, np.append(texts.tokens, 0)[texts.starts[:-1]], STOP)
    return np.bincount(first, minlength=shape.pieces) / many


def test_pieces_give_back_the_words():
    pieces = Pieces.learn(REVIEWS, WORDS, 300)
    encoded = pieces.encode(REVIEWS)
    assert as_lists(pieces.decode(encoded)) == as_lists(REVIEWS)
    np.testing.assert_array_equal(encoded.tokens[encoded.starts[1:] - 1], STOP)
    assert pieces.word_lengths(REVIEWS).sum() == len(encoded.tokens)
    joined = "".join(
        pieces.names[pieces.of_words.take(np.array([WORDS.tolist().index("cat")])).tokens]
    )
    assert joined == MARK + "cat"


def test_a_word_with_an_unread_letter_is_a_rare_one():
    words = np.array([*WORDS, "zebra"])
    pieces = Pieces.learn(REVIEWS, words, 300)
    assert pieces.of_words.take(np.array([len(WORDS)])).tokens.tolist() == [UNKNOWN]
    text = Reviews.of_lengths(np.array([len(WORDS), 3], np.int32), np.array([2]))
    assert as_lists(pieces.decode(pieces.encode(text))) == [[RARE, 3]]


def test_what_spells_no_word_is_a_rare_one():
    pieces = Pieces.learn(REVIEWS, WORDS, 300)
    cat = pieces.of_words.take(np.array([WORDS.tolist().index("cat")])).tokens
    inner = next(
        place for place, begins in enumerate(pieces.begins_word) if place > 4 and not begins
    )
    text = Reviews.of_lengths(np.array([*cat, inner, *cat], np.int32), np.array([2 * len(cat) + 1]))
    assert as_lists(pieces.decode(text)) == [[RARE, WORDS.tolist().index("cat")]]


@pytest.mark.parametrize("context", [4, 8, 64])
def test_each_piece_is_predicted_once_and_after_the_pieces_before_it(context):
    texts, _ = number(["a b c d e f g h i j k l m n", "a", "b c d e f g h"], 1)
    inputs, targets, weights = training.windows(texts, np.array([90, 91, 92]), context)
    assert targets[weights > 0].tolist() == texts.tokens.tolist()
    assert (inputs[:, 0] >= 90).all()
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    later = weights[:, 0] == 0
    assert (weights[later].argmax(axis=1) == training.memory(context)).all()


def test_probabilities_of_a_word_are_those_of_its_pieces(fitted):
    few = REVIEWS.take(np.array([int(REVIEWS.lengths.argmin()), int(REVIEWS.lengths.argmax())]))
    labels = np.array([1, 0], np.int8)
    found = fitted.log_probability(few, labels)
    assert found.shape == (len(few.tokens) + len(few),)
    short = fitted.pieces.encode(few.take(slice(0, 1))).tokens.tolist()
    assert len(short) <= fitted.shape.context
    before, total = [int(fitted.pieces.prefix(labels)[0])], 0.0
    for piece in short:
        total += np.log(next_piece(fitted, before)[piece])
        before.append(piece)
    words = len(few.take(slice(0, 1)).tokens) + 1
    assert found[:words].sum() == pytest.approx(total, rel=1e-4)


def test_one_step_gives_what_the_whole_text_gives(fitted):
    pieces = RNG(0).integers(5, fitted.shape.pieces, size=(2, 8))
    whole = network.logits(fitted.weights, fitted.shape, jnp.array(pieces), alone(2, 8))
    kept = network.nothing_kept(fitted.shape, 2)
    for step in range(10):  # the second text begins two steps after the first
        places = np.array([min(step, 7), max(step - 2, 0)])
        found, kept = network.step(
            fitted.weights, fitted.shape, pieces[[0, 1], places], jnp.array(places), kept
        )
        if step < 8:
            np.testing.assert_allclose(found[0], whole[0, step], atol=1e-4)
        if step >= 2:
            np.testing.assert_allclose(found[1], whole[1, step - 2], atol=1e-4)


def test_texts_that_share_a_row_do_not_see_each_other_and_are_all_there(fitted):
    data = training.windows(
        fitted.pieces.encode(REVIEWS), fitted.pieces.prefix(LABELS), fitted.shape.context
    )
    rows, where = training.packed(data)
    assert len(rows.inputs) < 0.9 * len(data[0])
    assert rows.weights.sum() == data[2].sum()
    np.testing.assert_array_equal(rows.targets[where], data[1][data[2] > 0])
    together = training.log_probabilities(fitted.weights, fitted.shape, data)
    each = [
        training.log_probabilities(
            fitted.weights, fitted.shape, tuple(part[one : one + 1] for part in data), batch=1
        )
        for one in range(20)
    ]
    each = np.concatenate(each)
    np.testing.assert_allclose(together[: len(each)], each, atol=1e-4)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_pieces_are_drawn_by_their_tempered_probability(fitted, temperature):
    expected = next_piece(fitted, [int(fitted.pieces.prefix(np.array([0]))[0])])
    expected = expected ** (1 / temperature)
    found = chunk_of_first_pieces(fitted, Decoding(temperature=temperature))
    np.testing.assert_allclose(found, expected / expected.sum(), atol=0.04)


@pytest.mark.parametrize("rule", ["greedy", "top_k:1", "top_k:3", "nucleus:0.5", "nucleus:1e-6"])
def test_no_piece_is_drawn_that_the_rule_leaves_out(fitted, rule):
    chances = next_piece(fitted, [int(fitted.pieces.prefix(np.array([0]))[0])])
    order, rule = np.argsort(-chances), parse(rule)
    ends = np.cumsum(chances[order])
    many = rule.many or int((ends < rule.mass).sum()) + 1
    found = chunk_of_first_pieces(fitted, rule)
    assert set(np.flatnonzero(found)) == set(order[:many])


def test_what_is_forbidden_is_never_written(fitted):
    forbidden = np.zeros(fitted.shape.pieces, bool)
    forbidden[chunk_of_first_pieces(fitted, parse("greedy"), many=4).argmax()] = True
    assert chunk_of_first_pieces(fitted, parse("sample"), forbidden=forbidden)[forbidden] == 0
    written = write(fitted, temperature=20.0)
    assert not np.isin(written.tokens, (0, 1)).any()  # no special word but rare ones


def test_same_draws_same_texts_and_others_others(fitted):
    assert as_lists(write(fitted)) == as_lists(write(fitted)) != as_lists(write(fitted, seed=1))
    assert len(write(fitted)) == len(LABELS)
    again = fit()
    assert as_lists(write(again)) == as_lists(write(fitted))
    assert as_lists(write(fit(seed=1))) != as_lists(write(fitted))


def test_a_text_depends_on_its_own_draws_and_class_alone(fitted):
    turned = LABELS.copy()
    turned[:5] = 1 - turned[:5]
    assert as_lists(write(fitted, labels=turned))[5:] == as_lists(write(fitted))[5:]


def test_beams_find_texts_at_least_as_likely_as_the_greedy_one(fitted):
    labels = np.array([0, 1], np.int8)
    greedy, found = (write(fitted, rule, labels=labels) for rule in ("greedy", "beam:4"))

    def mean(texts):
        logs = fitted.log_probability(texts, labels)
        ends = texts.starts + np.arange(len(texts) + 1)
        lengths = np.diff(fitted.pieces.encode(texts).starts)
        return np.add.reduceat(logs, ends[:-1]) / lengths

    assert (mean(found) >= mean(greedy) - 1e-4).all()
    assert as_lists(write(fitted, "beam:1", labels=labels)) == as_lists(greedy)


def test_a_penalty_keeps_pieces_from_coming_back(fitted):
    rule = replace(parse("greedy"), repetition_penalty=10.0)
    plain, penalised = (
        fitted.write(LABELS[:2], RNG(0), each, most=30) for each in (parse("greedy"), rule)
    )
    for text in as_lists(penalised):
        assert len(set(text)) >= 0.8 * len(text)
    assert as_lists(plain) != as_lists(penalised)


def test_beginnings_are_written_on_and_lengths_are_bounded(fitted):
    word = WORDS.tolist().index("cat")
    beginnings = np.array([[word] * 2, [word] * 2], np.int32)
    labels = np.zeros(2, np.int8)
    texts = as_lists(write(fitted, "greedy", labels=labels, beginnings=beginnings))
    pieces = fitted.pieces.of_words.take(np.array([word, word])).tokens.tolist()
    first = next_piece(fitted, [int(fitted.pieces.prefix(labels)[0]), *pieces]).argmax()
    if first == STOP:
        assert texts == [[], []]
    else:
        piece = fitted.pieces.of_words.take(np.array([texts[0][0]])).tokens[0]
        assert piece == first
    assert write(fitted, temperature=20.0, most=3).lengths.max() == 3


def test_training_learns_the_class_and_the_words():
    texts, words = number(["good good good good", "bad bad bad bad"] * 50, 1)
    labels = np.array([1, 0] * 50, np.int8)
    fitted = transformer.fit(texts, labels, np.array(words), seed=0, **SMALL.values())
    assert np.exp(-fitted.log_probability(texts, labels).mean()) < 1.05
    assert np.exp(-fitted.log_probability(texts, 1 - labels).mean()) > 1.5
    written = fitted.write(labels[:10], RNG(0), parse("sample", 0.3))
    assert as_lists(written) == as_lists(texts.take(slice(0, 10)))


def test_a_warm_start_begins_where_the_one_before_stopped(fitted):
    few = {"epochs": 0.1, "learning_rate": 1e-6}
    warm, cold = (fit(previous=fitted, warm_start=warm, **few) for warm in (True, False))
    logs = [each.log_probability(REVIEWS, LABELS).mean() for each in (fitted, warm, cold)]
    assert logs[1] == pytest.approx(logs[0], abs=0.01)
    assert logs[2] < logs[0] - 0.1
    assert all(np.isfinite(at).all() for at in fitted.weights.values())  # not freed by training


def test_arrays_are_all_that_it_knows(fitted):
    again = generator.restore(dict(fitted.arrays()))
    np.testing.assert_array_equal(
        again.log_probability(REVIEWS, LABELS), fitted.log_probability(REVIEWS, LABELS)
    )
    assert as_lists(write(again)) == as_lists(write(fitted))


def test_settings_that_do_not_fit_are_refused():
    given = transformer.Parameters.read_text("width=16,heads=3", "generator_params")
    with pytest.raises(ParameterError, match="heads=3 must divide width=16"):
        transformer.check(parse("sample"), given)


def test_shapes_and_counts():
    shape = Shape(100, 8, 16, 2, 4)
    weights = network.initial(shape, jax.random.key(0))
    assert sum(at.size for at in weights.values()) == 16 * (100 + 8) + 2 * (12 * 256 + 32) + 16
    assert network.logits(weights, shape, jnp.zeros((3, 5), int), alone(3, 5)).shape == (3, 5, 100)
    assert PAD == 0
