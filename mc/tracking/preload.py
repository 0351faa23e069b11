"""Imports what MLflow imports with the first database that it opens, where there will be one."""

import mlflow

if not mlflow.get_tracking_uri().startswith("http"):
    import mlflow.store.tracking.sqlalchemy_store
