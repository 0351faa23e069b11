"""Recommender: the filter bubble as the same loop, a ranker retrained on the clicks that it caused.

Generation 0 learns from clicks on random lists, the human data. From then on users are shown the
ranker's own lists, in which the share `epsilon` of the places shows a random item, and the next
generation learns from what they click. Users and items are simulated with known tastes, or tastes
are estimated from a file of ratings.
"""

from collections.abc import Callable
from dataclasses import asdict, fields
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
from mc import plugins
from mc.engine.common import COMMON, Settings, models
from mc.engine.grids import Grid, run_grid
from mc.engine.preparation import set_up_process
from mc.engine.session import no_corpus
from mc.errors import ParameterError
from mc.params import Param

CELLS = 10_000_000  # of users times items: what a worker can hold
SHARED = ("repetitions", "seed", "jobs", "storage", "fresh")
ROLES = ("user", "item", "rating")
parameters = {
    "epsilons": Param(
        (0.0, 0.05, 0.2, 1.0), "shares of the places that show a random item", low=0.0, high=1.0
    ),
    "decay": Param(1.0, "what epsilon is multiplied by each generation", low=0.0, high=1.0),
    "regimes": Param(
        ("accumulate", "replace"),
        "impressions a generation trains on",
        choices=plugins.names("regimes"),
    ),
    "generations": Param(10, "retrainings after generation 0", low=1, high=10_000),
    "users": Param(300, "users; of a file at most so many, the busiest", low=20, high=1_000_000),
    "items": Param(300, "items; of a file at most so many, the most rated", low=20, high=1_000_000),
    "list_length": Param(10, "items that a list shows", low=2, high=1_000),
    "rounds": Param(10, "lists that each user sees in a generation", low=1, high=1_000),
    "factors": Param(5, "dimensions of the simulated tastes and of the ranker", low=1, high=200),
    "popularity": Param(
        0.2, "share of simulated tastes that all users have in common", low=0.0, high=1.0
    ),
    "position_bias": Param(
        0.5, "place j is looked at with probability 1 / j**position_bias", low=0.0, high=5.0
    ),
    "ratings": Param("", "path of a file of ratings to take tastes from; empty: simulated tastes"),
    **{
        f"{role}_column": Param("", f"its column of {role}s; empty: found by usual names")
        for role in ROLES
    },
    "log_models": models("last"),
    **{name: COMMON[name] for name in SHARED},
}
essential = (
    "epsilons",
    "regimes",
    "generations",
    "ratings",
    "repetitions",
    "jobs",
)  # what MLproject declares


def run(settings: Settings) -> None:
    """Run all lineages and draw."""
    set_up_process(settings)
    ratings = _open(settings)() if settings["ratings"] else None
    conditions = _conditions(settings, ratings)
    grid = Grid(
        stage="recommender",
        settings=settings,
        breed=breed,
        conditions=conditions,
        axes=("regime", "epsilon"),
        objective="coverage",
        generations=settings["generations"] + 1,
        version=VERSION,
        open_corpus=_open(settings) if ratings else no_corpus,
        models=RankerModels(),
        states=(State, Log),
    )
    run_grid(grid, partial(_frames, ratings, conditions[0], settings["repetitions"]))


def _open(settings: Settings) -> Callable[[], Ratings]:
    """How the file of ratings is opened, in this process and in workers."""
    asked = tuple((f"{role}_column", settings[f"{role}_column"]) for role in ROLES)
    sizes = {name: settings[name] for name in ("users", "items", "factors")}
    return partial(open_ratings, settings["ratings"], asked, **sizes)


def _conditions(settings: Settings, ratings: Ratings | None) -> list[Condition]:
    """One for each regime and epsilon; of a file, with the users and items that it has."""
    sizes = settings["users"], settings["items"]
    users, items = ratings.tastes.shape if ratings else sizes
    if users * items > CELLS:
        raise ParameterError(
            f"users={users} times items={items} are {users * items:,} cells, more than {CELLS:,}; "
            "ask for fewer of one of them"
        )
    if settings["list_length"] >= items:
        raise ParameterError(
            f"list_length={settings['list_length']} must be below the {items} items, of which "
            "a list shows some; ask for shorter lists or more items"
        )
    known = {each.name: settings[each.name] for each in fields(Condition) if each.name in settings}
    known |= {"users": users, "items": items}
    return [
        Condition(regime=regime, epsilon=epsilon, **known)
        for regime, epsilon in product(settings["regimes"], settings["epsilons"])
    ]


def _frames(
    ratings: Ratings | None, condition: Condition, repetitions: int, lineages: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What the page needs."""
    best = [
        {"replicate": replicate, **best_possible(ratings, condition, replicate)}
        for replicate in range(repetitions)
    ]
    frames = {"generations": lineages, "best": pd.DataFrame(best)}
    return frames | ({"completion": pd.DataFrame([asdict(ratings.completion)])} if ratings else {})
