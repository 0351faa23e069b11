"""The grid as Optuna trials. The only room that imports optuna.

``storage`` opens a study's database, ``jobs`` puts jobs into a study, ``claims`` works them off,
``suggestions`` asks for settings worth trying.
"""

from mc.engine.queue.claims import Claim, work
from mc.engine.queue.jobs import (
    RUNNING,
    TRIES,
    Progress,
    QueuedJob,
    Watch,
    is_waiting,
    numbers,
    progress,
    reconcile,
    retry,
    running,
)
from mc.engine.queue.storage import (
    Study,
    describe,
    find_study,
    open_study,
    start_over,
    study_names,
    without_password,
)
from mc.engine.queue.suggestions import importances, suggest, suggest_for_all

__all__ = [
    "RUNNING",
    "TRIES",
    "Claim",
    "Progress",
    "QueuedJob",
    "Study",
    "Watch",
    "describe",
    "find_study",
    "importances",
    "is_waiting",
    "numbers",
    "open_study",
    "progress",
    "reconcile",
    "retry",
    "running",
    "start_over",
    "study_names",
    "suggest",
    "suggest_for_all",
    "without_password",
    "work",
]
