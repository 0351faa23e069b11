"""Laws of labels that are probabilities, of two classes and of more."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, issparse

from mc.engine.common import DataSettings
from mc.engine.preparation import prepare_rows
from mc.lineage import backends
from mc.lineage.backends import takes_weights
from mc.lineage.corpus import open_rows
from mc.lineage.loop import Condition, lineage
from mc.lineage.soft_labels import LEAST, weighted
from mc.lineage.training_set import HUMAN, Ledger, as_rows, classes

M, K = 200, 5
rng = np.random.default_rng(0)
SOFT = rng.dirichlet(np.full(K, 0.7), M)  # (m, K)
SOFT[:20] = np.eye(K)[rng.integers(0, K, 20)]  # some are sure
X = np.arange(M)[:, None] + np.array([[0.0, 0.5]])  # a row is known by its first column


def copies(rows, target, weight=None):
    """Row number, class and weight of each copy."""
    found, labels, weights = weighted(rows, target, weight)
    dense = found.toarray() if issparse(found) else np.asarray(found)
    return dense[:, 0].astype(int), labels, weights


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix, pd.DataFrame])
def test_copies_weigh_what_their_class_is_worth_and_each_row_as_much_as_before(kind):
    weight = rng.random(M) + 0.5
    rows, labels, weights = copies(kind(X), SOFT, weight)
    assert np.allclose(np.bincount(rows, weights), weight)
    table = np.zeros((M, K))
    table[rows, labels] = weights / weight[rows]
    assert np.allclose(table, SOFT, atol=K * LEAST)
    assert len(set(zip(rows, labels, strict=True))) == len(rows)  # none twice


def test_the_loss_of_the_copies_is_that_of_the_soft_labels():
    predicted = rng.dirichlet(np.ones(K), M)
    rows, labels, weights = copies(X, SOFT)
    loss = -(weights * np.log(predicted[rows, labels])).sum()
    assert loss == pytest.approx(-(SOFT * np.log(predicted)).sum(), rel=1e-3)


def test_two_classes_are_the_same_in_one_number_and_in_two():
    positive = np.round(rng.random(M), 2)
    one = copies(X, positive)
    two = copies(X, np.column_stack([1 - positive, positive]))
    tables = [pd.DataFrame(dict(zip("rlw", each, strict=True))) for each in (one, two)]
    ordered = [table.sort_values(["r", "l"], ignore_index=True) for table in tables]
    pd.testing.assert_frame_equal(*ordered)


def test_labels_that_are_classes_or_sure_are_not_copied():
    labels = SOFT.argmax(1)
    for target in (labels, as_rows(labels, K)):
        found, same, weights = weighted(X, target, None)
        assert found is X
        assert np.array_equal(same, labels)
        assert weights is None


def test_new_classes_join_soft_labels_as_sure_ones():
    none = np.zeros(M, bool)
    ledger = Ledger(SOFT, np.full(M, HUMAN, np.int16), none, none)
    longer = ledger.extended(np.array([3, 0]), np.full(2, HUMAN, np.int16))
    assert np.array_equal(longer.target[:M], SOFT)
    assert np.array_equal(longer.target[M:], np.eye(K)[[3, 0]])
    assert np.array_equal(classes(longer.target)[M:], [3, 0])


@pytest.fixture(scope="module")
def wine():
    return open_rows(prepare_rows(DataSettings.read({"data": "wine"})))


WANTED = Condition((40, 70, 100), rate=0.6, regime="replace", test_size=60)


def ends(rows, backend="logistic", **changes):
    settings = backends.find(backend).Parameters().values()
    wanted = replace(WANTED, backend=backend, backend_params=settings, **changes)
    *_, last = lineage(rows, wanted, 0, count_labels=True)
    return last


@pytest.mark.parametrize("backend", backends.plugins.names("backends"))
@pytest.mark.parametrize(
    "strategy",
    [
        "soft_labels",
        "soft_labels+fresh_labels+accumulate",
        "soft_labels+ensemble",
        "verifier+soft_labels",
    ],
)
def test_lineages_of_three_classes_learn_soft_labels(wine, backend, strategy):
    assert takes_weights(backends.find(backend))
    last = ends(wine, backend, strategy=strategy)
    assert last.metrics["accuracy"] > 0.3
    target, origin = last.state.ledger.target, last.state.ledger.origin
    assert target.shape == (100, 3)
    assert np.allclose(target.sum(1), 1)
    human = target[origin == HUMAN]
    assert np.array_equal(human.max(1), np.ones(len(human)))
    if strategy == "soft_labels":
        assert ((target > 0) & (target < 1)).any()


def test_soft_labels_of_a_sure_model_are_its_classes(wine):
    """A tree grown to pure leaves gives 0 and 1, so that both ways of labelling are one."""
    path = "sklearn.tree:DecisionTreeClassifier"
    soft, hard = (
        ends(wine, path, strategy=strategy, rate=1.0) for strategy in ("soft_labels", "none")
    )
    for name in ("accuracy", "log_loss", "label_error"):
        assert soft.metrics[name] == hard.metrics[name]
