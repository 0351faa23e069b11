"""Laws of lineages of writers: who reads what, at every rate and under every regime."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from corpora import make_corpus
from texts import as_lists

from experiments.text_collapse.judging import DESCRIPTIONS, Judge
from experiments.text_collapse.lineage import Condition, breed
from experiments.text_collapse.samples import CLASSES, NOTE
from mc import plugins
from mc.lineage import backends
from mc.lineage.metrics import DESCRIPTIONS as OF_CLASSIFIERS
from mc.text.generators import ngram
from mc.text.generators.ngram import NgramGenerator
from mc.text.measures.standard import DESCRIPTIONS as STANDARD
from mc.text.reviews import Reviews
from mc.text.tokens import open_tokens, prepare

REGIMES = plugins.names("regimes")
LOGISTIC = backends.find("logistic").Parameters.read_text("", "p").values()
BASE = Condition("replace", 1.0, reviews=60, generations=3, test_size=100, backend_params=LOGISTIC)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MC_CACHE", str(tmp_path_factory.mktemp("cache")))
        return open_tokens(prepare("small", lambda: make_corpus(400))[0])


@pytest.fixture
def readings(monkeypatch):
    """What each generator was given to read, and the classes, in order."""
    seen = []

    def noted(reviews, labels, *rest, **more):
        seen.append((as_lists(reviews), labels.tolist()))
        return fit(reviews, labels, *rest, **more)

    fit = ngram.fit
    monkeypatch.setattr(ngram, "fit", noted)
    return seen


def metrics(tokens, **changes):
    return [each.metrics for each in breed(tokens, replace(BASE, **changes), 0)]


def test_a_lineage_repeats_and_replicates_differ(tokens):
    first, again = metrics(tokens), metrics(tokens)
    assert first == again
    assert first != [each.metrics for each in breed(tokens, BASE, 1)]


def test_generation_zero_is_common_to_all_rates_and_regimes(tokens):
    zeros = [
        metrics(tokens, regime=regime, rate=rate, generations=0)
        for regime in REGIMES
        for rate in (0.0, 1.0)
    ]
    assert all(zero == zeros[0] for zero in zeros)
    assert zeros[0][0]["synthetic_share"] == 0


@pytest.mark.parametrize("regime", REGIMES)
def test_at_rate_zero_nothing_that_was_written_is_read(tokens, monkeypatch, regime):
    plain = metrics(tokens, regime=regime, rate=0.0)

    def poisoned(self, labels, *rest):
        return Reviews.of_lengths(np.full(len(labels), 3, np.int32), np.ones(len(labels), int))

    monkeypatch.setattr(NgramGenerator, "write", poisoned)
    again = metrics(tokens, regime=regime, rate=0.0)
    for name in ("accuracy", "log_loss", "perplexity", "vocabulary", "train_words"):
        assert [each[name] for each in plain] == [each[name] for each in again]
    assert {each["synthetic_share"] for each in plain} == {0}
    assert metrics(tokens, regime=regime, rate=1.0)[-1]["perplexity"] > plain[-1]["perplexity"]


def test_at_rate_one_each_reads_what_the_one_before_wrote(tokens, readings, monkeypatch):
    written, write = [], NgramGenerator.write

    def noted(self, labels, rng, rule, *rest):
        texts = write(self, labels, rng, rule, *rest)
        if rest[0] is None:  # no beginnings: not a sample
            written.append((as_lists(texts), labels.tolist()))
        return texts

    monkeypatch.setattr(NgramGenerator, "write", noted)
    metrics(tokens)
    assert readings[1:] == written[:-1]


@pytest.mark.parametrize("regime", REGIMES)
def test_written_rows_are_nested_in_the_rate_and_classes_never_change(tokens, readings, regime):
    rates, steps = (0.0, 0.5, 1.0), 3
    changes = {"regime": regime, "generations": steps - 1}
    ends = [metrics(tokens, rate=rate, **changes)[-1] for rate in rates]
    by_rate = [readings[start : start + steps] for start in range(0, 3 * steps, steps)]
    human = by_rate[0]
    for step in range(steps):
        assert all(each[step][1] == human[step][1] for each in by_rate)
        kept = [
            {row for row, text in enumerate(each[step][0]) if text == human[step][0][row]}
            for each in by_rate
        ]
        assert kept[0] >= kept[1] >= kept[2]
    shares = [end["synthetic_share"] for end in ends]
    assert 0 == shares[0] < shares[1] < shares[2]


def test_accumulated_text_holds_what_was_read_before(tokens, readings):
    metrics(tokens, regime="accumulate", rate=0.5)
    for before, after in pairwise(readings):
        assert after[0][: len(before[0])] == before[0]
        assert len(after[0]) == len(before[0]) + BASE.reviews


def test_words_once_lost_never_come_back_without_human_text(tokens):
    for changes in (
        {},
        {"temperature": 2.0, "generator_params": {"order": 1}},
        {"decoding": "top_k:3"},
    ):
        bred = metrics(tokens, **changes)
        known, lost = ([each[name] for each in bred] for name in ("vocabulary", "lost_mass"))
        assert known == sorted(known, reverse=True)
        assert lost == sorted(lost)


def test_a_greedy_writer_collapses_at_once_and_all_can_still_be_measured(tokens):
    last = metrics(tokens, decoding="greedy", measures="standard")[-1]
    assert last["collapsed"] == 1
    assert last["distinct_1"] < 0.1
    assert last["vendi"] <= 2 + 1e-9  # one text for each class
    assert last["self_repetition"] in (0, 1)  # 0 where the text is shorter than a sequence
    assert np.isfinite(list(last.values())).all()


@pytest.mark.parametrize("measures", ["basic", "standard"])
def test_every_metric_is_described(tokens, measures):
    found = set(metrics(tokens, generations=0, measures=measures)[0])
    assert found <= set(DESCRIPTIONS) | set(OF_CLASSIFIERS)
    assert set(DESCRIPTIONS) - found == (set(STANDARD) if measures == "basic" else set())


def test_standard_measures_change_nothing_else_and_share_generation_zero(tokens):
    plain = metrics(tokens)
    more = [metrics(tokens, rate=rate, measures="standard") for rate in (1.0, 0.0)]
    for before, after in zip(plain, more[0], strict=True):
        assert {name: after[name] for name in before} == before
        assert set(after) - set(before) == set(STANDARD)
    assert more[0][0] == more[1][0]
    assert more[0][-1]["mauve"] != more[1][-1]["mauve"]


def test_standard_measures_compare_with_held_out_texts_and_with_what_was_read(tokens):
    test, read = np.arange(100), tokens.reviews.take(np.arange(100, 160))
    judge = Judge.of(tokens, test, read, None).with_standard("lsa", read)
    same, human = (judge.of_texts(texts, read) for texts in (read, judge.held_out.take(test[:60])))
    assert same["authenticity"] == same["distance_to_read"] == 0 < human["distance_to_read"]
    assert human["mauve"] == pytest.approx(1)
    assert human["coverage"] == 1 > same["coverage"]


def test_standard_measures_of_a_resumed_lineage_are_those_of_an_undisturbed_one(tokens):
    condition = replace(BASE, measures="standard")
    whole = list(breed(tokens, condition, 0))
    rest = list(breed(tokens, condition, 0, after=whole[1].state))
    assert [each.metrics for each in rest] == [each.metrics for each in whole[2:]]


def test_samples_begin_alike_and_change_only_with_the_generator(tokens):
    human, written = ([*breed(tokens, replace(BASE, rate=rate), 0)] for rate in (0.0, 1.0))
    assert human[0].notes == written[0].notes != written[1].notes
    assert human[0].texts == written[0].texts
    for name in CLASSES:
        texts = [each.notes[NOTE.format(name)] for each in (*human, *written)]
        assert len({tuple(text.split()[:4]) for text in texts}) == 1
        assert f"{name}: {texts[0]}" in human[0].texts["samples/generation_00.txt"]


@pytest.mark.parametrize("backend", plugins.names("backends"))
def test_every_backend_learns_from_written_text(tokens, backend):
    module = backends.find(backend)
    params = module.Parameters.read_text("", "p").values()
    given = {"backend": backend, "backend_params": params}
    found = metrics(tokens, generations=1, rate=0.5, reviews=150, **given)
    assert found[-1]["accuracy"] > 0.5
