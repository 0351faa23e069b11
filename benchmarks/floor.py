"""What no bookkeeping can beat: the solver on the ready matrix, and one pass of score.

And below that: what the passes that the solver makes over the matrix cost at the speed of memory.
"""

import time
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from benchmarks import bandwidth
from benchmarks.task import Task, Timed
from mc.data.features import open_features, prepare
from mc.lineage import backends
from mc.lineage.replicate import Replicate
from mc.lineage.view import view_of

COLUMNS = ("reviews", "fit, s", "passes over the matrix", "those at memory speed, s")


class Counting(csr_matrix):
    """Rows that count how often they are gone through: products with them and their transpose."""

    passes = 0

    def __matmul__(self, other: Any) -> Any:
        Counting.passes += 1
        return super().__matmul__(other)

    def transpose(self, axes: Any = None, copy: bool = False) -> Any:
        return _Transposed(super().transpose(axes, copy), copy=False)


class _Transposed(csc_matrix):
    def __matmul__(self, other: Any) -> Any:
        Counting.passes += 1
        return super().__matmul__(other)


def run(task: Task, elements: int = bandwidth.ELEMENTS) -> Timed:
    """Time it on human labels, each fit started from the one before, on one thread."""
    corpus, condition = task.corpus(), task.condition
    backend = backends.find(condition.backend)
    features = open_features(prepare(corpus.digest, lambda: corpus)[0])
    draws = Replicate.draw(len(corpus), condition, 0)
    y, truth = features.labels[draws.order], features.labels[draws.test]
    view = view_of(features, condition, draws)
    speed, previous = bandwidth.triad(elements), None
    seconds, trained, fits = [], [], []
    for step, size in enumerate(condition.sizes):
        rows, X_test = view.collected(step, slice(0, size)), view.held_out(step)
        given = {"seed": 0, "previous": previous, **condition.backend_params}
        passes = _passes(backend, rows, y[:size], given)
        start = time.perf_counter()
        previous = backend.fit(rows, y[:size], **given)
        fitted = time.perf_counter()
        positive = X_test @ previous.coef_[0] + previous.intercept_[0] > 0  # (m,)
        seconds.append(time.perf_counter() - start)
        trained.append({"train_size": float(size), "accuracy": float(np.mean(positive == truth))})
        least = passes * _bytes(rows) / speed
        fits.append(dict(zip(COLUMNS, (size, fitted - start, passes, least), strict=True)))
    return Timed(seconds, trained, {"GB/s": speed / 1e9, "fits": fits})


def _passes(backend: Any, X: csr_matrix, y: Any, given: dict[str, Any]) -> int:
    """How often a fit goes through its rows, as far as it does so by scipy's products."""
    Counting.passes = 0
    backend.fit(Counting(X), y, **given)
    return Counting.passes


def _bytes(X: csr_matrix) -> int:
    return int(X.data.nbytes + X.indices.nbytes + X.indptr.nbytes)
