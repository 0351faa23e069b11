"""Runs a system of `mc.lineage.systems` in blocks of chains, for laws about it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.validate.laws._check import Check, mean_and_error
from mc.lineage.chains import Condition, evolve

BLOCK = 500  # chains simulated side by side

# From the number of a fit (from 1) to metrics to the value of each chain.
Simulated = dict[int, dict[str, NDArray[np.float64]]]


def simulate(
    system: str, regime: str, *, size: int, fits: Sequence[int], chains: int, seed: int
) -> Simulated:
    """Metrics of the chains at some fits, with machine-made rows only.

    Parameters
    ----------
    fits : sequence of int
        Counted as papers do: 1 learns from the truth (generation 0 of this laboratory).
    chains : int
        Rounded up to whole blocks.
    """
    condition = Condition(system, regime, 1.0, size, max(fits) - 1, min(chains, BLOCK), seed)
    blocks = [
        {n: values for n, values in enumerate(evolve(condition, block), start=1) if n in fits}
        for block in range(-(-chains // condition.chains))
    ]
    return {
        n: {name: np.concatenate([block[n][name] for block in blocks]) for name in blocks[0][n]}
        for n in fits
    }


def compare(
    quantity: str, regime: str, metric: str, simulated: Simulated, expected: dict[int, float]
) -> list[Check]:
    """Means over chains and the expected ones, fit by fit."""
    return [
        Check(quantity, regime, n, *mean_and_error(simulated[n][metric]), value)
        for n, value in expected.items()
    ]
