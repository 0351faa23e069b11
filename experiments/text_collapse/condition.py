"""What defines a lineage of writers."""

from dataclasses import dataclass, field

from mc.lineage import loop
from mc.settings import Values


@dataclass(frozen=True)
class Condition:
    """Everything that defines a lineage of writers but the replicate.

    Parameters
    ----------
    regime : str
        Name of a plug-in.
    rate : float in [0, 1]
        Share of each generation's new reviews that the generation before has written.
    reviews : int
        New reviews of each generation, human ones alone in generation 0.
    generations : int
        After generation 0.
    generator : str
        Name of a plug-in.
    generator_params : mapping
        All its parameters.
    decoding : str
        How words are chosen, as `mc.text.decoding.parse` reads it.
    temperature, repetition_penalty : float
        As of `mc.text.decoding.Decoding`.
    prompt : int
        Words of the human review, whose place it may take, with which a written text begins.
    longest : int
        Words of a text at most, human ones included; 0: human ones as they are.
    cure : str
        What is done to texts before they are read, as `mc.text.curing.parse` reads it.
    backend : str
        The classifier.
    backend_params : mapping
        All its parameters.
    test_size : int
        Held-out reviews.
    measures : {"basic", "standard"}
        Whether those that papers on generated text report are taken, too.
    embedding : str
        Name of a plug-in, of standard measures.
    seed : int
        Base of all random streams.
    """

    regime: str
    rate: float
    reviews: int
    generations: int
    generator: str = "ngram"
    generator_params: Values = field(default_factory=lambda: {"order": 3})
    decoding: str = "sample"
    temperature: float = 1.0
    repetition_penalty: float = 1.0
    prompt: int = 0
    longest: int = 0
    cure: str = "none"
    backend: str = "logistic"
    backend_params: Values = field(default_factory=dict)
    test_size: int = 20_000
    measures: str = "basic"
    embedding: str = "lsa"
    seed: int = 0

    def increment(self, step: int) -> slice:
        """Rows that a generation adds, in the order of collection."""
        return slice(self.reviews * step, self.reviews * (step + 1))

    @property
    def growth(self) -> loop.Condition:
        """The same as a lineage that grows by increments."""
        return loop.Condition(
            sizes=tuple(self.increment(step).stop for step in range(self.generations + 1)),
            rate=self.rate,
            regime=self.regime,
            backend=self.backend,
            backend_params=self.backend_params,
            test_size=self.test_size,
            seed=self.seed,
        )
