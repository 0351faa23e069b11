"""Stages that grow by increments at several collapse rates: they differ in their defaults only."""

from collections.abc import Iterable
from dataclasses import replace

from mc.engine.common import COMMON, Settings, condition, growth
from mc.engine.grids import run_classifiers
from mc.params import Param


def percent(first: int, last: int, step: int = 1) -> tuple[float, ...]:
    """Rates from ``first`` to ``last`` per cent, both included, as exact decimals."""
    return tuple(each / 100 for each in range(first, last + 1, step))


def parameters(
    rates: Iterable[float], initial_size: int, increment: int, final_size: int
) -> dict[str, Param]:
    """Parameters of such a stage with its own defaults."""
    return {
        "rates": Param(
            tuple(rates),
            "shares of each increment that the previous generation labels",
            low=0.0,
            high=1.0,
        ),
        "initial_size": Param(initial_size, "human-labelled reviews of generation 0", low=2),
        "increment": Param(increment, "reviews that each generation adds", low=1),
        "final_size": Param(final_size, "reviews of the last generation", low=2),
        **COMMON,
    }


def run(stage: str, settings: Settings) -> None:
    """Run such a stage."""
    sizes = growth(*(settings[name] for name in ("initial_size", "increment", "final_size")))
    template = condition(settings, sizes)
    rates = [replace(template, rate=rate) for rate in settings["rates"]]
    run_classifiers(stage, settings, rates)
