"""The machine's load while a stage runs, as metrics of its run: processors, memory, disk."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

SAMPLE_SECONDS = 10  # shorter stages have no sample


@contextmanager
def watched(run_id: str) -> Iterator[None]:
    """Sample the machine's load for as long as the block runs.

    MLflow's own variables change how often (``MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL``).
    """
    logging.getLogger("mlflow.system_metrics").setLevel(logging.CRITICAL)  # an extra, not a result
    monitor = SystemMetricsMonitor(run_id, sampling_interval=SAMPLE_SECONDS)  # type: ignore[no-untyped-call]
    monitor.start()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        monitor.finish()  # type: ignore[no-untyped-call]
