"""How fast this machine moves memory. Knows arrays, nothing of models."""

import time

import numpy as np

ELEMENTS = 20_000_000  # 160 MB an array, beyond any cache


def triad(elements: int = ELEMENTS, tries: int = 5) -> float:
    """Bytes a second that one thread moves in ``a = b + s * c`` (McCalpin's STREAM), best of all.

    numpy takes two passes for it, of two and three arrays.
    """
    a, b, c = (np.full(elements, value) for value in (0.0, 1.0, 2.0))
    best = np.inf
    for _ in range(tries):
        start = time.perf_counter()
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)
        best = min(best, time.perf_counter() - start)
    return 5 * a.nbytes / best
