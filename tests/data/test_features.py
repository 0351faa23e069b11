"""Laws of features: the cache gives what was put in, and models see texts as training did."""

import errno
import resource
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from corpora import make_corpus
from scipy.sparse import random_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer

from mc.data import features
from mc.data.cache import cache_root
from mc.data.features import (
    MAX_TERM_LENGTH,
    Representation,
    open_features,
    prepare,
    smoothed_idf,
    text_steps,
)
from mc.data.ngrams import words
from mc.errors import DataError
from mc.types import Corpus

REPRESENTATIONS = [
    Representation("tfidf"),
    Representation("counts"),
    Representation("tfidf", max_terms=12),
    Representation("counts", max_terms=12),
]


def never_called():
    raise AssertionError("the corpus was read although its features are cached")


def test_tfidf_is_scikit_learns_own(corpus):
    folder, _ = prepare("x", lambda: corpus, Representation("tfidf"))
    expected = TfidfVectorizer(min_df=5).fit_transform(corpus.texts)
    np.testing.assert_allclose(open_features(folder).X.toarray(), expected.toarray(), atol=1e-6)


def test_counts_are_scikit_learns_own(corpus):
    folder, _ = prepare("x", lambda: corpus, Representation("counts"))
    expected = CountVectorizer(min_df=5).fit_transform(corpus.texts)
    assert (expected != open_features(folder).X).nnz == 0


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_text_steps_give_the_columns_of_training(corpus, representation):
    folder, _ = prepare("x", lambda: corpus, representation)
    features = open_features(folder)
    again = corpus.texts
    for _, step in text_steps(features):
        again = step.transform(again)
    np.testing.assert_allclose(again.toarray(), features.X.toarray(), atol=1e-6)
    assert features.X.has_sorted_indices


@pytest.mark.parametrize("n", [3, 700])
def test_idf_is_scikit_learns_own_to_the_bit(n):
    X = random_array((n, 300), density=0.3, format="csr", dtype=np.float32, rng=0)
    reviews = np.bincount(X.indices, minlength=300)
    expected = TfidfTransformer().fit(X).idf_
    assert smoothed_idf(reviews, n).tobytes() == expected.tobytes()


def peak_memory(corpus):
    tracemalloc.start()
    try:
        prepare(corpus.digest, lambda: corpus, Representation(longest=2))
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
    folder, _ = prepare("x", lambda: corpus, Representation("counts", max_terms=12))
    everything, _ = prepare("x", lambda: corpus, Representation("counts"))
    few, many = open_features(folder), open_features(everything)
    reviews = dict(zip(many.terms, (many.X > 0).sum(axis=0).A1, strict=True))
    left_out = [count for term, count in reviews.items() if term not in set(few.terms)]
    assert len(few.terms) == 12
    assert min(reviews[term] for term in few.terms) >= max(left_out)


def test_rare_and_endless_terms_are_left_out():
    corpus = make_corpus(100)
    texts = [f"{text} {'z' * (MAX_TERM_LENGTH + 1)}" for text in corpus.texts]
    texts[0] += " onlyhere"
    folder, _ = prepare("x", lambda: replace(corpus, texts=texts), REPRESENTATIONS[0])
    terms = set(open_features(folder).terms)
    assert "onlyhere" not in terms
    assert max(map(len, terms)) <= MAX_TERM_LENGTH


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_a_corpus_without_a_common_word_is_refused(corpus, representation):
    texts = [f"only{row}" for row in range(len(corpus))]
    with pytest.raises(DataError, match="no word occurs in 5 of its 600 reviews"):
        prepare("x", lambda: replace(corpus, texts=texts), representation)
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
        prepare("x", lambda: corpus, Representation())
    assert told.value.errno == errno.EFBIG
    assert list((cache_root() / "features").iterdir()) == []


def test_cached_features_are_opened_without_reading_the_corpus(corpus):
    first, fresh = prepare("x", lambda: corpus, Representation())
    second, cached = prepare("x", never_called, Representation())
    assert (first, fresh, cached) == (second, False, True)


def test_other_fingerprints_and_representations_have_other_folders(corpus):
    folders = {
        prepare(fingerprint, lambda: corpus, representation)[0]
        for fingerprint in "xy"
        for representation in REPRESENTATIONS
    }
    assert len(folders) == 2 * len(REPRESENTATIONS)


@pytest.mark.parametrize("damage", ["truncate", "alter", "remove"])
@pytest.mark.parametrize("name", ["data.npy", "terms.npy", "labels.npy", "about.json"])
def test_a_damaged_cache_is_made_again(corpus, damage, name):
    folder, _ = prepare("x", lambda: corpus, Representation())
    whole = open_features(folder).X.toarray()
    content = (folder / name).read_bytes()
    if damage == "remove":
        (folder / name).unlink()
    else:
        half = len(content) // 2
        rest = b"" if damage == "truncate" else bytes([content[half] ^ 255]) + content[half + 1 :]
        (folder / name).write_bytes(content[:half] + rest)
    again, cached = prepare("x", lambda: corpus, Representation())
    assert not cached
    np.testing.assert_array_equal(open_features(again).X.toarray(), whole)
