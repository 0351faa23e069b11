"""An n-gram model for each class (interpolated Kneser-Ney); writes thousands of texts a second."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mc.errors import ParameterError
from mc.settings import Settings
from mc.text.decoding import Decoding
from mc.text.generators import LONGEST, Generator
from mc.text.ngram import editing, model
from mc.text.ngram.model import Floats, Level, Model
from mc.text.ngram.writing import Writer
from mc.text.reviews import Reviews
from mc.types import Array, Labels

PARTS = tuple(part.name for part in fields(Level))
edits = True


class Parameters(Settings):
    """Settings of the generator."""

    order: int = Field(3, ge=1, le=8, description="words of the longest sequences that it knows")


@dataclass(frozen=True, eq=False)
class NgramGenerator:
    """A fitted model of word sequences."""

    model: Model

    def write(
        self,
        labels: Labels,
        rng: np.random.Generator,
        decoding: Decoding,
        beginnings: NDArray[np.int32] | None = None,
        most: int = LONGEST,
    ) -> Reviews:
        """Write texts; words that the model has not read are never written."""
        return Writer(self.model, decoding).write(labels, rng, beginnings, most)

    def log_probability(self, reviews: Reviews, labels: Labels) -> Floats:
        """Log probability of each word, and of the end after each text, (N + n,), in nats."""
        return self.model.log_probability(reviews, labels)

    def edit(
        self, reviews: Reviews, labels: Labels, threshold: float, rng: np.random.Generator
    ) -> tuple[Reviews, float]:
        """Draw words anew that are too likely, see `mc.text.ngram.editing.edit`."""
        return editing.edit(self.model, reviews, labels, threshold, rng)

    def arrays(self) -> Mapping[str, Array]:
        """The sequences of each length, and the size of the vocabulary."""
        levels = {
            f"{length}/{part}": getattr(level, part)
            for length, level in enumerate(self.model.levels)
            for part in PARTS
        }
        return {**levels, "width": np.array(self.model.width)}


def fit(
    reviews: Reviews,
    labels: Labels,
    words: NDArray[np.str_],
    *,
    seed: int,
    previous: Generator | None = None,
    weights: Floats | None = None,
    order: int,
) -> NgramGenerator:
    """Count the sequences of texts; neither the seed nor the generation before matters."""
    return NgramGenerator(model.fit(reviews, labels, order, len(words), weights=weights))


def restore(arrays: Mapping[str, Array]) -> NgramGenerator:
    """A generator from its `NgramGenerator.arrays`."""
    order = sum(name.endswith(f"/{PARTS[0]}") for name in arrays)
    levels = [Level(**{part: arrays[f"{n}/{part}"] for part in PARTS}) for n in range(order)]
    return NgramGenerator(Model(levels, int(arrays["width"])))


def check(decoding: Decoding, parameters: Parameters) -> None:
    """Refuse a rule that it does not know.

    Raises
    ------
    ParameterError
        Names the parameter and the remedy.
    """
    if decoding.repetition_penalty != 1:
        raise ParameterError(
            f"repetition_penalty={decoding.repetition_penalty:g} works with generator=transformer "
            "alone; use 1 with generator=ngram"
        )
