"""Each metric against scikit-learn's, and the edges that a collapsed model reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from mc.lineage.metrics import CALIBRATION_BINS, DESCRIPTIONS, TIMINGS, evaluate


def predictions(seed: int, n: int = 400, ties: bool = False):
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.4).astype(np.int8)
    truth[:2] = 0, 1
    probability = np.clip(rng.normal(0.3 + 0.3 * truth, 0.3), 0, 1)
    return (np.round(probability, 1) if ties else probability), truth


@given(seed=st.integers(0, 10_000), ties=st.booleans())
def test_metrics_are_those_of_scikit_learn(seed, ties):
    probability, truth = predictions(seed, ties=ties)
    predicted = probability > 0.5
    expected = {
        "accuracy": sk.accuracy_score(truth, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(truth, predicted),
        "f1": sk.f1_score(truth, predicted),
        "roc_auc": sk.roc_auc_score(truth, probability),
        "log_loss": sk.log_loss(truth, probability),
        "brier_score": sk.brier_score_loss(truth, probability),
        "positive_share": predicted.mean(),
    }
    found = evaluate(probability, truth, truth)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_calibration_error_is_the_binned_gap(seed):
    probability, truth = predictions(seed, n=5000)
    frequency, confidence = calibration_curve(truth, probability, n_bins=CALIBRATION_BINS)
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    weights = np.histogram(probability, edges)[0]
    weights = weights[weights > 0] / len(truth)
    expected = float(np.sum(weights * np.abs(frequency - confidence)))
    found = evaluate(probability, truth, truth)["calibration_error"]
    assert found == pytest.approx(expected, abs=2e-3)


def test_perfect_and_useless_predictions():
    truth = np.array([0, 0, 1, 1], np.int8)
    perfect = evaluate(truth.astype(float), truth, truth)
    assert perfect["accuracy"] == perfect["roc_auc"] == perfect["f1"] == perfect["agreement"] == 1
    assert perfect["prediction_entropy"] == perfect["calibration_error"] == 0
    undecided = evaluate(np.full(4, 0.5), truth, 1 - truth)
    assert undecided["prediction_entropy"] == 1
    assert undecided["roc_auc"] == 0.5
    assert undecided["positive_share"] == 0


def test_a_constant_wrong_model_has_finite_metrics():
    truth = np.array([0, 1, 1], np.int8)
    found = evaluate(np.zeros(3), truth, truth)
    assert all(np.isfinite(value) for value in found.values())
    assert found["roc_auc"] == 0.5


def test_every_metric_is_described():
    probability, truth = predictions(0)
    of_the_lineage = {"train_size", "synthetic_share", "label_error", *TIMINGS}
    assert set(evaluate(probability, truth, truth)) | of_the_lineage == set(DESCRIPTIONS)
