"""The figures of one generation of a recommender, against what is true."""

import numpy as np
from numpy.typing import NDArray

from experiments.recommender.showing import Items
from experiments.recommender.world import Floats, World, centred_ranks

OF_LISTS = {
    "coverage": "share of the items that are in the recommended list of any user",
    "gini": "Gini coefficient of how often items are recommended; 0 all alike, 1 one item only",
    "tail_share": "share of recommendations that are of the half of the items liked least",
    "list_diversity": "1 - mean correlation of who likes two items of a list; 1 is unrelated",
    "homogeneity": "mean Jaccard index of the lists of two users; 1 is all the same",
    "hit_rate": "expected clicks of the lists: 0 as random ones, 1 as the best possible ones",
}
DESCRIPTIONS = {
    **OF_LISTS,
    "taste_distance": "1 - mean Spearman correlation of a user's scores with their true tastes",
    "shown_gini": "Gini coefficient of how often items are shown, exploration included",
    "shown_tail_share": "share of what is shown that is of the half of the items liked least",
    "shown_hit_rate": "expected clicks of what is shown, exploration included, on the same scale",
    "clicks": "expected clicks of a list that is shown",
}
SHARES = ("coverage", "gini", "tail_share", "homogeneity", "shown_gini", "shown_tail_share")


def of_lists(world: World, lists: Items) -> dict[str, float]:
    """The figures `OF_LISTS` of one list for each user, (u, k)."""
    users, items = world.chances.shape
    members = np.zeros((users, items))
    np.put_along_axis(members, lists, 1.0, axis=1)
    exposures = members.sum(axis=0)
    return {
        "coverage": float(np.mean(exposures > 0)),
        "gini": gini(exposures),
        "tail_share": float(exposures[world.unpopular].sum() / exposures.sum()),
        "list_diversity": _diversity(world, members),
        "homogeneity": _homogeneity(members),
        "hit_rate": world.hit_rate(lists),
    }


def of_shown(world: World, shown: Items) -> dict[str, float]:
    """The figures of what is shown in all rounds, (r, u, k)."""
    exposures = np.bincount(shown.ravel(), minlength=world.chances.shape[1]).astype(float)
    return {
        "shown_gini": gini(exposures),
        "shown_tail_share": float(exposures[world.unpopular].sum() / exposures.sum()),
        "shown_hit_rate": world.hit_rate(shown),
        "clicks": world.clicks(shown),
    }


def taste_distance(scores: Floats, world: World) -> float:
    """One minus the mean over users of Spearman's correlation, in [0, 2].

    A user whose scores are all equal has correlation 0.
    """
    ours, true = centred_ranks(scores), world.ranks
    norms = np.sqrt((ours**2).sum(axis=1) * (true**2).sum(axis=1))
    products = (ours * true).sum(axis=1)
    return float(1 - np.mean(np.divide(products, norms, out=np.zeros_like(norms), where=norms > 0)))


def gini(exposures: NDArray[np.float64]) -> float:
    """Gini coefficient of at least one count: 0 if all are equal, 1 - 1/n if one has all.

    Half the mean absolute difference of two items over the mean, from the sorted counts.
    """
    n = len(exposures)
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float(weights @ np.sort(exposures) / (n * exposures.sum()))


def _diversity(world: World, members: Floats) -> float:
    """From the length of the sum of a list's profiles: its square holds every pair twice."""
    k = len(world.looks)
    pairs = ((members @ world.profiles.T) ** 2).sum(axis=1) - members @ (
        (world.profiles**2).sum(axis=0)
    )
    return float(1 - pairs.mean() / (k * (k - 1))) if k > 1 else np.nan


def _homogeneity(members: Floats) -> float:
    users, size = len(members), members[0].sum()
    common = members @ members.T
    alike = common / (2 * size - common)
    return float((alike.sum() - users) / (users * (users - 1)))
