"""Whether the suspect's texts are less diverse, block of reviews against block of reviews.

Each side is cut into blocks; a measure of diversity is taken in each, and blocks are compared by
Welch's t test, since the measures are no means over reviews.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ttest_ind_from_stats

from experiments.audit.permuting import Test
from experiments.audit.sides import Sides
from mc.text.measures.distribution import DECILES
from mc.text.measures.diversity import self_repetition
from mc.text.reviews import Reviews
from mc.text.tokens import SPECIAL

BLOCKS = 10  # of each side
Floats = NDArray[np.float64]


def tests(sides: Sides) -> dict[str, Test]:
    """Test the vocabulary of as many words, and how much reviews repeat each other."""
    blocks = [_blocks(sides, side) for side in (False, True)]
    words = min(len(block.tokens) for side in blocks for block in side)
    measures = {
        "vocabulary": lambda block: len(np.unique(block.tokens[:words])) / max(words, 1),
        "repetition": self_repetition,
    }
    return {
        name: _welch(*(np.array([measure(block) for block in side]) for side in blocks))
        for name, measure in measures.items()
    }


def lost_by_decile(sides: Sides) -> Floats:
    """Share of the kinds of words of each tenth that a block lacks, (2, BLOCKS, 10).

    Tenths of the vocabulary of both sides together, the most frequent words first; blocks of
    human reviews, then of the suspect's, of as many reviews.
    """
    truth = np.bincount(sides.reviews.tokens, minlength=sides.width)
    words = np.arange(len(SPECIAL), sides.width)
    words = words[truth[words] > 0]
    tenths = np.array_split(words[np.argsort(-truth[words], kind="stable")], DECILES)
    lost = np.empty((2, BLOCKS, DECILES))
    for side in (0, 1):
        for number, block in enumerate(_blocks(sides, bool(side))):
            has = np.zeros(sides.width, bool)
            has[block.tokens] = True
            lost[side, number] = [1 - has[tenth].mean() if len(tenth) else 0.0 for tenth in tenths]
    return lost


def _blocks(sides: Sides, side: bool) -> list[Reviews]:
    """Blocks of one side, as many reviews in each block of either."""
    size = min(int(sides.suspect.sum()), int((~sides.suspect).sum())) // BLOCKS
    rows = np.flatnonzero(sides.suspect == side)[: size * BLOCKS]
    return [sides.reviews.take(block) for block in rows.reshape(BLOCKS, size)]


def _welch(human: Floats, suspect: Floats) -> Test:
    spread = float(np.sqrt(human.var(ddof=1) / BLOCKS + suspect.var(ddof=1) / BLOCKS))
    if spread == 0:
        return Test(0.0, 0.0, 1.0, "two-sided")
    # from means and spreads: from values it warns where one side's are all alike
    moments = [
        part for side in (suspect, human) for part in (side.mean(), side.std(ddof=1), BLOCKS)
    ]
    p = float(ttest_ind_from_stats(*moments, equal_var=False).pvalue)
    return Test(float(suspect.mean() - human.mean()), spread, p, "two-sided")
