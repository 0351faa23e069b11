"""Chains of models that learn from their own output, in systems with a known theory.

Pure and deterministic. A replicate simulates many independent chains at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mc import plugins
from mc.randomness import stream
from mc.types import Array, GenerationRecord

RESULTS_VERSION = 1  # raise when a change alters numbers: stored chains are then not reused
AXES = ("system", "regime", "rate", "size")  # fields in which conditions differ

Values = dict[str, NDArray[np.float64]]  # metric to values, (chains,)


@dataclass(frozen=True)
class Condition:
    """Everything that defines chains, except the replicate.

    Parameters
    ----------
    system, regime : str
        Names of plug-ins.
    rate : float in [0, 1]
        Probability that the previous generation makes a new row.
    size : int
        New rows of each generation.
    generations : int
        Generations after generation 0, which learns from rows of the truth only.
    chains : int
        Number of chains of a replicate.
    seed : int
        Base of all random streams.
    """

    system: str
    regime: str
    rate: float
    size: int
    generations: int
    chains: int
    seed: int = 0


@dataclass(frozen=True, eq=False)
class State:
    """Progress of chains: the newest generation, and all rows so far, (chains, rows, ...)."""

    step: int
    collected: Array


def breed(
    corpus: None, condition: Condition, replicate: int, after: State | None = None
) -> Iterator[GenerationRecord]:
    """Yield means over the chains by generation, and their standard errors (suffix ``_se``).

    ``closeness``, which a study maximises, is minus the distance between the main metric's mean and
    its value for the truth.

    Under ``subsample`` all chains of a replicate draw the same row numbers, so standard errors over
    chains are slightly too small; the page takes its intervals from replicates.
    """
    system = plugins.load("systems", "systems", condition.system)
    main = next(iter(system.metrics))
    for values, portrait, state in _generations(condition, replicate, after):
        metrics = {name: float(of_chains.mean()) for name, of_chains in values.items()}
        root = np.sqrt(condition.chains)
        errors = {
            f"{name}_se": float(of_chains.std(ddof=1)) / root for name, of_chains in values.items()
        }
        closeness = -abs(metrics[main] - system.perfect[main])
        figures = {**metrics, **errors, **portrait, "closeness": closeness}
        yield GenerationRecord(figures, state=state)


def evolve(condition: Condition, replicate: int) -> Iterator[Values]:
    """Yield the metrics of each chain, generation by generation."""
    for values, _, _ in _generations(condition, replicate, None):
        yield values


def _generations(
    condition: Condition, replicate: int, after: State | None
) -> Iterator[tuple[Values, dict[str, float], State]]:
    system = plugins.load("systems", "systems", condition.system)
    regime = plugins.load("regimes", "regimes", condition.regime)
    size, steps = condition.size, condition.generations + 1
    sizes = [size * (step + 1) for step in range(steps)]

    def rng(purpose: str, step: int = 0) -> np.random.Generator:
        """Common random numbers for all rates and regimes."""
        return stream(condition.seed, replicate, condition.system, size, purpose, step)

    world = system.begin(rng("world"), condition.chains, size)
    collected, model = None, None
    if after:
        collected = after.collected.copy()
        rows = regime.rows(sizes, after.step, rng("regime", after.step))
        model = system.fit(world, collected[:, rows])
    for step in range(after.step + 1 if after else 0, steps):
        new = system.draw(world, rng("truth", step))  # (chains, size, ...)
        if collected is None:
            collected = np.empty((len(new), sizes[-1], *new.shape[2:]), new.dtype)
        else:
            chosen = rng("machine", step).random(new.shape[:2]) < condition.rate  # nested in rate
            made = system.imitate(world, model, new, rng("imitation", step))
            new = np.where(chosen.reshape(*chosen.shape, *[1] * (new.ndim - 2)), made, new)
        collected[:, sizes[step] - size : sizes[step]] = new
        rows = regime.rows(sizes, step, rng("regime", step))
        model = system.fit(world, collected[:, rows])
        portrait = system.portrait(world, model) if hasattr(system, "portrait") else {}
        yield system.measure(world, model), portrait, State(step, collected)
