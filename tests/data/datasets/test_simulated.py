"""Laws of the review simulator: reproducible, true to its own distribution, sensible, quick."""

import itertools
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mc.data.datasets import _review_model as model
from mc.data.datasets import simulated
from mc.errors import ParameterError
from mc.settings import declared

REAL = Path(__file__).parents[3] / "../shared/data/amazon_reviews.parquet"
CHANGES = {
    "rows": 51,
    "length": 30.0,
    "length_spread": 0.5,
    "topics": 4,
    "intensity": 0.5,
    "intensity_spread": 0.1,
    "dilution": 0.2,
    "evenness": 0.5,
    "rarity": 0.0,
    "reuse": 0.3,
    "label_noise": 0.4,
    "seed": 1,
    "target": "topic",
}


@pytest.fixture(scope="module")
def corpus():
    return simulated.load(rows=12_000)


def test_same_parameters_give_the_same_reviews():
    one, two = simulated.load(rows=500, seed=3), simulated.load(rows=500, seed=3)
    assert list(one.texts) == list(two.texts)
    assert np.array_equal(one.labels, two.labels)
    assert np.array_equal(one.groups, two.groups)
    assert one.digest == two.digest


def test_every_parameter_has_a_change_to_test():
    assert set(CHANGES) == set(declared(simulated.Parameters))


@pytest.mark.parametrize("name", CHANGES)
def test_every_parameter_changes_corpus_and_identity(name):
    base, other = simulated.load(rows=50), simulated.load(**{"rows": 50, name: CHANGES[name]})
    assert base.digest != other.digest
    assert simulated.fingerprint(rows=50) != simulated.fingerprint(
        **{"rows": 50, name: CHANGES[name]}
    )
    assert (list(base.texts), base.labels.tolist()) != (list(other.texts), other.labels.tolist())


@pytest.mark.parametrize("size", [1, 999, 4096, 50_000])
def test_chunk_size_changes_nothing(size):
    rows = 4500
    whole = simulated.load(rows=rows)
    parts = list(simulated.chunks(rows_per_chunk=size, rows=rows))
    sizes = [len(part.texts) for part in parts]
    assert set(sizes[:-1]) <= {size}
    assert 0 < sizes[-1] <= size
    assert [text for part in parts for text in part.texts] == list(whole.texts)
    assert np.array_equal(np.concatenate([part.labels for part in parts]), whole.labels)
    assert np.array_equal(np.concatenate([part.groups for part in parts]), whole.groups)


def test_a_smaller_corpus_begins_a_larger_one(corpus):
    small = simulated.load(rows=5000)
    assert list(small.texts) == list(corpus.texts[:5000])
    assert np.array_equal(small.labels, corpus.labels[:5000])


def test_shapes_and_values(corpus):
    assert len(corpus) == len(corpus.labels) == len(corpus.groups) == 12_000
    assert corpus.labels.dtype == np.int8
    assert set(corpus.labels.tolist()) == {0, 1}
    assert len(set(corpus.groups.tolist())) == 9
    assert corpus.counts == {"rows": 12_000}
    known = set(simulated.vocabulary().tolist())
    assert all(word in known for text in corpus.texts[:200] for word in text.split(" "))


def test_words_are_lower_case_english_letters():
    assert all(
        word.replace("'", "").isascii() and word.replace("'", "").isalpha() and word == word.lower()
        for word in simulated.vocabulary().tolist()
    )
    assert len(set(simulated.vocabulary().tolist())) == len(simulated.vocabulary())


def test_classes_are_balanced(corpus):
    assert abs(corpus.labels.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(corpus))


def test_lengths_have_the_median_asked_for():
    for length in (20, 60):
        corpus = simulated.load(rows=4000, length=length)
        assert np.median([text.count(" ") + 1 for text in corpus.texts]) == pytest.approx(
            length, rel=0.1
        )


def test_label_noise_is_the_share_of_labels_against_the_text():
    parts = simulated.chunks(rows=8000, label_noise=0.2)
    wrong = np.concatenate([part.labels != part.opinions for part in parts])
    assert abs(wrong.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / len(wrong))


