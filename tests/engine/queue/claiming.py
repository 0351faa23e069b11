"""What processes do to a study at the same moment, in a module that they import in no time."""

from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from mc.engine import queue

WAIT_SECONDS = 120


def claim(storage: str, start: Barrier, claimed: "SimpleQueue[str]") -> None:
    study = queue.open_study(storage, "study")
    start.wait(WAIT_SECONDS)
    queue.work(study, lambda claim: claimed.put(claim.key) or 1.0)


def ask(storage: str, start: Barrier, claimed: "SimpleQueue[str]") -> None:
    jobs = [queue.QueuedJob(f"job-{n}", {"replicate": n}) for n in range(20)]
    study = queue.open_study(storage, "study")
    start.wait(WAIT_SECONDS)
    queue.reconcile(study, jobs, dict)
