"""Laws of vocabularies: no classifier knows the words of texts still to come."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from test_lineage import SIZES, condition

from mc import plugins
from mc.data.vectoriser import holders
from mc.engine.common import VOCABULARIES
from mc.lineage.loop import lineage
from mc.lineage.replicate import Replicate
from mc.lineage.view import view_of


def among_others(features, wanted, known: int):
    """The corpus with other texts and labels for all but the first so many collected rows."""
    draws = Replicate.draw(len(features.labels), wanted, 0)
    kept = draws.order[:known]
    others = np.setdiff1d(np.arange(len(features.labels)), kept)
    rows = np.arange(len(features.labels))
    rows[others] = np.random.default_rng(1).choice(kept, len(others))  # the kept ones, many times
    X = features.X[rows]
    return replace(features, X=X, labels=features.labels[rows], reviews=holders(X))


@pytest.mark.parametrize("backend", plugins.names("backends"))
@pytest.mark.parametrize("step", [0, 2])
def test_texts_still_to_come_change_no_classifier(wordy_features, backend, step):
    wanted, features = condition(backend, rate=0.5), wordy_features
    changed = among_others(features, wanted, SIZES[step])
    one, other = (
        [each.model for each in lineage(texts, wanted, 0)][step] for texts in (features, changed)
    )
    expected = one.probabilities(features.X)
    np.testing.assert_array_equal(other.probabilities(features.X), expected)


def test_all_texts_of_the_corpus_are_known_where_that_is_asked_for(wordy_features):
    wanted, features = condition(rate=0.5, vocabulary="corpus"), wordy_features
    changed = among_others(features, wanted, SIZES[0])
    one, other = (next(iter(lineage(texts, wanted, 0))).model for texts in (features, changed))
    seen = [each.probabilities(features.X) for each in (one, other)]
    assert (seen[0] != seen[1]).any()


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_words_grow_with_the_texts_or_stay(wordy_features, vocabulary):
    wanted, features = condition("random_forest", vocabulary=vocabulary), wordy_features
    view = view_of(features, wanted, Replicate.draw(len(features.labels), wanted, 0))
    terms = [set(each.columns.tolist()) for each in view.representers]
    assert all(before <= after for before, after in pairwise(terms))
    if vocabulary == "training":
        assert len(terms[-1]) > len(terms[0])
    else:
        assert terms[-1] == terms[0]
    assert (len(terms[-1]) == len(features.terms)) == (vocabulary == "corpus")


def test_each_generation_sees_reviews_by_its_own_words(wordy_features):
    wanted, features = condition(), wordy_features
    draws = Replicate.draw(len(features.labels), wanted, 0)
    view, rows = view_of(features, wanted, draws), slice(10, 40)
    for step, vectoriser in enumerate(view.representers):
        expected = vectoriser.transform(features.X[draws.order[rows]])
        assert (view.collected(step, rows) != expected).nnz == 0
        held_out = vectoriser.transform(features.X[draws.test])
        assert (view.held_out(step) != held_out).nnz == 0
