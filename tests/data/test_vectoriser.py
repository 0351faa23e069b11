"""The law of columns: choosing among counted candidates is what scikit-learn's vectorisers do."""

import numpy as np
import pytest
from corpora import make_corpus
from scipy.sparse import random_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer

from mc.data.vectoriser import Representation, Vectoriser, holders, smoothed_idf

TEXTS = make_corpus(300).texts
TRAINING, OTHERS = slice(0, 120), slice(120, 300)
CANDIDATES = CountVectorizer(ngram_range=(1, 3), dtype=np.float32).fit(TEXTS)
X, TERMS = CANDIDATES.transform(TEXTS), CANDIDATES.get_feature_names_out().astype(str)
LENGTHS = np.char.count(TERMS, " ") + 1
SKLEARNS = {"counts": CountVectorizer, "tfidf": TfidfVectorizer}


@pytest.mark.parametrize("min_df", [1, 2, 5, 9])
@pytest.mark.parametrize("span", ["1-1", "1-2", "1-3", "2-2", "2-3"])
@pytest.mark.parametrize("weighting", SKLEARNS)
def test_chosen_columns_are_scikit_learns_own(weighting, span, min_df):
    shortest, longest = map(int, span.split("-"))
    sklearns = SKLEARNS[weighting](ngram_range=(shortest, longest), min_df=min_df)
    expected = sklearns.fit(TEXTS[TRAINING])
    wanted = Representation(weighting)
    ours = Vectoriser.fit(X[TRAINING], LENGTHS, ngrams=span, min_df=min_df, wanted=wanted)
    names = [TERMS[column] for column in ours.columns]
    assert sorted(names) == expected.get_feature_names_out().tolist()
    columns = [expected.vocabulary_[name] for name in names]
    for rows in (TRAINING, OTHERS):
        theirs = expected.transform(TEXTS[rows])[:, columns].toarray()
        np.testing.assert_allclose(ours.transform(X[rows]).toarray(), theirs, atol=1e-6)


def test_where_no_term_is_frequent_enough_the_most_widespread_remains():
    ours = Vectoriser.fit(
        X[TRAINING], LENGTHS, ngrams="2-3", min_df=1000, wanted=Representation("counts")
    )
    rows = (X[TRAINING] > 0).sum(axis=0).A1
    assert len(ours.columns)
    assert set(rows[ours.columns]) == {rows[LENGTHS > 1].max()}


def test_a_limit_keeps_the_most_widespread():
    wanted = Representation("tfidf", max_terms=10)
    ours = Vectoriser.fit(X[TRAINING], LENGTHS, ngrams="1-2", min_df=1, wanted=wanted)
    rows = (X[TRAINING] > 0).sum(axis=0).A1
    others = np.setdiff1d(np.flatnonzero(LENGTHS < 3), ours.columns)
    assert len(ours.columns) == 10
    assert rows[ours.columns].min() >= rows[others].max()


SINGLE = np.flatnonzero(LENGTHS == 1)
WORDS, X_WORDS = TERMS[SINGLE], X[:, SINGLE]
ALIKE = [
    Representation("counts"),
    Representation("tfidf"),
    Representation("tfidf", keep_places=True),
    Representation("counts", max_terms=12),
    Representation("tfidf", max_terms=12),
]


def knowing(wanted, min_df=5):
    return Vectoriser.known(holders(X_WORDS[TRAINING]), 120, min_df, wanted)


@pytest.mark.parametrize("wanted", ALIKE)
def test_the_steps_of_a_model_see_texts_as_training_did(wanted):
    vectoriser, seen = knowing(wanted), TEXTS
    for _, step in vectoriser.steps(WORDS):
        seen = step.transform(seen)
    expected = vectoriser.transform(X_WORDS).toarray()
    np.testing.assert_allclose(seen.toarray(), expected, atol=1e-6)


@pytest.mark.parametrize("wanted", ALIKE)
@pytest.mark.parametrize("min_df", [1, 5, 1000])
def test_counts_of_texts_are_all_that_a_vectoriser_learns(wanted, min_df):
    by_counts = knowing(wanted, min_df)
    lengths = np.ones(len(WORDS), int)
    by_rows = Vectoriser.fit(X_WORDS[TRAINING], lengths, ngrams="1-1", min_df=min_df, wanted=wanted)
    seen = by_counts.transform(X_WORDS).toarray()
    if wanted.keep_places:
        others = np.setdiff1d(np.arange(len(WORDS)), by_rows.columns)
        assert not seen[:, others].any()
        seen = seen[:, by_rows.columns]
    np.testing.assert_allclose(seen, by_rows.transform(X_WORDS).toarray(), atol=1e-6)


def test_seeing_changes_no_count():
    before = X_WORDS.copy()
    for wanted in ALIKE:
        knowing(wanted).transform(X_WORDS)
    assert (before != X_WORDS).nnz == 0


@pytest.mark.parametrize("n", [3, 700])
def test_idf_is_scikit_learns_own_to_the_bit(n):
    rows = random_array((n, 300), density=0.3, format="csr", dtype=np.float32, rng=0)
    expected = TfidfTransformer().fit(rows).idf_
    assert smoothed_idf(holders(rows), n).tobytes() == expected.tobytes()
