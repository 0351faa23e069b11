"""Fail points: the named moments of a run at which a fault could lose work or do it twice.

In use nothing happens there. A test listens to Python's audit events (`sys.addaudithook`), raises
an error or ends the process at one of them, and sees that the same command then ends as if
undisturbed.
"""

import sys
from typing import Literal, get_args

EVENT = "mc.failpoint"
FailPoint = Literal[
    # of a stage
    "corpus prepared",
    "stage opened",
    "jobs asked",
    "jobs done",
    "results logged",
    "page logged",
    "stage closed",
    # of a job
    "job claimed",
    "claim signed",
    "run opened",
    "model written",
    "value reported",
    "metrics written",
    "checkpoint written",
    "job logged",
    "run closed",
    "job told",
    # of a registered model
    "version made",
]
ALL: tuple[FailPoint, ...] = get_args(FailPoint)


def reach(point: FailPoint) -> None:
    """Tell whoever listens that this process is there."""
    sys.audit(EVENT, point)
