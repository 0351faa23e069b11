"""Which generators are retrained, and on which reviews."""

import itertools
from collections.abc import Callable, Sequence
from functools import partial

import click

from experiments.text_collapse.analysis import frames
from experiments.text_collapse.condition import Condition
from experiments.text_collapse.lineage import RESULTS_VERSION, State, breed
from experiments.text_collapse.models import WriterModels
from experiments.text_collapse.settings import Settings
from mc.engine import preparation
from mc.engine.conditions import backend_parameters
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError
from mc.text import embeddings, generators
from mc.text.curing import NOTHING, parse_all
from mc.text.decoding import parse
from mc.text.reviews import Reviews
from mc.text.tokens import open_tokens
from mc.types import AnySettings

LIKELY_WORDS = 87  # of a review, on average
Seconds = Callable[[int, int, AnySettings], float]
AXES = ("regime", "rate", "decoding", "temperature", "cure")


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend_params = backend_parameters(settings.backend, settings.backend_params)
    generator = generators.find(settings.generator)
    parameters = generator.Parameters.read_text(settings.generator_params, "generator_params")
    for rule in settings.decoding:
        generator.check(parse(rule, repetition_penalty=settings.repetition_penalty), parameters)
    if settings.measures == "standard":
        embeddings.find(settings.embedding)  # says what is missing, before anything runs
    cures = parse_all(settings.cure)
    for cure in cures:
        cure.check(generator, settings.backend)
    axes = (settings.regimes, settings.rates, settings.decoding, settings.temperature)
    conditions = [
        settings.fill(
            Condition,
            **dict(zip(AXES, place, strict=True)),
            backend_params=backend_params,
            generator_params=parameters.values(),
        )
        for place in itertools.product(*axes, map(str, cures))
        if place[-1] == NOTHING or place[1] > 0  # rate 0 has nothing to cure
    ]
    preparation.set_up_process(settings)
    if hasattr(generator, "seconds"):
        _say_how_long(settings, generator.seconds, parameters, conditions)
    folder = preparation.prepare_tokens(settings)
    _check_rows(len(open_tokens(folder).labels), settings)
    grid = Grid(
        stage="text_collapse",
        settings=settings,
        repetitions=settings.repetitions,
        breed=breed,
        conditions=conditions,
        axes=AXES,
        objective="accuracy",
        generations=settings.generations + 1,
        version=RESULTS_VERSION,
        open_corpus=partial(open_tokens, folder),
        models=WriterModels(),
        states=(State, Reviews),
        baseline={"rate": 0.0, "cure": NOTHING},
        usual={"cure": NOTHING},
        sought=settings,
    )
    run_grid(grid, partial(frames, false_alarms=settings.false_alarms))


def _say_how_long(
    settings: Settings,
    seconds: Seconds,
    parameters: AnySettings,
    conditions: Sequence[Condition],
) -> None:
    """Say how long all lineages take at most, where that is worth knowing."""
    words = min(settings.longest or LIKELY_WORDS, LIKELY_WORDS)
    written, total = words * settings.reviews, 0.0
    for condition in conditions:
        for step in range(settings.generations + 1):
            read = written * (step + 1 if condition.regime == "accumulate" else 1)
            total += seconds(read, written, parameters)
    workers = preparation.workers(settings.jobs)
    minutes = total * settings.repetitions / workers / 60
    click.echo(f"training and writing take about {max(minutes, 1):.0f} minutes on {workers} cores")


def _check_rows(rows: int, settings: Settings) -> None:
    """Refuse a corpus that is too small for human reviews alone."""
    many = settings.generations + 1
    wanted = settings.reviews * many + settings.test_size
    if rows < wanted:
        data, reviews = preparation.shown(settings)["data"], settings.reviews
        raise DataError(
            f"data={data!r} has {rows} usable rows, but reviews={reviews} "
            f"of each of {many} generations and test_size={settings.test_size} need {wanted}; "
            "ask for fewer"
        )