def test_words_follow_the_true_distribution():
    settings = {"intensity": 1.0, "intensity_spread": 0.0, "dilution": 0.0, "topics": 1}
    parts = simulated.chunks(rows=8000, reuse=0.0, **settings)
    praise = [t for p in parts for t, s in zip(p.texts, p.stances, strict=True) if s == 1.0]
    words = np.array(" ".join(praise).split(" "))
    seen = dict(zip(*np.unique(words, return_counts=True), strict=True))
    expected = len(words) * simulated.word_distribution("software", 1.0, **settings)
    observed = np.array([seen.get(word, 0) for word in simulated.vocabulary()])
    often = expected >= 10
    observed = np.append(observed[often], observed[~often].sum())
    expected = np.append(expected[often], expected[~often].sum())
    assert len(expected) > 1000
    assert stats.chisquare(observed, expected).pvalue > 1e-4


def test_rarity_moves_leanings_from_common_words_to_rare_ones():
    measured, moved = model.leanings(1.0, 0.0), model.leanings(1.0, 0.2)
    assert measured == pytest.approx(model.tables().log_odds)
    common = model.tables().word_shares.mean(0) > model.REFERENCE_SHARE
    leans = measured != 0
    assert np.array_equal(np.sign(moved), np.sign(measured))
    assert (abs(moved) < abs(measured))[common & leans].all()
    assert (abs(moved) >= abs(measured))[~common].all()


def test_long_reviews_contradict_their_opinion_more_often_than_short_ones():
    parts = list(simulated.chunks(rows=20_000))
    length = np.array([text.count(" ") + 1 for part in parts for text in part.texts])
    against = np.concatenate([part.stances * (2 * part.opinions - 1) < 0 for part in parts])
    assert against[length < 20].mean() < 0.5 * against[length > 100].mean() < 0.1


@pytest.mark.parametrize("reuse", [0.1, 0.6])
def test_repeats_leave_word_frequencies_and_raise_variance(reuse):
    plain, bursty = (
        np.array([text.split(" ").count("the") for text in corpus.texts])
        for corpus in (
            simulated.load(rows=4000, reuse=share, length_spread=0.0, length=100)
            for share in (0.0, reuse)
        )
    )
    error = np.sqrt(plain.var() / 4000 + bursty.var() / 4000)
    assert abs(plain.mean() - bursty.mean()) < 4 * error
    assert bursty.var() > 1.05 * plain.var()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"label_noise": 0.2, "reuse": 0.5, "topics": 3},
        {"intensity_spread": 1.5, "length": 10},
        {"rarity": 0.4, "evenness": 0.5, "dilution": 0.0},
    ],
)
def test_the_true_posterior_is_calibrated(given):
    """Among reviews that it gives probability p, a share p is positive: in each of 5 bins."""
    corpus = simulated.load(rows=1500, **given)
    posterior = simulated.true_posterior(corpus.texts, **given)
    assert ((posterior >= 0) & (posterior <= 1)).all()
    order = np.argsort(posterior)
    for rows in np.array_split(order, 5):
        p = posterior[rows]
        error = np.sqrt((p * (1 - p)).sum()) / len(rows)
        assert abs(corpus.labels[rows].mean() - p.mean()) < 4 * error + 1 / len(rows)


def test_no_classifier_beats_the_true_posterior(corpus):
    texts, labels = corpus.texts[:11_000], corpus.labels[:11_000]
    learner = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression())
    learned = learner.fit(texts[:10_000], labels[:10_000]).score(texts[10_000:], labels[10_000:])
    posterior = simulated.true_posterior(texts[10_000:], corpus.groups[10_000:11_000].tolist())
    best = np.mean((posterior > 0.5) == labels[10_000:])
    assert 0.8 < learned <= best + 0.01


