"""Generations of writers: each reads what the one before has written, and so does a classifier.

Pure and deterministic. Knows nothing of MLflow, Optuna or files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.text_collapse.author import Author
from experiments.text_collapse.condition import Condition
from experiments.text_collapse.judging import Judge
from experiments.text_collapse.models import TextWriter
from experiments.text_collapse.samples import Samples
from experiments.text_collapse.treatment import Treatment
from mc import plugins
from mc.lineage.replicate import Replicate
from mc.randomness import stream
from mc.text.classifying import count_terms, learn_and_predict
from mc.text.reviews import Reviews
from mc.text.tokens import TokenCorpus
from mc.types import Array, GenerationRecord, Labels, Rows

RESULTS_VERSION = 3  # raise when a change alters numbers: stored lineages are then not reused


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
        What the newest generator knows, where the next one or the cure begins with it; else empty.
    spent : (k,) int, optional
        Places whose human texts the cure has used.
    """

    step: int
    result: Reviews
    reference: Labels
    generator: Mapping[str, Array] = field(default_factory=dict)
    spent: Rows | None = None


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
    human = corpus.reviews.take(draws.order).cut(condition.longest or None)
    labels = corpus.labels[draws.order]
    author = Author(condition, replicate, corpus.words, human, labels)
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
    generator = author.restore(after.generator) if after else None
    treatment = Treatment(author, getattr(after, "spent", None))

    for step in range(after.step + 1 if after else 0, len(plan.sizes)):
        rng = stream(seed, replicate, "generation", step)
        rows = regime.rows(plan.sizes, step, rng)
        reading, effort = treatment.read(step, rows, result, is_written, generator)
        read, classes = reading.texts, reading.labels
        generator = author.train(step, read, classes, generator, reading.of_words)
        following = condition.increment(min(step + 1, condition.generations))
        written = author.write(generator, following, stream(seed, replicate, "writing", step))

        X = count_terms(read, corpus.terms, width)
        seed_of_fit, weights = int(rng.integers(2**31)), reading.weights
        probability = learn_and_predict(plan, X, classes, X_test, seed_of_fit, weights=weights)
        reference = (probability > 0.5).astype(np.int8) if reference is None else reference
        metrics = {
            **judge.of_classifier(probability, reference),
            **judge.of_generator(generator, reading.learned),
            **judge.of_texts(written, read),
            "train_size": float(len(read)),
            "train_words": float(len(read.tokens)),
            "synthetic_share": float(reading.is_written.mean()),
            **effort,
        }
        texts = samples.write(generator, author.rule, stream(seed, replicate, "samples"))
        page = {f"samples/generation_{step:02}.txt": samples.page(texts)}
        added = human.take(following).replaced(written, is_written[following])
        result = Reviews.join([result, added])
        yield GenerationRecord(
            metrics,
            model=TextWriter(condition.generator, generator, author.rule, corpus.words),
            state=State(step, result, reference, author.kept(generator), treatment.spent),
            notes=samples.first(texts),
            texts=page,
        )
