"""What the cure of a lineage does to what is read, and what it takes."""

import time
from functools import cached_property

import numpy as np

from experiments.text_collapse.author import Author
from mc.text.curing import NOTHING
from mc.text.generators import Generator
from mc.text.reading import Apply, Mask, Reading
from mc.text.reviews import Reviews
from mc.types import Rows

DESCRIPTIONS = {
    "human_spent": "human texts so far that the cure has used instead of written ones",
    "texts_kept": "share of the texts offered that a generation has read after the cure",
    "words_altered": "share of their words that the cure has drawn anew, or left out of training",
    "cure_seconds": "of the cure in this generation",
}


class Treatment:
    """The cure of a lineage, from generation 1 on.

    Parameters
    ----------
    author : Author
        Of the lineage.
    spent : (k,) int, optional
        Places whose human texts earlier generations have used.
    """

    def __init__(self, author: Author, spent: Rows | None = None) -> None:
        self.spent = np.empty(0, np.int64) if spent is None else spent
        self._author = author
        self._draws = author.rng("cure").random(len(author.labels))

    @cached_property
    def _apply(self) -> Apply:
        return self._author.cure.prepare(self._author.origin)

    def read(
        self,
        step: int,
        rows: slice | Rows,
        result: Reviews,
        is_written: Mask,
        previous: Generator | None,
    ) -> tuple[Reading, dict[str, float]]:
        """What a generation reads, and the metrics of `DESCRIPTIONS`; none without a cure.

        Parameters
        ----------
        step : int
            The generation.
        rows : slice or (m,) int
            Places of the texts that the regime gives it.
        result : Reviews
            The texts of all places so far.
        is_written : (n,) bool
            Whether each place has a written text.
        previous : Generator or None
            The generator of the generation before; None in generation 0.
        """
        author, start = self._author, time.perf_counter()
        reading = Reading(
            texts=result.take(rows),
            labels=author.labels[rows],
            rows=np.arange(len(author.labels))[rows],
            is_written=is_written[rows],
            human=author.human.take(rows),
            draws=self._draws[rows],
            before=previous,
            rng=author.rng("cure", step),
            spent=self.spent,
        )
        if author.cure.name == NOTHING:
            return reading, {}
        cured = self._apply(reading) if step else reading
        self.spent = cured.spent
        return cured, {
            "human_spent": float(len(self.spent)),
            "texts_kept": len(np.unique(cured.rows)) / len(reading),
            "words_altered": cured.altered,
            "cure_seconds": time.perf_counter() - start,
        }
