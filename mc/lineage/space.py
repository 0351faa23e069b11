"""Ranges of a classifier's settings, for evolution, which mutates, and the model search."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np

from mc.errors import ParameterError
from mc.settings import Value, Values

MUTATED = 0.5  # chance that a value changes in one mutation
STEP = 0.15  # standard deviation of a step, as a share of the range on its scale
DIGITS = 4  # significant digits of a value, so that it is short to write


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high``, both included; integers if both bounds are.

    Parameters
    ----------
    low, high : int or float
        Bounds; positive if the scale is logarithmic.
    log : bool
        Whether steps are factors instead of differences.
    """

    low: float
    high: float
    log: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the range has integers only."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def neat(self, value: Value) -> float:
        """The nearest value of the range that is short to write."""
        inside = min(max(float(value), self.low), self.high)
        return round(inside) if self.is_whole else float(f"{inside:.{DIGITS}g}")

    def step(self, value: Value, rng: np.random.Generator) -> float:
        """A normal step from a value, on the range's scale; a whole number moves by at least 1."""
        start, low, high = (
            log(at) if self.log else at for at in (float(value), self.low, self.high)
        )
        moved = start + float(rng.normal(0, STEP * (high - low)))
        moved = low + abs(moved - low)  # reflected at the bounds
        moved = high - abs(high - moved)
        reached = self.neat(exp(moved) if self.log else moved)
        if self.is_whole and reached == value:
            return self.neat(value + (1 if moved > start else -1))
        return reached


@dataclass(frozen=True)
class Choice:
    """One of several values without an order."""

    values: tuple[Value, ...]

    def neat(self, value: Value) -> Value:
        """The value itself."""
        return value

    def step(self, value: Value, rng: np.random.Generator) -> Value:
        """Another of the values, all equally likely."""
        others = [other for other in self.values if other != value]
        return others[int(rng.integers(len(others)))] if others else value


Space = Mapping[str, Range | Choice]


def mutate(values: Values, space: Space, rng: np.random.Generator) -> dict[str, Value]:
    """Step each value of the space with chance `MUTATED`, and at least one of them."""
    names = list(space)
    moved = rng.random(len(names)) < MUTATED
    moved[int(rng.integers(len(names)))] |= not moved.any()
    steps = {name: space[name].step(values[name], rng) for name in np.array(names)[moved].tolist()}
    return {**values, **steps}


def check_inside(what: str, values: Values, space: Space) -> None:
    """Refuse values outside their range.

    Raises
    ------
    ParameterError
        When there is one; names the value and the range.
    """
    for name, axis in space.items():
        if isinstance(axis, Range) and not axis.low <= float(values[name]) <= axis.high:
            raise ParameterError(
                f"{what}: {name}={values[name]} lies outside the range that can be varied, "
                f"{axis.low:g} to {axis.high:g}"
            )
