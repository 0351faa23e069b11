"""The loop: rank, show, log the clicks, train on the log, and so on.

Pure and deterministic. Generation 0 learns from clicks on random lists, the human data.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommender import metrics, ranker, showing
from experiments.recommender.models import Ranker
from experiments.recommender.ratings import Ratings
from experiments.recommender.showing import Items
from experiments.recommender.world import Floats, World, make, simulated_tastes
from mc import plugins
from mc.randomness import stream
from mc.types import GenerationRecord, Rows

VERSION = 1  # raise when a change alters numbers: stored lineages are then not reused


@dataclass(frozen=True)
class Condition:
    """Everything that defines a lineage but the replicate.

    Parameters
    ----------
    regime : str
        Name of a plug-in: which impressions a generation trains on.
    epsilon : float in [0, 1]
        Share of the places that show a random item to begin with.
    decay : float in [0, 1]
        What epsilon is multiplied by with each generation.
    generations : int
        The last one; generation 0 comes before the first.
    users, items, list_length : int
        Size of the world, and places of a list.
    rounds : int
        Lists that each user sees in a generation.
    factors : int
        Of the simulated tastes and of the ranker.
    popularity : float in [0, 1]
        Share of the variance of simulated tastes that all users have in common.
    position_bias : float
        See `experiments.recommender.world.make`.
    seed : int
        Base of all random streams.
    """

    regime: str
    epsilon: float
    decay: float
    generations: int
    users: int
    items: int
    list_length: int
    rounds: int
    factors: int
    popularity: float
    position_bias: float
    seed: int


@dataclass(frozen=True, eq=False)
class Log:
    """Impressions in their order.

    Parameters
    ----------
    cells : (m,) int
        User times the number of items, plus the item.
    clicked : (m,) bool
        Whether they were clicked.
    """

    cells: Rows
    clicked: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class State:
    """Where a lineage stands: the newest generation, and all impressions so far."""

    step: int
    log: Log


def breed(
    ratings: Ratings | None, condition: Condition, replicate: int, after: State | None = None
) -> Iterator[GenerationRecord]:
    """Yield each generation of a ranker; its model is a `Ranker`."""
    world = world_of(ratings, condition, replicate)
    regime = plugins.load("regimes", "regime", condition.regime)
    chance = _draws(condition, replicate, "human")
    log = _logged(world, chance.strangers, chance)
    increment = len(log.cells)
    log = after.log if after else log
    for step in range(after.step + 1 if after else 0, condition.generations + 1):
        sizes = [increment * (past + 1) for past in range(step + 1)]
        rows = regime.rows(sizes, step, stream(condition.seed, replicate, "rows", step))
        scores = _trained(log, rows, condition, replicate)
        best = ranker.ranking(scores, 2 * condition.list_length)
        chance = _draws(condition, replicate, step)
        shown = showing.lists(best, chance, condition.epsilon * condition.decay**step)
        measured = {
            **metrics.of_lists(world, best[:, : condition.list_length]),
            "taste_distance": metrics.taste_distance(scores, world),
            **metrics.of_shown(world, shown),
        }
        log = _joined(log, _logged(world, shown, chance))
        model = Ranker(scores, condition.list_length)
        yield GenerationRecord(measured, model, State(step, log))


def world_of(ratings: Ratings | None, condition: Condition, replicate: int) -> World:
    """The world of a replicate; with ratings, all replicates have the same."""
    tastes = (
        simulated_tastes(
            condition.users,
            condition.items,
            condition.factors,
            condition.popularity,
            stream(condition.seed, replicate, "tastes"),
        )
        if ratings is None
        else ratings.tastes
    )
    return make(tastes, condition.list_length, condition.position_bias)


def best_possible(
    ratings: Ratings | None, condition: Condition, replicate: int
) -> dict[str, float]:
    """The figures of the lists that are clicked most, which no loop can know."""
    world = world_of(ratings, condition, replicate)
    return metrics.of_lists(world, world.best)


def _draws(condition: Condition, replicate: int, step: str | int) -> showing.Draws:
    """The same for all epsilons and regimes of a replicate."""
    rng = stream(condition.seed, replicate, "chance", step)
    shape = condition.rounds, condition.users, condition.items
    return showing.draw(rng, *shape, condition.list_length)


def _logged(world: World, shown: Items, chance: showing.Draws) -> Log:
    users, items = world.chances.shape
    cells = np.arange(users)[:, None] * items + shown
    return Log(cells.ravel(), showing.clicked(world, shown, chance).ravel())


def _joined(log: Log, new: Log) -> Log:
    return Log(np.r_[log.cells, new.cells], np.r_[log.clicked, new.clicked])


def _trained(log: Log, rows: slice | Rows, condition: Condition, replicate: int) -> Floats:
    """Scores of a ranker that learned from some rows of the log."""
    cells, clicked = log.cells[rows], log.clicked[rows]
    shown, liked = (_counted(kept, condition) for kept in (cells, cells[clicked]))
    rng = stream(condition.seed, replicate, "start")
    return ranker.fit(shown, liked, condition.factors, rng)


def _counted(cells: Rows, condition: Condition) -> Floats:
    shape = condition.users, condition.items
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
