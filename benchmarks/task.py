"""What every yardstick is given, and what it gives back. Knows no yardstick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mc.data import datasets
from mc.lineage.loop import Condition
from mc.lineage.replicate import Replicate
from mc.types import Corpus, Labels


@dataclass(frozen=True)
class Task:
    """Generations to be made.

    Parameters
    ----------
    data, data_params : str
        As the stages take them.
    condition : Condition
        Sizes, rate, test rows and seed; replicate 0 of it is run.
    """

    data: str
    data_params: str
    condition: Condition

    def corpus(self) -> Corpus:
        """Read or simulate the reviews."""
        return datasets.find(self.data, self.data_params).load()


@dataclass(frozen=True)
class Timed:
    """What one yardstick took.

    Parameters
    ----------
    seconds : sequence of float
        Wall time of each generation.
    trained : sequence of mapping
        ``train_size``, ``synthetic_share``, ``label_error`` and ``accuracy`` of each.
    details : mapping
        More figures that the yardstick knows.
    """

    seconds: Sequence[float]
    trained: Sequence[Mapping[str, float]]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def later(self) -> float:
        """Median over the generations after the first, which alone starts cold."""
        return float(np.median(self.seconds[1:] or self.seconds))


class Reviews:
    """Texts and labels as a user's own loop holds them: the rows that ours trains on, too."""

    def __init__(self, task: Task) -> None:
        corpus, self.condition = task.corpus(), task.condition
        draws = Replicate.draw(len(corpus), self.condition, 0)
        texts = np.array(corpus.texts, dtype=object)
        self.train, self.test = texts[draws.order], texts[draws.test]
        self._human, self.truth = corpus.labels[draws.order], corpus.labels[draws.test]
        self.labels: Labels = self._human.copy()
        self._contaminated = draws.contamination < self.condition.rate  # (n,)

    def relabel(self, step: int, model: Any) -> None:
        """Let the previous generation label its share of the new reviews."""
        new = np.arange(*self.condition.sizes[step - 1 : step + 1])
        new = new[self._contaminated[new]]
        if len(new):
            self.labels[new] = model.predict(self.train[new])

    def facts(self, size: int, accuracy: float) -> dict[str, float]:
        """What a generation was trained on, and what came of it."""
        first = self.condition.sizes[0]
        return {
            "train_size": float(size),
            "synthetic_share": float(self._contaminated[first:size].sum() / size),
            "label_error": float(np.mean(self.labels[:size] != self._human[:size])),
            "accuracy": accuracy,
        }
