"""Laws of cures: what each does to what is read, with known answers."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from texts import as_lists, make_texts

from mc.errors import ParameterError
from mc.text.cures.detector import Detector
from mc.text.cures.golden import human_weight
from mc.text.cures.surprise import mean_surprise
from mc.text.curing import parse, parse_all
from mc.text.decoding import Decoding
from mc.text.generators import ngram
from mc.text.reading import Origin, Reading, systematic
from mc.text.reviews import Reviews

MANY = 200


@dataclass
class Small:
    """Human texts, a generator of them, and a reading of which half is written."""

    origin: Origin
    reading: Reading


@pytest.fixture(scope="module")
def small():
    human, words, labels = make_texts(MANY)
    words, half = np.array(words), MANY // 2
    generator = ngram.fit(human, labels, words, seed=0, order=3)

    def compose(writer, rng):
        return writer.write(labels, rng, Decoding())

    origin = Origin(human, labels, lambda: generator, compose, lambda _: np.random.default_rng(1))
    written = compose(generator, np.random.default_rng(2))
    rows = np.arange(MANY)
    return Small(
        origin,
        Reading(
            texts=human.replaced(written, rows >= half),
            labels=labels,
            rows=rows,
            is_written=rows >= half,
            human=human,
            draws=np.random.default_rng(3).random(MANY),
            before=generator,
            rng=np.random.default_rng(4),
            spent=np.empty(0, np.int64),
        ),
    )


def cured(small, text, **changes):
    reading = replace(small.reading, rng=np.random.default_rng(4), **changes)
    return parse(text).prepare(small.origin)(reading)


def fitted(reading):
    words = np.arange(50).astype(str)
    weights = reading.of_words
    return ngram.fit(reading.texts, reading.labels, words, seed=0, order=3, weights=weights)


@pytest.mark.parametrize(
    "text", ["none", "fresh:0", "edit:1", "truncate:1", "surprise:1"], ids=lambda text: text
)
def test_a_cure_at_the_end_of_its_range_changes_nothing(small, text):
    found, before = cured(small, text), small.reading
    assert as_lists(found.texts) == as_lists(before.texts)
    assert found.labels.tolist() == before.labels.tolist()
    assert len(found.spent) == found.altered == 0
    plain, again = (fitted(each).model for each in (before, found))
    for one, other in zip(plain.levels, again.levels, strict=True):
        assert (one.shares == other.shares).all()
        assert (one.spare == other.spare).all()


def test_fresh_text_is_nested_in_its_share_and_counted_where_it_replaces_written_text(small):
    human = as_lists(small.reading.human)
    found = [cured(small, f"fresh:{share}") for share in (0.2, 0.6, 1)]
    assert set(found[0].spent) < set(found[1].spent) < set(found[2].spent)
    assert found[2].spent.tolist() == np.flatnonzero(small.reading.is_written).tolist()
    assert as_lists(found[2].texts) == human
    for each in found:
        assert all(as_lists(each.texts)[row] == human[row] for row in each.spent)
        assert each.is_written.sum() == MANY // 2 - len(each.spent)


def test_human_text_that_a_cure_has_used_before_is_not_counted_twice(small):
    once = cured(small, "fresh:1")
    assert cured(small, "fresh:1", spent=once.spent).spent.tolist() == once.spent.tolist()


def test_the_weight_of_as_much_human_as_written_text_is_the_inverse_golden_ratio():
    assert human_weight(1) == pytest.approx(2 / (1 + np.sqrt(5)))


@pytest.mark.parametrize("k", [0.1, 1 / 3, 1.0, 4.0])
def test_the_weight_of_human_text_has_the_least_variance_in_the_long_run(k):
    w = np.linspace(0.001, 0.999, 999)
    variance = (w**2 / k + (1 - w) ** 2) / (1 - (1 - w) ** 2)  # of a mean, k human values to one
    assert human_weight(k) == pytest.approx(w[variance.argmin()], abs=0.001)
    assert human_weight(k) > k / (1 + k)  # more than its share of the texts


def test_golden_gives_human_text_its_share_of_the_weight_in_each_class(small):
    found = cured(small, "golden")
    for label in (0, 1):
        own = found.labels == label
        k = (~found.is_written[own]).sum() / found.is_written[own].sum()
        share = found.weights[own & ~found.is_written].sum() / found.weights[own].sum()
        assert share == pytest.approx(human_weight(k))


@pytest.mark.parametrize("is_written", [True, False])
def test_golden_does_nothing_where_there_is_nothing_to_weigh(small, is_written):
    assert cured(small, "golden", is_written=np.full(MANY, is_written)).weights is None


def test_surprise_keeps_the_most_perplexing_texts_of_each_class(small):
    surprise = mean_surprise(small.reading)
    kept = cured(small, "surprise:0.3")
    for label in (0, 1):
        own = np.flatnonzero(small.reading.labels == label)
        is_kept = np.isin(own, kept.rows)
        assert is_kept.sum() == round(0.3 * len(own))
        assert surprise[own[is_kept]].min() >= surprise[own[~is_kept]].max()


def test_truncation_leaves_out_exactly_the_words_that_are_too_likely(small):
    above, texts = 0.4, small.reading.texts
    found = cured(small, f"truncate:{above}")
    likely = np.exp(small.reading.previous.log_probability(texts, small.reading.labels)) > above
    ends = texts.starts[1:] + np.arange(MANY)
    likely[ends] = False
    assert 0 < likely.sum() < len(likely) / 2
    assert (found.counted == ~likely).all()
    assert len(found.learned.tokens) == len(texts.tokens) - likely.sum()
    assert found.altered == pytest.approx(likely.sum() / len(texts.tokens))


def test_a_detector_tells_human_from_other_text_and_has_not_seen_what_it_judges(small):
    human, labels = small.origin.texts, small.origin.labels
    other = Reviews.of_lengths(np.full(MANY * 3, 5, np.int32), np.full(MANY, 3))
    detector = Detector.fit(replace(small.origin, compose=lambda *_: other))
    rows = np.arange(MANY)
    assert detector(human, rows).mean() > 0.9
    assert detector(other, rows + MANY).mean() < 0.1
    # Two texts of one fold with exchanged contents: neither is in the training of its judge.
    first, second = np.flatnonzero(detector.folds == 0)[:2]
    exchanged = rows.copy()
    exchanged[[first, second]] = [second, first]
    swapped = Detector.fit(
        replace(small.origin, texts=human.take(exchanged), labels=labels, compose=lambda *_: other)
    )
    before = detector(human.take(np.array([first])), np.array([first]))
    after = swapped(human.take(np.array([first])), np.array([second]))
    assert before == pytest.approx(after)


def test_the_detector_draws_what_looks_human_and_keeps_the_shares_of_classes(small):
    reading, other = small.reading, Reviews.of_lengths(np.full(600, 5, np.int32), np.full(MANY, 3))
    origin = replace(small.origin, compose=lambda *_: other)
    texts = reading.human.replaced(other, reading.is_written)
    found = parse("detector").prepare(origin)(replace(reading, texts=texts))
    assert np.bincount(found.labels).tolist() == np.bincount(reading.labels).tolist()
    assert found.is_written.mean() < 0.1


def test_systematic_draws_come_as_often_as_their_shares_say():
    weights = np.array([1.0, 2.0, 0.0, 5.0, 0.5])
    for seed in range(20):
        counts = np.bincount(systematic(weights, 40, np.random.default_rng(seed)), minlength=5)
        assert (np.abs(counts - 40 * weights / weights.sum()) < 1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("edit:2", "cure=edit:2: threshold=2.0 must lie in"),
        ("fresh:some", "cure=fresh:some: share='some' must be a number"),
        ("golden:2", "cure=golden:2' has a value that golden does not take; use cure=golden"),
        ("goldn", "did you mean 'golden'?"),
        ("surprise:0", "must lie in"),
    ],
)
def test_what_is_no_cure_is_refused_in_one_line(text, message):
    with pytest.raises(ParameterError) as error:
        parse(text)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_no_cure_comes_first_and_no_cure_twice():
    assert list(map(str, parse_all(("fresh", "none")))) == ["none", "fresh:0.1"]
    with pytest.raises(ParameterError, match=r"cure=fresh:0.1 names fresh:0.1 twice"):
        parse_all(("fresh", "fresh:0.1"))


def test_generators_and_classifiers_that_lack_what_a_cure_needs_are_refused(monkeypatch):
    for text in ("edit", "truncate", "golden"):
        parse(text).check(ngram, "logistic")
    monkeypatch.setattr(ngram, "edits", False)
    with pytest.raises(ParameterError, match="needs generators with a method `edit`"):
        parse("edit").check(ngram, "logistic")
    monkeypatch.setattr(ngram, "fit", lambda reviews, labels, words, *, seed, previous: None)
    with pytest.raises(ParameterError, match="generator=ngram takes no weights"):
        parse("truncate").check(ngram, "logistic")
