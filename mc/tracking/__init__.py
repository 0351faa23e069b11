"""Turns stages, lineages and generations into MLflow records. Knows nothing of how they were made.

The only room that imports mlflow.
"""

import os

# MLflow asks to send usage figures home; a laboratory does not, unless its user says so.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one bar is enough
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # nor a line a lineage
