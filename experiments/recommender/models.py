"""A ranker as a model that MLflow loads: from numbers of users to lists of items."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from experiments.recommender.factorise import Floats
from experiments.recommender.ranker import ranking
from mc.tracking.models import ArrayWriter
from mc.types import AnyCorpus, Array


@dataclass(frozen=True, eq=False)
class Ranker:
    """What a generation recommends.

    Parameters
    ----------
    scores : (users, items) float
        The higher, the earlier in the list.
    list_length : int
        Items of a list.
    """

    scores: Floats
    list_length: int

    def predict(self, users: ArrayLike) -> pd.DataFrame:
        """The items recommended to some users, one row a user, the best first."""
        chosen = np.asarray(users, int).ravel()
        return pd.DataFrame(ranking(self.scores[chosen], self.list_length))


@dataclass(frozen=True)
class RankerModels:
    """Keeps rankers as arrays."""

    @property
    def trusted_types(self) -> tuple[str, ...]:
        """None beyond numpy's."""
        return ()

    def open(self, corpus: AnyCorpus) -> ArrayWriter:
        """A writer; it needs nothing of the corpus."""
        return ArrayWriter("ranker", __name__, arrays_of)


def arrays_of(model: Ranker) -> dict[str, Array]:
    """What is kept of a ranker."""
    return {"scores": model.scores, "list_length": np.array(model.list_length)}


def _load_pyfunc(path: str) -> Ranker:
    """Called by MLflow."""
    with np.load(Path(path), allow_pickle=False) as arrays:
        return Ranker(arrays["scores"], int(arrays["list_length"]))
