"""Which rankers are retrained, for simulated users or those of a file of ratings."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import product

import pandas as pd

from experiments.recommender.lineage import (
    VERSION,
    Condition,
    Log,
    State,
    best_possible,
    breed,
)
from experiments.recommender.models import RankerModels
from experiments.recommender.ratings import Ratings, open_ratings
from experiments.recommender.settings import Settings
from mc.engine.grids import Grid, run_grid
from mc.engine.preparation import set_up_process
from mc.engine.session import no_corpus
from mc.errors import ParameterError

CELLS = 10_000_000  # of users times items: what a worker can hold
ROLES = ("user", "item", "rating")


def run(settings: Settings) -> None:
    """Run all lineages and draw."""
    set_up_process(settings)
    ratings = _open(settings)() if settings.ratings else None
    conditions = _conditions(settings, ratings)
    grid = Grid(
        stage="recommender",
        settings=settings,
        repetitions=settings.repetitions,
        breed=breed,
        conditions=conditions,
        axes=("regime", "epsilon"),
        objective="coverage",
        generations=settings.generations + 1,
        version=VERSION,
        open_corpus=_open(settings) if ratings else no_corpus,
        models=RankerModels(),
        states=(State, Log),
        baseline={"epsilon": min(settings.epsilons)},
        sought=settings,
    )
    run_grid(grid, partial(_frames, ratings, conditions[0]))


def _open(settings: Settings) -> Callable[[], Ratings]:
    """How the file of ratings is opened, in this process and in workers."""
    asked = tuple((f"{role}_column", getattr(settings, f"{role}_column")) for role in ROLES)
    return partial(
        open_ratings,
        settings.ratings,
        asked,
        users=settings.users,
        items=settings.items,
        factors=settings.factors,
    )


def _conditions(settings: Settings, ratings: Ratings | None) -> list[Condition]:
    """One for each regime and epsilon; of a file, with the users and items that it has."""
    sizes = settings.users, settings.items
    users, items = ratings.tastes.shape if ratings else sizes
    if users * items > CELLS:
        raise ParameterError(
            f"users={users} times items={items} are {users * items:,} cells, more than {CELLS:,}; "
            "ask for fewer of one of them"
        )
    if settings.list_length >= items:
        raise ParameterError(
            f"list_length={settings.list_length} must be below the {items} items, of which "
            "a list shows some; ask for shorter lists or more items"
        )
    return [
        settings.fill(Condition, regime=regime, epsilon=epsilon, users=users, items=items)
        for regime, epsilon in product(settings.regimes, settings.epsilons)
    ]


def _frames(
    ratings: Ratings | None, condition: Condition, lineages: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    best = [
        {"replicate": replicate, **best_possible(ratings, condition, replicate)}
        for replicate in range(lineages["replicate"].max() + 1)
    ]
    frames = {"generations": lineages, "best": pd.DataFrame(best)}
    return frames | ({"completion": pd.DataFrame([asdict(ratings.completion)])} if ratings else {})
