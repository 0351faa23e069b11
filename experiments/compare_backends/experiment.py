"""Compare backends: the same replicates through every backend, regime and labelling.

The question that the original study leaves open: is the fall to 0.5 a loss of information or a
drift of the class shares? Labelling by `prior` keeps the shares, the area under the ROC curve
ignores them.
"""

import itertools
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine import common, growing
from mc.engine.common import LineageSettings
from mc.engine.grids import run_classifiers
from mc.lineage.labelling import LABELLINGS
from mc.lineage.loop import Condition
from mc.settings import OneOf

AXES = ("backend", "regime", "labelling", "rate")


class Settings(LineageSettings):
    """Which families are compared."""

    essential = (
        "data",
        "backends",
        "regimes",
        "labellings",
        "rates",
        "repetitions",
        "jobs",
    )
    backends: tuple[Annotated[str, OneOf(plugins.names("backends"))], ...] = Field(
        plugins.names("backends"), description="classifier families, each with its defaults"
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("accumulate",), description="rows a generation trains on"
    )
    labellings: tuple[Annotated[str, OneOf(tuple(LABELLINGS))], ...] = Field(
        ("argmax", "prior"), description="argmax, sample, prior"
    )
    rates: growing.Rates = (0.0, 0.5, 1.0)
    initial_size: growing.InitialSize = 1_000
    increment: growing.Increment = 500
    final_size: growing.FinalSize = 5_000


def run(settings: Settings) -> None:
    """Run the stage."""
    sizes = common.growth(settings.initial_size, settings.increment, settings.final_size)
    families = itertools.product(settings.backends, settings.regimes, settings.labellings)
    conditions = [each for family in families for each in _conditions(settings, sizes, *family)]
    run_classifiers("compare_backends", settings, conditions, AXES)


def _conditions(
    settings: Settings, sizes: tuple[int, ...], backend: str, regime: str, labelling: str
) -> list[Condition]:
    """All rates of one family."""
    template = common.condition(
        sizes,
        backend=backend,
        regime=regime,
        labelling=labelling,
        vocabulary=settings.vocabulary,
        test_size=settings.test_size,
        seed=settings.seed,
    )
    return [replace(template, rate=rate) for rate in settings.rates]
