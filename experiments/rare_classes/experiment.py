"""Which lineages are asked for: labellings, regimes and rates, then strategies at the highest."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from experiments.rare_classes import analysis
from experiments.rare_classes.settings import Settings
from mc.engine import preparation
from mc.engine.common import growth
from mc.engine.conditions import check_classes, check_rows, identity_of, template_of
from mc.engine.grids import classifier_job, table
from mc.engine.jobs import Job, coordinates, key_of
from mc.engine.session import open_session
from mc.errors import DataError, ParameterError
from mc.lineage.class_metrics import MAX_NAMED
from mc.lineage.corpus import ClassifierCorpus, open_unbalanced
from mc.lineage.loop import Condition
from mc.lineage.recipe import NOTHING, check, parse, written
from mc.lineage.view import check as check_view
from mc.settings import format_value
from mc.statistics.charts import loop_points

STAGE = "rare_classes"
AXES = ("regime", "labelling", "strategy", "rate")
SHOWN = ("accuracy", "rare_recall", "classes_lost", "share_divergence")  # in the run's charts


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    grid = conditions(settings)
    preparation.set_up_process(settings)
    opening = partial(open_unbalanced, preparation.prepare_rows(settings), settings.imbalance)
    corpus = opening()
    _check(corpus, grid)
    check_classes(corpus.features, grid, settings.repetitions)
    identity = {**identity_of(grid, AXES, settings.log_models), "imbalance": settings.imbalance}
    with open_session(STAGE, settings, opening, identity) as session:
        asked = jobs(grid, settings.repetitions)
        session.announce(asked)
        found = session.ask(asked)
        generations = pd.concat([table(job, found[job.key]) for job in asked], ignore_index=True)
        frames = {"generations": generations, "classes": analysis.classes(corpus.features)}
        points = loop_points(generations, AXES, SHOWN)
        session.conclude(found, frames, _facts(settings, corpus), points=points)


def conditions(settings: Settings) -> list[Condition]:
    """All conditions: human labels under each regime first, to which others are held.

    Raises
    ------
    ParameterError
        When the rates lack 0 or a rate above, or a strategy does not exist.
    """
    if 0 not in settings.rates or max(settings.rates) == 0:
        raise ParameterError(
            f"rates={format_value(settings.rates)} must hold 0, which losses are measured from, "
            "and a rate above"
        )
    sizes = growth(settings.initial_size, settings.increment, settings.final_size)
    template = template_of(settings, sizes)
    first, highest = settings.labellings[0], max(settings.rates)
    human = [replace(template, regime=each, labelling=first) for each in settings.regimes]
    above = sorted(rate for rate in settings.rates if rate > 0)
    labelled = [
        replace(template, regime=regime, labelling=labelling, rate=rate)
        for regime, labelling, rate in product(settings.regimes, settings.labellings, above)
    ]
    rescued = [
        replace(template, regime=settings.regimes[0], labelling=first, rate=highest, strategy=each)
        for each in _recipes(settings)
    ]
    return [*human, *labelled, *rescued]


def _recipes(settings: Settings) -> list[str]:
    names = [written(parse(each)) for each in settings.strategies]
    return [name for name in dict.fromkeys(names) if name != NOTHING]


def _check(corpus: ClassifierCorpus, grid: Sequence[Condition]) -> None:
    """Refuse a corpus that has too few rows or classes, or conditions that do not fit it."""
    name, classes = corpus.about["name"], corpus.features.classes
    check_rows(len(corpus.labels), grid[0], name)
    if not 2 < len(classes) <= MAX_NAMED:
        raise DataError(
            f"data={name!r} has {len(classes)} classes, and rare_classes needs 3 to {MAX_NAMED}; "
            "name a column of classes with target in data_params, as target=stars"
        )
    check_view(corpus.features, grid[0])
    for each in grid:
        check(parse(each.strategy), each.backend, len(classes))
    counts = np.bincount(corpus.labels, minlength=len(classes))
    if counts.min() < 2:
        raise DataError(
            f"imbalance leaves {counts.min()} rows of class {classes[int(counts.argmin())]!r} of "
            f"data={name!r}; use a smaller imbalance, or bring more rows"
        )


def jobs(grid: Sequence[Condition], repetitions: int) -> list[Job]:
    """One job for each condition and replicate, replicate by replicate."""
    human = {each.regime: each for each in grid if each.rate == 0}
    return [
        classifier_job(
            each,
            AXES,
            replicate,
            key=key_of(coordinates(each, AXES, replicate)),
            baseline=key_of(coordinates(human[each.regime], AXES, replicate)),
            count_labels=True,
        )
        for replicate in range(repetitions)
        for each in grid
    ]


def _facts(settings: Settings, corpus: ClassifierCorpus) -> dict[str, str]:
    """What the page says about the experiment next to its figures."""
    kept = f"{len(corpus.labels):,} rows"
    return {
        "backend": settings.backend,
        "sizes": f"{settings.initial_size:,} rows, then {settings.increment:,} a generation up to "
        f"{settings.final_size:,}",
        "imbalance": f"{settings.imbalance:g} ({kept})" if settings.imbalance else "as it is",
        "held-out rows": f"{settings.test_size:,}",
        "repetitions": str(settings.repetitions),
    }
