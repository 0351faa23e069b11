"""Something that takes memory, in a module that a process of its own imports in no time."""

import time

import numpy as np

from benchmarks import apart


def hold(size: int) -> int:
    kept = np.ones(size, np.int8)
    time.sleep(2 * apart.POLL_SECONDS)
    return int(kept.sum())
