"""Recommender: the filter bubble as the same loop, a ranker retrained on the clicks that it caused.

Generation 0 learns from clicks on random lists, the human data. From then on users are shown the
ranker's own lists, in which the share `epsilon` of the places shows a random item, and the next
generation learns from what they click. Users and items are simulated with known tastes, or tastes
are estimated from a file of ratings.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import product
from typing import Annotated

import pandas as pd
from pydantic import Field

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
from mc import plugins
from mc.engine.common import LogModels, PrecisionSettings, Repetitions, RunSettings
from mc.engine.grids import Grid, run_grid
from mc.engine.preparation import set_up_process
from mc.engine.session import no_corpus
from mc.errors import ParameterError
from mc.settings import OneOf

CELLS = 10_000_000  # of users times items: what a worker can hold
ROLES = ("user", "item", "rating")


class Settings(PrecisionSettings, RunSettings):
    """Who is recommended what, and how."""

    essential = (
        "epsilons",
        "regimes",
        "generations",
        "ratings",
        "repetitions",
        "jobs",
    )
    epsilons: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.05, 0.2, 1.0), description="shares of the places that show a random item"
    )
    decay: float = Field(
        1.0, ge=0, le=1, description="what epsilon is multiplied by each generation"
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("accumulate", "replace"), description="impressions a generation trains on"
    )
    generations: int = Field(10, ge=1, le=10_000, description="retrainings after generation 0")
    users: int = Field(
        300, ge=20, le=1_000_000, description="users; of a file at most so many, the busiest"
    )
    items: int = Field(
        300, ge=20, le=1_000_000, description="items; of a file at most so many, the most rated"
    )
    list_length: int = Field(10, ge=2, le=1_000, description="items that a list shows")
    rounds: int = Field(10, ge=1, le=1_000, description="lists that each user sees in a generation")
    factors: int = Field(
        5, ge=1, le=200, description="dimensions of the simulated tastes and of the ranker"
    )
    popularity: float = Field(
        0.2, ge=0, le=1, description="share of simulated tastes that all users have in common"
    )
    position_bias: float = Field(
        0.5, ge=0, le=5, description="place j is looked at with probability 1 / j**position_bias"
    )
    ratings: str = Field(
        "", description="path of a file of ratings to take tastes from; empty: simulated tastes"
    )
    user_column: str = Field("", description="its column of users; empty: found by usual names")
    item_column: str = Field("", description="its column of items; empty: found by usual names")
    rating_column: str = Field("", description="its column of ratings; empty: found by usual names")
    log_models: LogModels = "last"
    repetitions: Repetitions = 5


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
