"""Named random streams: the same names and seed give the same numbers, in any process and order."""

import hashlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Generator for one named purpose.

    Parameters
    ----------
    seed : int
        The user's seed, at least 0.
    *names
        What the numbers are for, as ``stream(seed, replicate, "order")``. Streams of
        different names are independent (``numpy.random.SeedSequence`` spawn keys).
    """
    digest = hashlib.sha256(repr(names).encode()).digest()
    key = np.frombuffer(digest, dtype="<u4")[:4]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(map(int, key))))
