"""L2-penalised logistic regression on sparse rows: Newton steps solved by conjugate gradients.

The truncated Newton method is that of Lin, Weng & Keerthi (2008, JMLR 9, "Trust region Newton
method for large-scale logistic regression"), with backtracking for the trust region; the diagonal
preconditioner is that of Hsia, Chiang & Lin (2018, ACML). Everything is float32, so that products
with the matrix need no conversion: they take almost all the time of a fit.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import expit

from mc.types import Array

Vector = Array  # float32
INNER = (
    0.05  # of the gradient's norm is left by a Newton step: one step then does, near the optimum
)
MAX_INNER = 100
HALVINGS = 20


def minimise(
    X: csr_matrix,
    y: Vector,
    start: Vector,
    *,
    C: float,
    tol: float,
    max_iter: int,
    weights: Vector | None = None,
) -> tuple[Vector, int]:
    """Minimise the mean log loss plus ``|w|^2 / (2 C n)``; the intercept is not penalised.

    With weights the mean is weighted and n is their sum.

    Parameters
    ----------
    X : (n, d) csr, float32
        Rows.
    y : (n,) float32, 0 or 1
        Labels.
    start : (d + 1,) float32
        Initial coefficients and intercept; zeros are used instead if their loss is smaller.
    C : float
        Inverse strength of the penalty, as in scikit-learn.
    tol : float
        Stop when no entry of the mean gradient is larger.
    max_iter : int
        Maximum Newton steps.
    weights : (n,) float32 above 0, optional
        Weights of the rows; weight 2 equals two copies of a row.

    Returns
    -------
    ((d + 1,) float32; int)
        Coefficients and intercept; number of Newton steps.
    """
    problem = _Problem(X, y, C, weights)
    w, z = start, problem.log_odds(start)
    loss = problem.loss(w, z)
    if loss > np.log(2):  # the loss of zeros, from which Newton steps converge
        w, z, loss = np.zeros_like(w), np.zeros_like(z), np.log(2)
    for step in range(max_iter):
        p: Vector = expit(z)
        gradient = problem.gather(problem.Xt, problem.share(p - y)) + problem.penalty * w
        if np.abs(gradient).max() <= tol:
            return w, step
        direction = _newton_direction(problem, problem.share(p * (1 - p)), gradient)
        along = problem.log_odds(direction)
        for halving in range(HALVINGS):
            stride = np.float32(0.5**halving)
            w_next, z_next = w + stride * direction, z + stride * along
            loss_next = problem.loss(w_next, z_next)
            if loss_next < loss:
                break
        else:
            return w, step  # no further progress in float32
        w, z, loss = w_next, z_next, loss_next
    return w, max_iter


class _Problem:
    """Rows, labels and weights, and the products that the solver needs."""

    def __init__(self, X: csr_matrix, y: Vector, C: float, weights: Vector | None) -> None:
        rows, d = X.shape
        n = rows if weights is None else float(weights.sum(dtype=np.float64))
        self.X, self.Xt, self.y, self.n = X, X.T, y, np.float32(n)
        self.weights = weights
        self.squares = csr_matrix((X.data**2, X.indices, X.indptr), shape=X.shape, copy=False).T
        self.penalty = np.append(np.full(d, 1 / (C * n), np.float32), np.float32(0))

    def log_odds(self, w: Vector) -> Vector:
        """Log-odds of each row, (n,)."""
        z: Vector = self.X @ w[:-1] + w[-1]
        return z

    def share(self, rows: Vector) -> Vector:
        """Contribution of each row to a mean, (n,)."""
        return self.weighted(rows) / self.n

    def weighted(self, rows: Vector) -> Vector:
        """Values of rows times their weights, (n,)."""
        return rows if self.weights is None else rows * self.weights

    def gather(self, columns: NDArray[np.integer], rows: Vector) -> Vector:
        """Sum row values into coefficients (d + 1,); ``columns`` (d, n) holds the factors."""
        return np.append(columns @ rows, rows.sum(dtype=np.float64).astype(np.float32))

    def loss(self, w: Vector, z: Vector) -> float:
        """The objective at coefficients with these log-odds."""
        losses = self.weighted(np.logaddexp(0, z) - self.y * z)
        mean = losses.sum(dtype=np.float64) / float(self.n)
        return float(mean + (self.penalty * w**2).sum(dtype=np.float64) / 2)


def _newton_direction(problem: _Problem, weights: Vector, gradient: Vector) -> Vector:
    """Solve ``hessian @ direction = -gradient`` to `INNER`, without forming the hessian."""
    shape, kind = (len(gradient), len(gradient)), np.float32
    diagonal = problem.gather(problem.squares, weights) + problem.penalty
    inverse: Vector = np.float32(1) / np.maximum(diagonal, np.finfo(kind).tiny)

    def hessian(s: Vector) -> Vector:
        curved = problem.gather(problem.Xt, weights * problem.log_odds(s))
        product: Vector = curved + problem.penalty * s
        return product

    def precondition(s: Vector) -> Vector:
        product: Vector = inverse * s
        return product

    direction, _ = cg(
        LinearOperator(shape, matvec=hessian, dtype=kind),
        -gradient,
        rtol=INNER,
        maxiter=MAX_INNER,
        M=LinearOperator(shape, matvec=precondition, dtype=kind),
    )
    return np.asarray(direction, kind)
