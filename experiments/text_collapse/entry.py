"""Text collapse: a generator trained on its own output, and the classifier that learns from it.

For each class an n-gram model (interpolated Kneser-Ney) is trained on reviews and writes new ones.
Of what the next generation reads, the share `rate` was written by the one before, the rest are
human reviews that nobody has read yet. A classifier learns from the same texts and is tested on
human ones.
"""

import itertools
from functools import partial

from experiments.text_collapse.lineage import RESULTS_VERSION, Condition, State, breed
from experiments.text_collapse.models import WriterModels
from mc import plugins
from mc.engine import preparation
from mc.engine.common import COMMON, Settings, models
from mc.engine.grids import Grid, run_grid
from mc.errors import DataError
from mc.params import Param, parse_settings
from mc.text.reviews import Reviews
from mc.text.tokens import open_tokens

SHARED = ("data", "data_params", "backend", "backend_params")
RUNNING = ("seed", "jobs", "storage", "fresh")
parameters = {
    "rates": Param(
        (0.0, 0.5, 1.0),
        "shares of each generation's new reviews that the generation before has written",
        low=0.0,
        high=1.0,
    ),
    "regimes": Param(
        ("replace", "accumulate", "subsample"),
        "what a generation trains on",
        choices=plugins.names("regimes"),
    ),
    "reviews": Param(2_500, "new reviews of each generation", low=2),
    "generations": Param(10, "generations after the first", low=1, high=1_000),
    "order": Param(3, "words of the longest sequences that a generator knows", low=1, high=8),
    "temperature": Param(
        1.0, "of writing: word probabilities to the power 1 / temperature", low=0.05, high=20.0
    ),
    "top_k": Param(0, "likeliest words among which a generator chooses each; 0: all", low=0),
    "test_size": Param(10_000, "held-out human reviews, drawn anew a replicate", low=2),
    "repetitions": Param(3, "independent replicates of each condition", low=1, high=10_000),
    "log_models": models("last"),
    **{name: COMMON[name] for name in (*SHARED, *RUNNING)},
}
AXES = ("regime", "rate")
OWN = ("reviews", "generations", "order", "temperature", "top_k", "backend", "test_size", "seed")
essential = (
    "data",
    "rates",
    "regimes",
    "reviews",
    "generations",
    "repetitions",
    "jobs",
)  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stage.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    backend = plugins.load("backends", "backend", settings["backend"])
    given = (settings["backend_params"], backend.parameters, backend.presets)
    backend_params = parse_settings("backend_params", *given)
    own = {name: settings[name] for name in OWN} | {"backend_params": backend_params}
    conditions = [
        Condition(regime=regime, rate=rate, **own)
        for regime, rate in itertools.product(settings["regimes"], settings["rates"])
    ]
    preparation.set_up_process(settings)
    folder = preparation.prepare_tokens(settings)
    _check_rows(len(open_tokens(folder).labels), settings)
    grid = Grid(
        stage="text_collapse",
        settings=settings,
        breed=breed,
        conditions=conditions,
        axes=AXES,
        objective="accuracy",
        generations=settings["generations"] + 1,
        version=RESULTS_VERSION,
        open_corpus=partial(open_tokens, folder),
        models=WriterModels(),
        states=(State, Reviews),
    )
    run_grid(grid, lambda generations: {"generations": generations})


def _check_rows(rows: int, settings: Settings) -> None:
    """Refuse a corpus that is too small for human reviews alone."""
    many = settings["generations"] + 1
    wanted = settings["reviews"] * many + settings["test_size"]
    if rows < wanted:
        data, reviews = preparation.shown(settings)["data"], settings["reviews"]
        raise DataError(
            f"data={data!r} has {rows} usable rows, but reviews={reviews} "
            f"of each of {many} generations and test_size={settings['test_size']} need {wanted}; "
            "ask for fewer"
        )
