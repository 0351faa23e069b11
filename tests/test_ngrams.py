"""Laws of counted sequences: what scikit-learn's vectoriser counts, whatever the limits."""

import numpy as np
import pytest
from conftest import make_corpus
from sklearn.feature_extraction.text import CountVectorizer

from mc import ngrams

TEXTS = [*make_corpus(150).texts, "", "only", "a b c", "one two", "Great GREAT great, great!"]


@pytest.mark.parametrize("longest", [1, 2, 3])
@pytest.mark.parametrize("least", [1, 2, 6])
def test_counts_are_scikit_learns_own(longest, least):
    X, terms = ngrams.count(TEXTS, longest, least, letters=99)
    sklearns = CountVectorizer(ngram_range=(1, longest), min_df=least)
    expected = sklearns.fit_transform(TEXTS)
    assert sorted(terms) == sklearns.get_feature_names_out().tolist()
    columns = [sklearns.vocabulary_[term] for term in terms]
    assert (expected[:, columns] != X).nnz == 0
    assert X.dtype == np.float32


def test_columns_are_ordered_by_length_then_alphabet():
    _, terms = ngrams.count(TEXTS, 3, 2, letters=99)
    assert terms == sorted(terms, key=lambda term: (term.count(" "), term.split()))


def test_sequences_neither_cross_texts_nor_hold_endless_words():
    _, terms = ngrams.count(["good book", "bad zzzzzz box"], 3, 1, letters=5)
    assert terms == ["bad", "book", "box", "good", "good book"]
