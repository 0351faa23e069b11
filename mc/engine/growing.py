"""Experiments that grow by increments at several collapse rates: they differ in defaults only."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from mc.engine.common import StudySettings, growth

Rate = Annotated[float, Field(ge=0, le=1)]
Rates = Annotated[
    tuple[Rate, ...],
    Field(description="shares of each increment that the previous generation labels"),
]
InitialSize = Annotated[int, Field(ge=2, description="human-labelled reviews of generation 0")]
Increment = Annotated[int, Field(ge=1, description="reviews that each generation adds")]
FinalSize = Annotated[int, Field(ge=2, description="reviews of the last generation")]


class GrowthSettings(StudySettings):
    """Settings of such an experiment, which gives them defaults."""

    rates: Rates
    initial_size: InitialSize
    increment: Increment
    final_size: FinalSize


def percent(first: int, last: int, step: int = 1) -> tuple[float, ...]:
    """Rates from ``first`` to ``last`` per cent, both included, as exact decimals."""
    return tuple(each / 100 for each in range(first, last + 1, step))


def run(stage: str, settings: GrowthSettings) -> None:
    """Run such an experiment."""
    sizes = growth(settings.initial_size, settings.increment, settings.final_size)

    from mc.engine.conditions import condition_of
    from mc.engine.grids import run_classifiers

    template = condition_of(settings, sizes)
    rates = [replace(template, rate=rate) for rate in settings.rates]
    run_classifiers(stage, settings, rates)
