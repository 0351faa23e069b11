"""The loop that a competent user writes with the same packages, everything at its defaults."""

import time
from collections.abc import Callable
from typing import Any

import mlflow
import numpy as np
import optuna
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.task import Reviews, Task, Timed

Log = Callable[[Pipeline, dict[str, float], int], None]  # a model and its metrics, at a step


def run(task: Task) -> Timed:
    """Time it; each metric and each model is logged by a call of its own."""
    return loop(task, log_each)


def log_each(model: Pipeline, metrics: dict[str, float], step: int) -> None:
    """Log as MLflow's quick start does."""
    for name, value in metrics.items():
        mlflow.log_metric(name, value, step)
    mlflow.sklearn.log_model(model, name="model", step=step)


def loop(task: Task, log: Log) -> Timed:
    """Refit the vectoriser and the classifier each generation, as one trial of a study."""
    reviews = Reviews(task)
    seconds: list[float] = []
    trained: list[dict[str, float]] = []

    def objective(trial: optuna.Trial) -> float:
        model: Any = None
        with mlflow.start_run():
            for step, size in enumerate(task.condition.sizes):
                start = time.perf_counter()
                if model is not None:
                    reviews.relabel(step, model)
                model = make_pipeline(TfidfVectorizer(), LogisticRegression())
                model.fit(reviews.train[:size], reviews.labels[:size])
                metrics = score(model, reviews)
                log(model, metrics, step)
                trial.report(metrics["accuracy"], step)
                seconds.append(time.perf_counter() - start)
                trained.append(reviews.facts(size, metrics["accuracy"]))
        return trained[-1]["accuracy"]

    optuna.create_study(storage="sqlite:///by_hand.db").optimize(objective, n_trials=1)
    return Timed(seconds, trained)


def score(model: Pipeline, reviews: Reviews) -> dict[str, float]:
    """Score the held-out reviews by their texts."""
    probability = model.predict_proba(reviews.test)[:, 1]
    predicted = np.asarray(probability > 0.5)
    return {
        "accuracy": float(accuracy_score(reviews.truth, predicted)),
        "f1": float(f1_score(reviews.truth, predicted)),
        "roc_auc": float(roc_auc_score(reviews.truth, probability)),
    }
