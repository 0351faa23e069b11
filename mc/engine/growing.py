"""Experiments that grow by increments at several collapse rates: they differ in defaults only.

One growth or several side by side: the n-th values of the three sizes make the n-th growth.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import click
from pydantic import Field

from mc.engine.common import (
    EstimatorSettings,
    GridSettings,
    LabelSettings,
    growth,
)
from mc.errors import ParameterError
from mc.settings import MayRepeat, format_value

SIZES = ("initial_size", "increment", "final_size")  # of a growth, as a condition has them
Rate = Annotated[float, Field(ge=0, le=1)]
Rates = Annotated[
    tuple[Rate, ...],
    Field(description="shares of each increment that the previous generation labels"),
]
Size = Annotated[int, Field(ge=2)]
InitialSize = Annotated[int, Field(ge=2, description="human-labelled reviews of generation 0")]
Increment = Annotated[int, Field(ge=1, description="reviews that each generation adds")]
FinalSize = Annotated[int, Field(ge=2, description="reviews of the last generation")]
InitialSizes = Annotated[
    tuple[Size, ...],
    MayRepeat(),
    Field(description="human-labelled reviews of generation 0, one number for each growth"),
]
Increments = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...],
    MayRepeat(),
    Field(description="reviews that each generation adds, one number for each growth"),
]
FinalSizes = Annotated[
    tuple[Size, ...],
    MayRepeat(),
    Field(description="reviews of the last generation, one number for each growth"),
]
RepetitionsOfEach = Annotated[
    tuple[Annotated[int, Field(ge=1, le=10_000)], ...],
    MayRepeat(),
    Field(
        description="independent replicates of each condition: one number for all growths, or one "
        "for each; a growth that runs alone takes the first"
    ),
]


class GrowthSettings(EstimatorSettings, LabelSettings, GridSettings):
    """Settings of such an experiment, which gives them defaults."""

    rates: Rates
    initial_size: InitialSizes
    increment: Increments
    final_size: FinalSizes
    repetitions: RepetitionsOfEach = (5,)


def percent(first: int, last: int, step: int = 1) -> tuple[float, ...]:
    """Rates from ``first`` to ``last`` per cent, both included, as exact decimals."""
    return tuple(each / 100 for each in range(first, last + 1, step))


def growths(settings: GrowthSettings) -> list[tuple[tuple[int, ...], int]]:
    """Sizes of each growth, and how many replicates it has.

    Raises
    ------
    ParameterError
        When the lists do not belong together, or steps do not meet their end.
    """
    lists = [settings.initial_size, settings.increment, settings.final_size]
    given = ", ".join(f"{name}={format_value(at)}" for name, at in zip(SIZES, lists, strict=True))
    if len(set(map(len, lists))) > 1:
        raise ParameterError(
            f"{given} must have one value for each growth: give all three, with as many values each"
        )
    sizes = [growth(*values) for values in zip(*lists, strict=True)]
    if len(set(sizes)) < len(sizes):
        raise ParameterError(f"{given} name a growth twice")
    return list(zip(sizes, _repetitions(settings.repetitions, len(sizes)), strict=True))


def _repetitions(repetitions: tuple[int, ...], n: int) -> tuple[int, ...]:
    if n == 1 or len(repetitions) == 1:
        return (repetitions[0],) * n
    if len(repetitions) != n:
        raise ParameterError(
            f"repetitions={format_value(repetitions)} must have one value, or one for each of the "
            f"{n} growths"
        )
    return repetitions


def fitting(
    asked: Sequence[tuple[tuple[int, ...], int]], pool: int
) -> list[tuple[tuple[int, ...], int]]:
    """Growths that a pool of reviews can fill, or all where it can fill none; says which."""
    kept = [each for each in asked if each[0][-1] <= pool]
    if not kept:
        return list(asked)  # refused later, with all the numbers
    for sizes, _ in asked:
        if sizes[-1] > pool:
            click.echo(
                f"the growth from {sizes[0]:,} to {sizes[-1]:,} reviews is left out: it needs more "
                f"than the pool of {pool:,}"
            )
    return kept


def run(stage: str, settings: GrowthSettings) -> None:
    """Run such an experiment."""
    asked = growths(settings)

    from mc.engine import preparation
    from mc.engine.conditions import condition_of
    from mc.engine.grids import run_classifiers

    if len(asked) > 1:
        condition_of(settings, asked[0][0])  # refuses a wrong backend before the corpus is read
        preparation.set_up_process(settings)
        asked = fitting(asked, preparation.rows_of(settings) - settings.test_size)
    grid = [
        (replace(condition_of(settings, sizes), rate=rate), repetitions)
        for sizes, repetitions in asked
        for rate in settings.rates
    ]
    conditions, counts = zip(*grid, strict=True)
    axes = (*SIZES, "rate") if len(asked) > 1 else ("rate",)
    run_classifiers(stage, settings, conditions, counts, axes)
