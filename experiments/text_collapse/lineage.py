"""Generations of writers: each reads what the one before has written, and so does a classifier.

Pure and deterministic. Knows nothing of MLflow, Optuna or files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.text_collapse.judging import Judge
from experiments.text_collapse.models import TextWriter
from experiments.text_collapse.samples import Samples
from mc import plugins
from mc.lineage import loop
from mc.lineage.replicate import Replicate
from mc.randomness import stream
from mc.settings import Values
from mc.text.classifying import count_terms, learn_and_predict
from mc.text.decoding import parse
from mc.text.generators import LONGEST
from mc.text.reviews import Reviews
from mc.text.tokens import START, TokenCorpus
from mc.types import Array, GenerationRecord, Labels

RESULTS_VERSION = 3  # raise when a change alters numbers: stored lineages are then not reused


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


@dataclass(frozen=True, eq=False)
class State:
    """Where a lineage stands.

    Parameters
    ----------
    step : int
        The newest generation.
    result : Reviews
        All that the next generation may read.
    reference : (test_size,) int8
        Classes that the first classifier predicted.
    generator : mapping of str to array
        What the newest generator knows, where the next one begins with it; else empty.
    """

    step: int
    result: Reviews
    reference: Labels
    generator: Mapping[str, Array] = field(default_factory=dict)


def breed(
    corpus: TokenCorpus, condition: Condition, replicate: int, after: State | None = None
) -> Iterator[GenerationRecord]:
    """Breed generations of a generator and a classifier.

    Parameters
    ----------
    corpus : TokenCorpus
        At least ``test_size + reviews * (generations + 1)`` human reviews.
    condition : Condition
        What to do.
    replicate : int
        Which repetition, from 0; its human reviews, their order and which of them give way to
        written ones are those of all conditions (the latter nested in the rate).

    Yields
    ------
    GenerationRecord
        One for each generation, the first without anything written.
    """
    plan, width, seed = condition.growth, len(corpus.words), condition.seed
    draws = Replicate.draw(len(corpus.labels), plan, replicate)
    regime = plugins.load("regimes", "regime", condition.regime)
    family = plugins.load("generators", "generator", condition.generator)
    rule = parse(condition.decoding, condition.temperature, condition.repetition_penalty)
    human = corpus.reviews.take(draws.order).cut(condition.longest or None)
    labels = corpus.labels[draws.order]
    is_written = draws.contamination < condition.rate  # nested in rate
    is_written[: condition.reviews] = False
    result = human.take(slice(0, condition.reviews))
    judge = Judge.of(corpus, draws.test, result, condition.longest or None)
    if condition.measures == "standard":
        judge = judge.with_standard(condition.embedding, result)
    samples = Samples(corpus, draws.test)
    X_test = count_terms(judge.held_out, corpus.terms, width)
    reference = after.reference if after else None
    result = after.result if after else result
    generator = family.restore(after.generator) if after and after.generator else None

    for step in range(after.step + 1 if after else 0, len(plan.sizes)):
        rng = stream(seed, replicate, "generation", step)
        rows = regime.rows(plan.sizes, step, rng)
        read, classes = result.take(rows), labels[rows]
        generator = family.fit(
            read,
            classes,
            corpus.words,
            seed=int(stream(seed, replicate, "generator", step).integers(2**31)),
            previous=generator,
            **condition.generator_params,
        )
        # Row by row for the class of the human review whose place a written one may take.
        following = condition.increment(min(step + 1, condition.generations))
        begun = human.take(following).cut(condition.prompt)
        new = generator.write(
            labels[following],
            stream(seed, replicate, "writing", step),
            rule,
            beginnings(begun, condition.prompt),
            (condition.longest or LONGEST) - condition.prompt,
        )
        written = begun.followed_by(new)

        X = count_terms(read, corpus.terms, width)
        probability = learn_and_predict(plan, X, classes, X_test, int(rng.integers(2**31)))
        reference = (probability > 0.5).astype(np.int8) if reference is None else reference
        metrics = {
            **judge.of_classifier(probability, reference),
            **judge.of_generator(generator, read),
            **judge.of_texts(written, read),
            "train_size": float(len(read)),
            "train_words": float(len(read.tokens)),
            "synthetic_share": float(is_written[rows].mean()),
        }
        texts = samples.write(generator, rule, stream(seed, replicate, "samples"))
        page = {f"samples/generation_{step:02}.txt": samples.page(texts)}
        added = _mixed(human.take(following), written, is_written[following])
        result = Reviews.join([result, added])
        kept = generator.arrays() if getattr(family, "needs_previous", False) else {}
        yield GenerationRecord(
            metrics,
            model=TextWriter(condition.generator, generator, rule, corpus.words),
            state=State(step, result, reference, kept),
            notes=samples.first(texts),
            texts=page,
        )


def beginnings(texts: Reviews, many: int) -> NDArray[np.int32] | None:
    """First words of texts, (many, m); `START` stands before those that have fewer."""
    if many == 0:
        return None
    lengths = texts.lengths
    found = np.full((len(texts), many), START, np.int32)
    found[np.arange(many) >= many - lengths[:, None]] = texts.tokens
    return found.T


def _mixed(human: Reviews, written: Reviews, is_written: NDArray[np.bool_]) -> Reviews:
    """Row by row one or the other."""
    places = np.arange(len(human))
    return Reviews.join([human, written]).take(np.where(is_written, places + len(human), places))