def test_knowing_the_topic_does_not_hurt():
    corpus = simulated.load(rows=600, topics=3)
    truth = corpus.labels.astype(bool)
    blind = simulated.true_posterior(corpus.texts, topics=3)
    told = simulated.true_posterior(corpus.texts, corpus.groups.tolist(), topics=3)
    losses = [-np.log(np.where(truth, p, 1 - p)).mean() for p in (told, blind)]
    assert losses[0] <= losses[1] + 0.01


def test_a_model_of_simulated_reviews_judges_real_sentences(corpus):
    learner = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression())
    learner.fit(corpus.texts, corpus.labels)
    good = [
        "i love it, works great, highly recommend",
        "Excellent quality and easy to use. My kids love this!",
        "delicious, the best coffee we have had",
    ]
    bad = [
        "this is a terrible waste of money, broke after a day",
        "I want a refund. It stopped working and support was useless.",
        "boring and disappointing, do not buy",
    ]
    assert learner.predict(good).tolist() == [1, 1, 1]
    assert learner.predict(bad).tolist() == [0, 0, 0]


def test_without_opinion_only_length_and_topic_tell():
    settings = {"intensity": 0, "topics": 1, "label_noise": 0}
    texts = ["great love perfect", "terrible refund waste", "the of and", "the of"]
    posterior = simulated.true_posterior(texts, **settings)
    assert posterior[:3] == pytest.approx(posterior[0])
    assert posterior[3] != pytest.approx(posterior[0])


def test_a_million_rows_a_minute():
    start = time.process_time()
    rows = sum(len(part.texts) for part in itertools.islice(simulated.chunks(rows=40_960), 4))
    assert rows / (time.process_time() - start) > 1_000_000 / 60


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"rows": 1}, "rows"),
        ({"label_noise": 0.7}, "label_noise"),
        ({"intensty": 1}, "intensity"),
        ({"topics": 10}, "topics"),
        ({"rows_per_chunk": 0}, "rows_per_chunk"),
    ],
)
def test_a_bad_parameter_is_named(given, named):
    with pytest.raises(ParameterError, match=named):
        next(simulated.chunks(**given))


def test_an_unknown_topic_is_named():
    with pytest.raises(ParameterError, match="grocery"):
        simulated.word_distribution("grocer", 0.0)


def accuracy_at_10_000(texts, labels):
    learner = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression())
    return learner.fit(texts[:10_000], labels[:10_000]).score(texts[10_000:], labels[10_000:])


def loss_by_own_labels(texts, labels):
    """Accuracy at 3,000 rows of people's labels, less that of 1,000 and twice 1,000 own ones."""
    losses = []
    for order in (np.random.default_rng(i).permutation(len(texts)) for i in range(8)):
        rows, test = order[:3000], order[3000:11_000]
        reviews, held_out = [texts[i] for i in rows], [texts[i] for i in test]
        learner = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression())
        by_people = learner.fit(reviews, labels[rows]).score(held_out, labels[test])
        own = labels[rows[:1000]]
        for size in (1000, 2000):
            learner.fit(reviews[:size], own)
            own = np.append(own, learner.predict(reviews[size : size + 1000]))
        losses.append(by_people - learner.fit(reviews, own).score(held_out, labels[test]))
    return np.mean(losses)


def read_real():
    real = pd.read_parquet(REAL, columns=["title", "body", "label"]).dropna()
    real = real.groupby("label").sample(10_000, random_state=0).sample(frac=1, random_state=0)
    return (real.title + " " + real.body).tolist(), real.label.to_numpy(int)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real reviews are not on this machine")
def test_accuracy_is_that_of_real_reviews():
    simulation = simulated.load(rows=20_000)
    on_simulated = accuracy_at_10_000(simulation.texts, simulation.labels)
    assert abs(accuracy_at_10_000(*read_real()) - on_simulated) < 0.03


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real reviews are not on this machine")
def test_loss_by_own_labels_is_that_of_real_reviews():
    simulation = simulated.load(rows=20_000)
    on_simulated = loss_by_own_labels(list(simulation.texts), simulation.labels)
    assert abs(loss_by_own_labels(*read_real()) - on_simulated) < 0.015
