"""A simulated number and the one that a law expects."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Check:
    """A simulated number and the law's.

    Parameters
    ----------
    quantity, regime : str
        What was simulated.
    generation : int
        As the law's source counts it.
    observed, standard_error : float
        Of the simulation.
    expected : float
        By the law.
    is_bound : bool
        Whether the law only says that the number is ``expected`` at most.
    """

    quantity: str
    regime: str
    generation: int
    observed: float
    standard_error: float
    expected: float
    is_bound: bool = False

    @property
    def z(self) -> float:
        """Standard errors by which the simulation lies above the law; NaN without an error."""
        if not self.standard_error > 0:
            return math.nan
        return (self.observed - self.expected) / self.standard_error

    def passes(self, tolerance: float) -> bool:
        """Whether the number is within so many standard errors of the law or its bound."""
        return (self.z if self.is_bound else abs(self.z)) <= tolerance


def mean_and_error(values: Iterable[float] | NDArray[np.float64]) -> tuple[float, float]:
    """Mean of independent values and its standard error."""
    array = np.asarray(values, dtype=np.float64)
    return float(array.mean()), float(array.std(ddof=1) / np.sqrt(len(array)))
