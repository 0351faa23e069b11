"""What users are shown and click: the ranker's lists, with random items in some places.

Knows rankings, not rankers. All random numbers are in `Draws`, which do not depend on what is done
with them: conditions that share them differ by nothing else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.recommender.world import World

Items = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Draws:
    """The chance of one generation.

    Parameters
    ----------
    explores : (r, u, k) float in [0, 1)
        A place shows a random item exactly when this is below epsilon: nested in epsilon.
    strangers : (r, u, k) int
        The random items; those of a list differ, and every ordered choice is as likely.
    clicks : (r, u, i) float32 in [0, 1)
        A user clicks an item in a round exactly when this is below the chance.
    """

    explores: NDArray[np.float64]
    strangers: Items
    clicks: NDArray[np.float32]


def draw(rng: np.random.Generator, rounds: int, users: int, items: int, length: int) -> Draws:
    """Draw the chance of a generation in which each user sees ``rounds`` lists."""
    places = (rounds, users, length)
    return Draws(
        explores=rng.random(places),
        strangers=_choices(rng, (rounds, users), items, length),
        clicks=rng.random((rounds, users, items), dtype=np.float32),
    )


def lists(best: Items, draws: Draws, epsilon: float) -> Items:
    """What each user is shown in each round, (r, u, k).

    Places that explore show their random item, the others the best of what is left, in order.

    Parameters
    ----------
    best : (u, m) int
        Each user's ranking, of 2 k items or all there are.
    draws : Draws
        Of the generation.
    epsilon : float in [0, 1]
        Share of the places that explore.
    """
    explores = draws.explores < epsilon  # (r, u, k)
    taken = np.where(explores, draws.strangers, -1)
    free = ~(best[None, :, :, None] == taken[:, :, None, :]).any(axis=-1)  # (r, u, m)
    order = np.argsort(~free, axis=-1, kind="stable")  # the free ones first, from the best
    place = np.cumsum(~explores, axis=-1) - 1  # among the places that do not explore
    column = np.take_along_axis(order, np.maximum(place, 0), axis=-1)
    ranked = np.take_along_axis(np.broadcast_to(best, free.shape), column, axis=-1)
    return np.where(explores, draws.strangers, ranked)


def clicked(world: World, shown: Items, draws: Draws) -> NDArray[np.bool_]:
    """Which of the shown items are clicked, (r, u, k)."""
    users = np.arange(len(world.chances))[:, None]
    chances = world.looks * world.chances[users, shown]
    return np.asarray(np.take_along_axis(draws.clicks, shown, axis=-1) < chances)


def _choices(rng: np.random.Generator, shape: tuple[int, int], items: int, length: int) -> Items:
    """Ordered choices of different items, (*shape, length).

    By Floyd's algorithm (Bentley & Floyd, CACM 1987), since sorting all items would be most of the
    work of a generation; then shuffled, since it favours no item but does favour places.
    """
    chosen = np.full((*shape, length), -1, dtype=np.int64)
    for place, top in enumerate(range(items - length, items)):
        drawn = rng.integers(0, top, size=shape, endpoint=True)
        known = (chosen == drawn[..., None]).any(axis=-1)
        chosen[..., place] = np.where(known, top, drawn)
    return rng.permuted(chosen, axis=-1)
