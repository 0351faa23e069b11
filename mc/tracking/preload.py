"""Imports what the first model needs, and what MLflow imports with the first database it opens."""

import mlflow
import skops.io  # noqa: F401

if not mlflow.get_tracking_uri().startswith("http"):
    import mlflow.store.tracking.sqlalchemy_store
