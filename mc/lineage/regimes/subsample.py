"""Each generation trains on a sample of all rows so far, as large as generation 0."""

from collections.abc import Sequence

import numpy as np

from mc.types import Rows


def rows(sizes: Sequence[int], step: int, rng: np.random.Generator) -> Rows:
    """As many rows as generation 0 has, drawn without replacement."""
    drawn = rng.choice(sizes[step], size=sizes[0], replace=False, shuffle=False)
    return np.sort(drawn).astype(np.int64)
