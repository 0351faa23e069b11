"""Laws of the logistic solver, held against scikit-learn's."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from sklearn.linear_model import LogisticRegression

from mc.lineage.backends._newton import minimise


def problem(rows: int = 400, columns: int = 60, seed: int = 0) -> tuple[csr_matrix, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = random(rows, columns, 0.15, "csr", np.float32, rng).astype(np.float32)
    truth = X @ rng.normal(0, 4, columns)
    return X, (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(np.float32)


def solve(X, y, *, start=None, C=1.0, tol=1e-6, max_iter=100):
    start = np.zeros(X.shape[1] + 1, np.float32) if start is None else start
    return minimise(X, y, start, C=C, tol=tol, max_iter=max_iter)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_the_optimum_is_scikit_learns(C):
    X, y = problem()
    w, _ = solve(X, y, C=C)
    X64 = X.astype(np.float64)
    exact = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(X64, y)
    np.testing.assert_allclose(
        X @ w[:-1] + w[-1], exact.decision_function(X64), atol=0.002 * max(1, np.sqrt(C))
    )


@pytest.mark.parametrize("C", [1.0, 1e6])
def test_it_stops_where_the_gradient_is_small_even_where_classes_can_be_separated(C):
    X, y = problem(rows=50, columns=200)
    w, steps = solve(X, y, C=C, tol=1e-5)
    z = (X @ w[:-1] + w[-1]).astype(np.float64)
    gradient = X.T @ (1 / (1 + np.exp(-z)) - y) / len(y) + w[:-1] / (C * len(y))
    assert np.abs(gradient).max() <= 2e-5
    assert 0 < steps < 100


def test_it_stays_where_it_is_at_the_optimum():
    X, y = problem()
    w, _ = solve(X, y)
    again, steps = solve(X, y, start=w, tol=1e-5)
    assert steps == 0
    assert again is w


def test_a_bad_start_is_survived():
    X, y = problem()
    far = np.full(X.shape[1] + 1, 300, np.float32)
    w, _ = solve(X, y, start=far)
    np.testing.assert_allclose(w, solve(X, y)[0], atol=0.01)


def test_what_float32_cannot_reach_ends_all_the_same():
    X, y = problem()
    _, steps = solve(X, y, tol=0.0)
    assert steps < 100


def test_max_iter_bounds_the_steps():
    X, y = problem()
    assert solve(X, y, max_iter=1)[1] == 1
