"""Individuals, and how the best of them breed. Knows nothing of data or training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mc.lineage import backends
from mc.lineage.space import Choice, Range, Space, mutate
from mc.randomness import stream
from mc.settings import Value, Values

GENES: Space = {
    "min_df": Range(1, 100, log=True),
    "ngrams": Choice(("1-1", "1-2", "1-3", "2-2", "2-3")),
}
DEFAULTS: Values = {"min_df": 1, "ngrams": "1-1"}  # the original study's vectoriser


@dataclass(frozen=True)
class Protocol:
    """Everything that defines an evolution.

    Parameters
    ----------
    backend : str
        Name of the plug-in.
    backend_params : mapping
        All its parameters: where mutation begins.
    population, survivors, children : int
        Individuals of generation 0; parents in each generation; children of each parent.
    train_size, validation_size, test_size : int
        Rows of a training set, and of the two sets held out.
    refits : int
        Fits of an individual, each with its own rows, draws and model seed.
    rate, rate_sd : float
        Mean of the first collapse rates; standard deviation of their mutation.
    seed : int
        Base of all random streams.
    """

    backend: str
    backend_params: Values = field(default_factory=dict)
    population: int = 100
    survivors: int = 10
    children: int = 10
    train_size: int = 10_000
    validation_size: int = 10_000
    test_size: int = 20_000
    refits: int = 5
    rate: float = 0.05
    rate_sd: float = 0.01
    seed: int = 0

    @property
    def space(self) -> Space:
        """What mutates: the vectoriser's and the backend's settings."""
        backend = backends.find(self.backend)
        return {**GENES, **getattr(backend, "space", {})}

    @property
    def start(self) -> dict[str, Value]:
        """The settings before any mutation."""
        settings = {**self.backend_params, **DEFAULTS}
        return {name: axis.neat(settings[name]) for name, axis in self.space.items()}


@dataclass(frozen=True)
class Individual:
    """A model before its training: its settings, and the source of its labels.

    Parameters
    ----------
    name : str
        Its key.
    generation, index : int
        Its place; ``index`` is -1 for a control, which has no place.
    parent : str
        Key of the individual that labels; empty where people label everything.
    rate : float in [0, 1]
        Share of its training rows that its parent labels.
    genes : mapping
        Settings of the protocol's space.
    """

    name: str
    generation: int
    index: int
    parent: str
    rate: float
    genes: Values


def first_population(protocol: Protocol) -> list[Individual]:
    """Mutants of the starting settings, labelled by people."""
    origin = Individual("", -1, -1, "", protocol.rate, protocol.start)
    return [_mutant(protocol, origin, index) for index in range(protocol.population)]


def offspring(protocol: Protocol, parents: Sequence[Individual]) -> list[Individual]:
    """The next generation: mutants of each parent in turn."""
    families = [parent for parent in parents for _ in range(protocol.children)]
    return [_mutant(protocol, parent, index) for index, parent in enumerate(families)]


def survivors(
    generation: Sequence[Individual], scores: Mapping[str, float], most: int
) -> list[Individual]:
    """The individuals with the highest scores; of equal scores the first."""
    return sorted(generation, key=lambda one: (-scores[one.name], one.index))[:most]


def _mutant(protocol: Protocol, parent: Individual, index: int) -> Individual:
    """A child; its draws depend on its place alone."""
    generation = parent.generation + 1
    rng = stream(protocol.seed, "mutation", generation, index)
    rate = round(float(np.clip(parent.rate + rng.normal(0, protocol.rate_sd), 0, 1)), 4)
    genes = mutate(parent.genes, protocol.space, rng)
    name = f"generation {generation}, individual {index}"
    return Individual(name, generation, index, parent.name, rate, genes)
