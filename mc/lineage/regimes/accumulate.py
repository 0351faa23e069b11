"""Old rows stay: a generation trains on everything so far (the original study)."""

from collections.abc import Sequence

import numpy as np


def rows(sizes: Sequence[int], step: int, rng: np.random.Generator) -> slice:
    """All rows up to the generation's size."""
    return slice(0, sizes[step])
