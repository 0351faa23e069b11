"""Trains the generators of one lineage, and has them write as its condition says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from experiments.text_collapse.condition import Condition
from mc import plugins
from mc.randomness import stream
from mc.text.curing import Cure, parse
from mc.text.decoding import Decoding
from mc.text.decoding import parse as parse_decoding
from mc.text.generators import LONGEST, Generator
from mc.text.reading import Floats, Origin
from mc.text.reviews import Reviews
from mc.text.tokens import START
from mc.types import Array, Labels


@dataclass(frozen=True, eq=False)
class Author:
    """Trains the generators of a lineage, and writes with them.

    Parameters
    ----------
    condition : Condition
        Of the lineage.
    replicate : int
        Which repetition.
    words : (W,) str
        The vocabulary.
    human : Reviews
        The human texts of all places, in the order of collection.
    labels : (n,) int8
        Their classes, which are those of written texts as well.
    """

    condition: Condition
    replicate: int
    words: NDArray[np.str_]
    human: Reviews
    labels: Labels

    @cached_property
    def family(self) -> ModuleType:
        """The plug-in of the generators."""
        return plugins.load("generators", "generator", self.condition.generator)

    @cached_property
    def rule(self) -> Decoding:
        """How words are chosen."""
        given = self.condition
        return parse_decoding(given.decoding, given.temperature, given.repetition_penalty)

    @cached_property
    def cure(self) -> Cure:
        """What is done to texts before they are read."""
        return parse(self.condition.cure)

    def rng(self, *names: str | int) -> np.random.Generator:
        """A random stream of the replicate."""
        return stream(self.condition.seed, self.replicate, *names)

    def train(
        self,
        step: int,
        texts: Reviews,
        labels: Labels,
        previous: Generator | None,
        weights: Floats | None = None,
    ) -> Generator:
        """A generator that has read texts; ``weights`` (N + n,) are those of words and ends."""
        more = {} if weights is None else {"weights": weights}
        trained: Generator = self.family.fit(
            texts,
            labels,
            self.words,
            seed=int(self.rng("generator", step).integers(2**31)),
            previous=previous,
            **self.condition.generator_params,
            **more,
        )
        return trained

    def write(self, generator: Generator, rows: slice, rng: np.random.Generator) -> Reviews:
        """Texts of the classes of the human ones of some places, with their beginnings."""
        given = self.condition
        begun = self.human.take(rows).cut(given.prompt)
        new = generator.write(
            self.labels[rows],
            rng,
            self.rule,
            beginnings(begun, given.prompt),
            (given.longest or LONGEST) - given.prompt,
        )
        return begun.followed_by(new)

    def kept(self, generator: Generator) -> Mapping[str, Array]:
        """What a checkpoint holds of the newest generator; nothing where no later one asks it."""
        needed = getattr(self.family, "needs_previous", False) or self.cure.needs_previous
        return generator.arrays() if needed else {}

    def restore(self, arrays: Mapping[str, Array]) -> Generator | None:
        """The generator that `kept` has given."""
        if not arrays:
            return None
        restored: Generator = self.family.restore(arrays)
        return restored

    @cached_property
    def origin(self) -> Origin:
        """Generation 0, whose generator is trained once more where a cure asks it."""
        first = self.condition.increment(0)
        texts, labels = self.human.take(first), self.labels[first]
        return Origin(
            texts=texts,
            labels=labels,
            find=partial(self.train, 0, texts, labels, None),
            compose=lambda generator, rng: self.write(generator, first, rng),
            rng=partial(self.rng, "cure"),
        )


def beginnings(texts: Reviews, many: int) -> NDArray[np.int32] | None:
    """First words of texts, (many, m); `START` stands before those that have fewer."""
    if many == 0:
        return None
    lengths = texts.lengths
    found = np.full((len(texts), many), START, np.int32)
    found[np.arange(many) >= many - lengths[:, None]] = texts.tokens
    return found.T
