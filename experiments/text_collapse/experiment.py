"""Text collapse: a generator trained on its own output, and the classifier that learns from it.

For each class an n-gram model (interpolated Kneser-Ney) is trained on reviews and writes new ones.
Of what the next generation reads, the share `rate` was written by the one before, the rest are
new human reviews. A classifier learns from the same texts and is tested on
human ones.
"""

import itertools
from functools import partial
from typing import Annotated

from pydantic import Field

from experiments.text_collapse.lineage import RESULTS_VERSION, Condition, State, breed
from experiments.text_collapse.models import WriterModels
from mc import plugins
from mc.engine import common, preparation
from mc.engine.common import (
    BackendSettings,
    DataSettings,
    LogModels,
    PrecisionSettings,
    RunSettings,
)
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError
from mc.settings import OneOf
from mc.text.reviews import Reviews
from mc.text.tokens import open_tokens


class Settings(BackendSettings, DataSettings, PrecisionSettings, RunSettings):
    """Who writes, and how."""

    essential = (
        "data",
        "rates",
        "regimes",
        "reviews",
        "generations",
        "repetitions",
        "jobs",
    )
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.5, 1.0),
        description="shares of each generation's new reviews that the one before has written",
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("replace", "accumulate", "subsample"), description="what a generation trains on"
    )
    reviews: int = Field(2_500, ge=2, description="new reviews of each generation")
    generations: int = Field(10, ge=1, le=1_000, description="generations after the first")
    order: int = Field(
        3, ge=1, le=8, description="words of the longest sequences that a generator knows"
    )
    temperature: float = Field(
        1.0,
        ge=0.05,
        le=20,
        description="of writing: word probabilities to the power 1 / temperature",
    )
    top_k: int = Field(
        0, ge=0, description="likeliest words among which a generator chooses each; 0: all"
    )
    test_size: int = Field(
        10_000, ge=2, description="held-out human reviews, drawn anew a replicate"
    )
    repetitions: int = Field(
        3, ge=1, le=10_000, description="independent replicates of each condition"
    )
    log_models: LogModels = "last"


AXES = ("regime", "rate")


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend_params = common.backend_parameters(settings.backend, settings.backend_params)
    conditions = [
        settings.fill(Condition, regime=regime, rate=rate, backend_params=backend_params)
        for regime, rate in itertools.product(settings.regimes, settings.rates)
    ]
    preparation.set_up_process(settings)
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
        baseline={"rate": 0.0},
        sought=settings,
    )
    run_grid(grid, lambda generations: {"generations": generations})


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
