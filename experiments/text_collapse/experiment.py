"""Which generators are retrained, and on which reviews."""

import itertools
from functools import partial

from experiments.text_collapse.lineage import RESULTS_VERSION, Condition, State, breed
from experiments.text_collapse.models import WriterModels
from experiments.text_collapse.settings import Settings
from mc.engine import preparation
from mc.engine.conditions import backend_parameters
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError
from mc.text.reviews import Reviews
from mc.text.tokens import open_tokens

AXES = ("regime", "rate")


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend_params = backend_parameters(settings.backend, settings.backend_params)
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
