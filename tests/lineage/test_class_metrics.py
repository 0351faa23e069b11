"""Metrics of more than two classes, each against scikit-learn's."""

import re

import numpy as np
import pytest
from sklearn import metrics as of_sklearn

from mc.lineage import class_metrics, metrics
from mc.lineage.class_metrics import MAX_NAMED, evaluate, rarest, series

NAMES = ("one star", "2 stars", "three", "4", "5")
SHARES = np.array([0.4, 0.3, 0.2, 0.08, 0.02])
RNG = np.random.default_rng(1)
TRUTH = RNG.choice(5, 3000, p=SHARES).astype(np.int8)
PROBABILITY = RNG.dirichlet(np.ones(5), 3000)
PROBABILITY[np.arange(3000), TRUTH] += 0.4
PROBABILITY /= PROBABILITY.sum(1, keepdims=True)
GUESS = PROBABILITY.argmax(1)


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    return evaluate(PROBABILITY, TRUTH, TRUTH, classes=NAMES, shares=SHARES)


def test_metrics_are_scikit_learns(scores):
    expected = {
        "accuracy": of_sklearn.accuracy_score(TRUTH, GUESS),
        "balanced_accuracy": of_sklearn.balanced_accuracy_score(TRUTH, GUESS),
        "f1": of_sklearn.f1_score(TRUTH, GUESS, average="macro"),
        "roc_auc": of_sklearn.roc_auc_score(TRUTH, PROBABILITY, multi_class="ovr"),
        "log_loss": of_sklearn.log_loss(TRUTH, PROBABILITY),
        "brier_score": of_sklearn.brier_score_loss(TRUTH, PROBABILITY, scale_by_half=False),
    }
    assert {name: scores[name] for name in expected} == pytest.approx(expected)
    recalls = of_sklearn.recall_score(TRUTH, GUESS, average=None)
    assert [scores[f"recall/{name}"] for name in series(NAMES)] == pytest.approx(recalls.tolist())


def test_shares_of_predictions_sum_to_one_and_the_largest_is_among_them(scores):
    shares = [scores[f"share/{name}"] for name in series(NAMES)]
    assert sum(shares) == pytest.approx(1)
    assert max(shares) == scores["largest_share"]
    assert scores["agreement"] == scores["accuracy"]  # the reference is the truth here


def test_what_is_rare_is_so_by_human_labels(scores):
    assert rarest(SHARES).tolist() == [4, 3]
    rare = np.isin(TRUTH, [3, 4])
    assert scores["rare_recall"] == pytest.approx((GUESS == TRUTH)[rare].mean())
    assert rarest(np.array([0.5, 0.5])).tolist() == [0]  # at least one


def test_a_classifier_of_one_class_has_lost_all_others():
    certain = np.eye(5)[np.zeros(3000, int)]
    lost = evaluate(certain, TRUTH, TRUTH, classes=NAMES, shares=SHARES)
    assert (lost["classes_lost"], lost["largest_share"], lost["prediction_entropy"]) == (4, 1, 0)
    assert lost["share_divergence"] == pytest.approx(-np.log2(np.mean(TRUTH == 0)))


def test_perfect_predictions_diverge_from_nothing():
    perfect = evaluate(np.eye(5)[TRUTH], TRUTH, TRUTH, classes=NAMES, shares=SHARES)
    assert perfect["share_divergence"] == perfect["calibration_error"] == 0
    assert perfect["accuracy"] == perfect["f1"] == perfect["rare_recall"] == 1


def test_a_class_without_held_out_rows_has_no_recall_and_is_in_no_mean():
    few = TRUTH < 4
    scores = evaluate(PROBABILITY[few], TRUTH[few], TRUTH[few], classes=NAMES, shares=SHARES)
    assert np.isnan(scores["recall/5"])
    assert np.isfinite(scores["balanced_accuracy"])
    assert np.isfinite(scores["roc_auc"])
    assert np.isfinite(scores["share_divergence"])


def test_many_classes_have_no_metrics_of_their_own():
    n = MAX_NAMED + 1
    names = tuple(map(str, range(n)))
    truth = np.arange(n).repeat(2)
    many = evaluate(np.eye(n)[truth], truth, truth, classes=names, shares=np.full(n, 1 / n))
    assert set(many) == set(class_metrics.DESCRIPTIONS)


def test_names_follow_the_grammar_and_the_glossary_knows_them(scores):
    assert all(re.match(r"^[a-z][a-z0-9_]*(/\w+)?$", name) for name in scores)
    assert set(class_metrics.descriptions(scores)) == set(scores)
    two = class_metrics.descriptions(metrics.DESCRIPTIONS)
    assert two == metrics.DESCRIPTIONS
