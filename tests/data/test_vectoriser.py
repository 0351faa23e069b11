"""The law of columns: choosing among counted candidates is what scikit-learn's vectorisers do."""

import numpy as np
import pytest
from corpora import make_corpus
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from mc.data.features import Representation
from mc.data.vectoriser import Vectoriser

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
