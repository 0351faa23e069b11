"""The loop by hand, logged by somebody who knows what MLflow's defaults cost."""

from importlib.metadata import version

import mlflow
from sklearn.pipeline import Pipeline

from benchmarks.by_hand import loop
from benchmarks.task import Task, Timed

REQUIREMENTS = [f"scikit-learn=={version('scikit-learn')}"]


def run(task: Task) -> Timed:
    """Time it; metrics travel together, and requirements are given instead of inferred."""
    return loop(task, log_at_once)


def log_at_once(model: Pipeline, metrics: dict[str, float], step: int) -> None:
    """Log in two calls."""
    mlflow.log_metrics(metrics, step)
    mlflow.sklearn.log_model(model, name="model", step=step, pip_requirements=REQUIREMENTS)
