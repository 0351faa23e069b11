"""Laws of features: the cache gives what was put in, and models see texts as training did."""

import errno
import resource
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from corpora import make_corpus
from sklearn.feature_extraction.text import CountVectorizer

from mc.data import features
from mc.data.cache import cache_root
from mc.data.features import (
    MAX_TERM_LENGTH,
    Candidates,
    open_features,
    prepare,
)
from mc.data.ngrams import words
from mc.errors import DataError
from mc.types import Corpus

CANDIDATES = [Candidates(), Candidates(max_terms=12), Candidates(longest=2)]


def never_called():
    raise AssertionError("the corpus was read although its features are cached")


@pytest.mark.parametrize("longest", [1, 2])
def test_counts_are_scikit_learns_own(corpus, longest):
    folder, _ = prepare("x", lambda: corpus, Candidates(longest))
    ours, theirs = open_features(folder), CountVectorizer(ngram_range=(1, longest), min_df=5)
    expected = theirs.fit_transform(corpus.texts)
    names = theirs.get_feature_names_out()
    order = np.lexsort((names, np.char.count(names.astype(str), " ")))  # ours: shorter ones first
    assert ours.terms.tolist() == names[order].tolist()
    assert (expected[:, order] != ours.X).nnz == 0
    assert ours.X.has_sorted_indices
    np.testing.assert_array_equal(ours.reviews, (ours.X > 0).sum(axis=0).A1)


def peak_memory(corpus):
    tracemalloc.start()
    try:
        prepare(corpus.digest, lambda: corpus, Candidates(longest=2))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_neither_texts_nor_the_matrix_are_in_memory(corpus, monkeypatch):
    monkeypatch.setattr(words, "SIZE", 50)
    said = np.random.default_rng(0).choice([f"w{i}" for i in range(9)], (2000, 40))
    texts = [" ".join(words) for words in said]

    def peak(n):
        some = corpus.labels[:1].repeat(n), corpus.slices[:1].repeat(n)
        return peak_memory(Corpus("x", texts[:n], *some, corpus.slice_names, f"x{n}"))

    peak(50)  # what the first call loads
    assert peak(2000) - peak(200) < 1800 * 100  # a row of the matrix alone takes 320


def test_limited_terms_are_the_most_widespread(corpus):
    folder, _ = prepare("x", lambda: corpus, Candidates(max_terms=12))
    everything, _ = prepare("x", lambda: corpus)
    few, many = open_features(folder), open_features(everything)
    reviews = dict(zip(many.terms, (many.X > 0).sum(axis=0).A1, strict=True))
    left_out = [count for term, count in reviews.items() if term not in set(few.terms)]
    assert len(few.terms) == 12
    assert min(reviews[term] for term in few.terms) >= max(left_out)


def test_rare_and_endless_terms_are_left_out():
    corpus = make_corpus(100)
    texts = [f"{text} {'z' * (MAX_TERM_LENGTH + 1)}" for text in corpus.texts]
    texts[0] += " onlyhere"
    folder, _ = prepare("x", lambda: replace(corpus, texts=texts))
    terms = set(open_features(folder).terms)
    assert "onlyhere" not in terms
    assert max(map(len, terms)) <= MAX_TERM_LENGTH


@pytest.mark.parametrize("candidates", CANDIDATES)
def test_a_corpus_without_a_common_word_is_refused(corpus, candidates):
    texts = [f"only{row}" for row in range(len(corpus))]
    with pytest.raises(DataError, match="no word occurs in 5 of its 600 reviews"):
        prepare("x", lambda: replace(corpus, texts=texts), candidates)
    assert list((cache_root() / "features").iterdir()) == []


def test_a_full_disk_is_told_by_its_number_and_leaves_nothing(corpus, monkeypatch):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    write = features._write_matrix

    def on_a_small_disk(*given):
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
        try:
            write(*given)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(features, "_write_matrix", on_a_small_disk)
    with pytest.raises(OSError, match="too large") as told:
        prepare("x", lambda: corpus)
    assert told.value.errno == errno.EFBIG
    assert list((cache_root() / "features").iterdir()) == []


def test_cached_features_are_opened_without_reading_the_corpus(corpus):
    first, fresh = prepare("x", lambda: corpus)
    second, cached = prepare("x", never_called)
    assert (first, fresh, cached) == (second, False, True)


def test_other_fingerprints_and_candidates_have_other_folders(corpus):
    folders = {
        prepare(fingerprint, lambda: corpus, candidates)[0]
        for fingerprint in "xy"
        for candidates in CANDIDATES
    }
    assert len(folders) == 2 * len(CANDIDATES)


@pytest.mark.parametrize("damage", ["truncate", "alter", "remove"])
@pytest.mark.parametrize("name", ["data.npy", "terms.npy", "labels.npy", "about.json"])
def test_a_damaged_cache_is_made_again(corpus, damage, name):
    folder, _ = prepare("x", lambda: corpus)
    whole = open_features(folder).X.toarray()
    content = (folder / name).read_bytes()
    if damage == "remove":
        (folder / name).unlink()
    else:
        half = len(content) // 2
        rest = b"" if damage == "truncate" else bytes([content[half] ^ 255]) + content[half + 1 :]
        (folder / name).write_bytes(content[:half] + rest)
    again, cached = prepare("x", lambda: corpus)
    assert not cached
    np.testing.assert_array_equal(open_features(again).X.toarray(), whole)
