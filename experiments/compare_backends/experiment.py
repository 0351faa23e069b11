"""Which lineages are compared: all rates of every backend, regime and labelling."""

import itertools
from dataclasses import replace

from experiments.compare_backends.settings import Settings
from mc.engine.common import growth
from mc.engine.conditions import condition
from mc.engine.grids import run_classifiers
from mc.lineage.loop import Condition

AXES = ("backend", "regime", "labelling", "rate")


def run(settings: Settings) -> None:
    """Run the stage."""
    sizes = growth(settings.initial_size, settings.increment, settings.final_size)
    families = itertools.product(settings.backends, settings.regimes, settings.labellings)
    conditions = [each for family in families for each in _conditions(settings, sizes, *family)]
    repetitions = [settings.repetitions] * len(conditions)
    run_classifiers("compare_backends", settings, conditions, repetitions, AXES)


def _conditions(
    settings: Settings, sizes: tuple[int, ...], backend: str, regime: str, labelling: str
) -> list[Condition]:
    """All rates of one family."""
    template = condition(
        sizes,
        backend=backend,
        regime=regime,
        labelling=labelling,
        vocabulary=settings.vocabulary,
        test_size=settings.test_size,
        seed=settings.seed,
    )
    return [replace(template, rate=rate) for rate in settings.rates]
