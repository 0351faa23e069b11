"""Seconds a generation: ours, fully tracked, against the loop that one would write by hand.

Both run in this process, one after the other, on the same texts, labels and sizes, so that their
ratio holds on a noisy machine. `python -m benchmarks.generations --help`
"""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import mlflow
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.pipeline import Pipeline

from mc import common, datasets, plugins
from mc.features import open_features, prepare
from mc.lineage import Condition, Replicate, lineage
from mc.tracking import store
from mc.tracking.models import ModelWriter
from mc.tracking.runs import open_lineage_run
from mc.types import Corpus


def by_hand(corpus: Corpus, condition: Condition) -> list[float]:
    """Refit the vectoriser and the classifier and log both with the libraries' defaults."""
    draws = Replicate.draw(len(corpus), condition, 0)
    texts = np.array(corpus.texts, dtype=object)
    train, test = texts[draws.order], texts[draws.test]
    human, truth = corpus.labels[draws.order], corpus.labels[draws.test]
    labels, seconds, model = human.copy(), [], None
    with mlflow.start_run():
        for step, size in enumerate(condition.sizes):
            start = time.perf_counter()
            if model is not None:
                new = np.arange(condition.sizes[step - 1], size)
                new = new[draws.contamination[new] < condition.rate]
                labels[new] = model.predict(train[new])
            model = Pipeline([("tfidf", TfidfVectorizer()), ("classifier", LogisticRegression())])
            model.fit(train[:size], labels[:size])
            probability = model.predict_proba(test)[:, 1]
            mlflow.log_metric("accuracy", accuracy_score(truth, probability > 0.5), step)
            mlflow.log_metric("f1", f1_score(truth, probability > 0.5), step)
            mlflow.log_metric("roc_auc", roc_auc_score(truth, probability), step)
            mlflow.sklearn.log_model(model, name="model", step=step)
            seconds.append(time.perf_counter() - start)
    return seconds


def ours(corpus: Corpus, condition: Condition, backend: str = "logistic") -> list[float]:
    """One lineage as a worker runs it, all metrics and models logged."""
    wanted = plugins.load("backends", "backend", backend).representation
    folder, _ = prepare(corpus.digest, lambda: corpus, wanted)
    features, client = open_features(folder), store.connect()
    writer = ModelWriter(features, backend)
    run = open_lineage_run(client, "0", "none", "ours", params={}, tags={}, writer=writer)
    seconds, start = [], time.perf_counter()
    with run:
        for generation in lineage(features.X, features.labels, condition, 0):
            run.add(generation, keep_model=True)
            seconds.append(time.perf_counter() - start)
            start = time.perf_counter()
        run.finish()
    seconds[-1] += time.perf_counter() - start
    return seconds


def later(seconds: Sequence[float]) -> float:
    """Median over the generations after the first, which alone starts cold."""
    return float(np.median(seconds[1:]))


@click.command()
@click.option("--data", default="simulated", help="as the stages take it")
@click.option("--data_params", default="", help="as the stages take it")
@click.option("--initial_size", default=50_000)
@click.option("--increment", default=1_000)
@click.option("--generations", default=4, help="timed; by hand each takes seconds")
@click.option("--test_size", default=20_000)
def main(  # noqa: PLR0917
    data: str,
    data_params: str,
    initial_size: int,
    increment: int,
    generations: int,
    test_size: int,
) -> None:
    """Print seconds a generation and their ratio, as JSON."""
    corpus = datasets.find(data, data_params).load()
    sizes = tuple(initial_size + increment * step for step in range(generations))
    condition = replace(common.condition({**_defaults(), "test_size": test_size}, sizes), rate=0.5)
    common.check_rows(len(corpus), condition, corpus.name)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["MC_CACHE"] = str(Path(folder) / "cache")
        hand, own = by_hand(corpus, condition), ours(corpus, condition)
    result = {
        "data": f"{corpus.name}, {len(corpus):,} reviews",
        "sizes": sizes,
        "by hand, seconds a generation": round(later(hand), 3),
        "ours, seconds a generation": round(later(own), 3),
        "ratio": round(later(hand) / later(own), 1),
        "first generation: by hand, ours": [round(hand[0], 3), round(own[0], 3)],
    }
    click.echo(json.dumps(result, indent=1))


def _defaults() -> dict[str, object]:
    return {name: param.default for name, param in common.COMMON.items()}


if __name__ == "__main__":
    main()
