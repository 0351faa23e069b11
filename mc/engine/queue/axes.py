"""Ranges and choices in Optuna's terms."""

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from mc.lineage.space import Choice, Range

MOST = 10**9  # of a whole-numbered axis


def axis(given: Range | Choice) -> BaseDistribution:
    """The distribution of a declared range or choice."""
    if isinstance(given, Choice):
        return CategoricalDistribution(given.values)
    if given.is_whole:
        return IntDistribution(int(given.low), int(given.high), log=given.log)
    return FloatDistribution(given.low, given.high, log=given.log)


def axis_of(value: float | int) -> IntDistribution | FloatDistribution:
    """The distribution of a value without a declared range: a whole number or a share."""
    return IntDistribution(0, MOST) if isinstance(value, int) else FloatDistribution(0.0, 1.0)
