"""Generations of writers: each reads what the one before has written, and so does a classifier.

Pure and deterministic. Knows nothing of MLflow, Optuna or files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.text_collapse.judging import Judge
from experiments.text_collapse.samples import Samples
from mc import plugins
from mc.lineage import loop
from mc.lineage.replicate import Replicate
from mc.randomness import stream
from mc.settings import Values
from mc.text.classifying import count_terms, learn_and_predict
from mc.text.model import fit
from mc.text.reviews import Reviews
from mc.text.tokens import TokenCorpus
from mc.text.writing import Writer
from mc.types import GenerationRecord, Labels

RESULTS_VERSION = 1  # raise when a change alters numbers: stored lineages are then not reused


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
    order : int
        Words of the longest sequences that a generator knows.
    temperature : float
        Of writing, see `mc.text.writing.Writer`.
    top_k : int
        Likeliest words among which a generator chooses; 0 for all.
    backend : str
        The classifier.
    backend_params : mapping
        All its parameters.
    test_size : int
        Held-out reviews.
    seed : int
        Base of all random streams.
    """

    regime: str
    rate: float
    reviews: int
    generations: int
    order: int = 3
    temperature: float = 1.0
    top_k: int = 0
    backend: str = "logistic"
    backend_params: Values = field(default_factory=dict)
    test_size: int = 20_000
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
    """

    step: int
    result: Reviews
    reference: Labels


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
    human, labels = corpus.reviews.take(draws.order), corpus.labels[draws.order]
    is_written = draws.contamination < condition.rate  # nested in rate
    is_written[: condition.reviews] = False
    result = human.take(slice(0, condition.reviews))
    judge = Judge.of(corpus, draws.test, result)
    samples = Samples(corpus, draws.test)
    X_test = count_terms(judge.held_out, corpus.terms, width)
    reference = after.reference if after else None
    result = after.result if after else result

    for step in range(after.step + 1 if after else 0, len(plan.sizes)):
        rng = stream(seed, replicate, "generation", step)
        rows = regime.rows(plan.sizes, step, rng)
        read, classes = result.take(rows), labels[rows]
        model = fit(read, classes, condition.order, width)
        writer = Writer(model, condition.temperature, condition.top_k)
        # Row by row for the class of the human review whose place a written one may take.
        following = condition.increment(min(step + 1, condition.generations))
        written = writer.write(labels[following], stream(seed, replicate, "writing", step))

        X = count_terms(read, corpus.terms, width)
        probability = learn_and_predict(plan, X, classes, X_test, int(rng.integers(2**31)))
        reference = (probability > 0.5).astype(np.int8) if reference is None else reference
        metrics = {
            **judge.of_classifier(probability, reference),
            **judge.of_model(model),
            **judge.of_texts(written, read),
            "train_size": float(len(read)),
            "train_words": float(len(read.tokens)),
            "synthetic_share": float(is_written[rows].mean()),
        }
        texts = samples.write(writer, stream(seed, replicate, "samples"))
        page = {f"samples/generation_{step:02}.txt": samples.page(texts)}
        new = _mixed(human.take(following), written, is_written[following])
        result = Reviews.join([result, new])
        yield GenerationRecord(
            metrics,
            model=writer,
            state=State(step, result, reference),
            notes=samples.first(texts),
            texts=page,
        )


def _mixed(human: Reviews, written: Reviews, is_written: NDArray[np.bool_]) -> Reviews:
    """Row by row one or the other."""
    places = np.arange(len(human))
    return Reviews.join([human, written]).take(np.where(is_written, places + len(human), places))
