"""Laws of counted sequences: what scikit-learn's vectoriser counts, whatever the limits."""

import numpy as np
import pytest
from corpora import make_corpus
from scipy.sparse import vstack
from sklearn.feature_extraction.text import CountVectorizer

from mc.data import ngrams
from mc.data.ngrams import words

TEXTS = [*make_corpus(150).texts, "", "only", "a b c", "one two", "Great GREAT great, great!"]


@pytest.mark.parametrize("longest", [1, 2, 3])
@pytest.mark.parametrize("least", [1, 2, 6])
@pytest.mark.parametrize("size", [1, 40, 1000])
def test_counts_are_scikit_learns_own(monkeypatch, longest, least, size):
    monkeypatch.setattr(words, "SIZE", size)
    counts = ngrams.count(TEXTS, longest, least, letters=99)
    sklearns = CountVectorizer(ngram_range=(1, longest), min_df=least)
    expected = sklearns.fit_transform(TEXTS)
    assert sorted(counts.terms) == sklearns.get_feature_names_out().tolist()
    columns = [sklearns.vocabulary_[term] for term in counts.terms]
    parts = list(counts.matrices())
    assert all(part.has_sorted_indices for part in parts)
    X = vstack(parts, format="csr")
    assert (expected[:, columns] != X).nnz == 0
    assert counts.reviews.tolist() == (X > 0).sum(0).A1.tolist()
    assert X.dtype == np.float32


def test_columns_are_ordered_by_length_then_alphabet():
    terms = ngrams.count(TEXTS, 3, 2, letters=99).terms
    assert terms == sorted(terms, key=lambda term: (term.count(" "), term.split()))


def test_sequences_neither_cross_texts_nor_hold_endless_words():
    terms = ngrams.count(["good book", "bad zzzzzz box"], 3, 1, letters=5).terms
    assert terms == ["bad", "book", "box", "good", "good book"]


@pytest.mark.parametrize("texts", [["", "!"], ["one", "two"]])
def test_there_may_be_nothing_to_count(texts):
    counts = ngrams.count(texts, 3, 2, letters=99)
    assert counts.terms == []
    assert [X.shape for X in counts.matrices()] == [(2, 0)]
