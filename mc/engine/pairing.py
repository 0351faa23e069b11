"""What each lineage loses against its baseline, generation by generation, as metrics of its run.

A worker logs it when the baseline is finished already; the stage adds what was finished before it.
"""

from collections.abc import Mapping, Sequence

from mc.engine.jobs import Job
from mc.statistics.charts import Point
from mc.tracking.results import Result
from mc.tracking.runs import OpenRun, log_points

LOSS = "loss_points"


def losses(baseline: Sequence[float], own: Sequence[float]) -> list[Point]:
    """Loss at each generation that both have, in percentage points.

    >>> losses([0.9, 0.91], [0.9, 0.86])[1]
    Point(metric='loss_points', step=1, value=5.0)
    """
    pairs = enumerate(zip(baseline, own, strict=False))
    return [Point(LOSS, step, round(100 * (human - at), 10)) for step, (human, at) in pairs]


def log_missing(stage_run: OpenRun, jobs: Mapping[str, Job], results: Mapping[str, Result]) -> None:
    """Log the losses of finished jobs that ended before their baseline.

    Parameters
    ----------
    jobs, results : mapping
        By key; jobs without a result, or whose baseline has none, are left out.
    """
    baselines: dict[str, list[float]] = {}
    for key, result in results.items():
        job = jobs[key]
        if job.baseline not in results or LOSS in result.metrics:
            continue
        if job.baseline not in baselines:
            baselines[job.baseline] = list(results[job.baseline].table()[job.objective])
        own = list(result.table()[job.objective])
        log_points(stage_run.client, result.run_id, losses(baselines[job.baseline], own))
