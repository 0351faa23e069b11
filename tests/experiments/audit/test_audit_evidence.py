"""Laws of what is read: each text once, overlaps counted, nothing audited that machines read."""

import numpy as np
import pytest
from corpora import make_corpus

from experiments.audit.evidence import (
    HUMAN,
    KNOWN,
    SUSPECT,
    Evidence,
    Named,
    open_evidence,
    prepare,
)
from experiments.audit.samples import GIVEN, NOTHING, Case, Design, draw
from mc.errors import DataError
from mc.lineage import backends
from mc.types import Corpus


def part(corpus: Corpus, rows: slice, flip: int = 0) -> Corpus:
    labels = corpus.labels[rows].copy()
    labels[:flip] = 1 - labels[:flip]
    slices, names = corpus.slices[rows], corpus.slice_names
    digest = f"{rows} {flip}"
    return Corpus("part", corpus.texts[rows], labels, slices, names, digest, {"duplicate": 2})


def opened(*corpora: Corpus) -> Evidence:
    named = [Named(each.digest, lambda each=each: each) for each in corpora]
    return open_evidence(prepare(named)[0])


def design(**given: int) -> Design:
    settings = {
        name: backends.find(at).Parameters().values()
        for name, at in (("backend_params", "logistic"), ("labeller_params", "random_forest"))
    }
    sizes = {"sample_size": 100, "labeller_rows": 40, "writer_rows": 60, **given}
    return Design(**sizes, **settings)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return make_corpus(600)


@pytest.fixture(scope="module")
def evidence(corpus) -> Evidence:
    return opened(corpus)


def test_shared_reviews_are_the_suspects_and_known_ones_are_new(corpus):
    three = (
        part(corpus, slice(0, 300)),
        part(corpus, slice(250, 450), 10),
        part(corpus, slice(440, 600)),
    )
    found = opened(*three)
    assert [len(found.rows(side)) for side in (HUMAN, SUSPECT, KNOWN)] == [250, 200, 150]
    counts = found.about["counts"]
    assert counts["human reviews also in the suspect"] == 50
    assert counts["of them with another label there"] == 10
    assert counts["known reviews also in the suspect"] == 10
    assert counts["exact copies in suspect"] == 2
    texts = [tuple(found.reviews.take(np.array([row])).tokens) for row in range(len(found.given))]
    assert texts[:250] == [
        tuple(opened(*three).reviews.take(np.array([row])).tokens) for row in range(250)
    ]
    assert np.array_equal(found.given[found.rows(SUSPECT)], three[1].labels)


def test_a_suspect_that_holds_all_human_reviews_is_refused_with_what_it_changed(corpus):
    with pytest.raises(DataError, match=r"all 100 reviews of the human corpus .* 7 of them with"):
        opened(part(corpus, slice(0, 100)), part(corpus, slice(0, 200), 7))


def test_planted_shares_are_nested_and_change_what_they_say(evidence):
    none, some, more = (
        draw(evidence, design(), Case(kind, share, 0))
        for kind, share in ((NOTHING, 0.0), ("labels", 0.3), ("labels", 0.9))
    )
    changed = [sample.suspect.labels != none.suspect.labels for sample in (some, more)]
    assert 0 < changed[0].sum() < changed[1].sum()
    assert not (changed[0] & ~changed[1]).any()
    assert np.array_equal(some.suspect.reviews.tokens, none.suspect.reviews.tokens)
    assert np.array_equal(some.human.reviews.tokens, none.human.reviews.tokens)
    written = draw(evidence, design(), Case("texts", 1.0, 0))
    assert np.array_equal(written.suspect.labels, none.suspect.labels)
    assert not np.array_equal(written.suspect.reviews.tokens, none.suspect.reviews.tokens)


def test_halves_are_disjoint_and_other_replicates_are_others(evidence):
    samples = [draw(evidence, design(), Case(NOTHING, 0.0, replicate)) for replicate in (0, 1)]
    texts = [
        {tuple(row) for row in np.split(own.reviews.tokens, own.reviews.starts[1:-1])}
        for sample in samples
        for own in (sample.human, sample.suspect)
    ]
    assert len(texts[0]) == len(texts[1]) == 100
    assert not texts[0] & texts[1]
    assert texts[0] != texts[2]


def test_of_too_many_reviews_a_part_is_taken(corpus):
    found = draw(
        opened(part(corpus, slice(0, 300)), part(corpus, slice(300, 600))),
        design(),
        Case(GIVEN, 0.0, 0, shown=True),
    )
    assert len(found.human) == len(found.suspect) == 100
    assert found.known is None
