"""Generations of models under selection: who they are, how they breed, how they are scored.

Pure and deterministic. Knows nothing of MLflow, Optuna or files.

The original study's sixth experiment: a first population with randomly mutated settings; the best
have children each, whose training labels come from the parent at the child's own collapse rate.
Ours selects on a validation set and keeps a test set that selection never sees.
"""

from mc.evolution.individuals import (
    DEFAULTS,
    GENES,
    Individual,
    Protocol,
    first_population,
    offspring,
    survivors,
)
from mc.evolution.refits import RESULTS_VERSION, Arena, Refit, Split
from mc.evolution.vectoriser import CANDIDATES, Vectoriser

__all__ = [
    "CANDIDATES",
    "DEFAULTS",
    "GENES",
    "RESULTS_VERSION",
    "Arena",
    "Individual",
    "Protocol",
    "Refit",
    "Split",
    "Vectoriser",
    "first_population",
    "offspring",
    "survivors",
]
