"""The random numbers of one repetition, shared by all conditions so that effects are paired."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mc.randomness import stream
from mc.types import Rows

if TYPE_CHECKING:
    from mc.lineage.loop import Condition


@dataclass(frozen=True)
class Replicate:
    """The random numbers that all conditions of one repetition share.

    Parameters
    ----------
    order : (sizes[-1],) int
        Corpus rows in the order in which generations collect them.
    test : (test_size,) int
        Held-out corpus rows, disjoint from ``order``.
    contamination, labelling : (sizes[-1],) float in [0, 1)
        One draw for each row: a row is contaminated at every rate above its draw; and the draw of
        its label under the labelling ``sample``.
    """

    order: Rows
    test: Rows
    contamination: NDArray[np.float64]
    labelling: NDArray[np.float64]

    @classmethod
    def draw(
        cls, n_rows: int, condition: "Condition", replicate: int, fixed: int = 0
    ) -> "Replicate":
        """Draw a replicate; the draws of row i do not depend on the number of later rows.

        Parameters
        ----------
        fixed : int
            How many of the last rows are the held-out ones of every replicate; 0: held-out rows are
            drawn anew.
        """
        seed, size = condition.seed, condition.sizes[-1]
        shuffled = stream(seed, replicate, "rows").permutation(n_rows - fixed)
        drawn = cls(
            order=shuffled[condition.test_size :][:size],
            test=shuffled[: condition.test_size],
            contamination=stream(seed, replicate, "contamination").random(size),
            labelling=stream(seed, replicate, "labelling").random(size),
        )
        if fixed:
            test = np.arange(n_rows - fixed, n_rows)
            drawn = replace(drawn, order=shuffled[:size], test=test)
        if condition.same_rows:
            drawn = replace(drawn, order=np.resize(drawn.order[: condition.sizes[0]], size))
        return drawn
