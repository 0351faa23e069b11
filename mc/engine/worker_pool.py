"""Worker processes of one command: started, replaced when they die, never left behind."""

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection, forkserver
from multiprocessing.process import BaseProcess

from mc.engine import queue
from mc.errors import StudyError
from mc.processes import die_with_parent, interrupt_on_sigterm, is_ending
from mc.progress import ProgressBar

MAX_DEATHS = 10  # in one command, before something must be wrong
POLL_SECONDS = 0.5
LOOKING = 10  # times what a look at a large study takes, before the next: it keeps workers waiting
# A fork server imports the libraries once for all workers, while the stage reads its corpus.
CAN_FORK = sys.platform != "win32"
CONTEXT = (
    multiprocessing.get_context("forkserver") if CAN_FORK else multiprocessing.get_context("spawn")
)
Work = Callable[[], None]


def warm_up() -> None:
    """Start importing what workers need, once; to be called when their environment is set.

    Ctrl-C reaches every process of a terminal at once. The server and the workers that it forks
    inherit a mask that keeps it from them; the stage, which gets it, ends them in order.
    """
    if CAN_FORK:
        CONTEXT.set_forkserver_preload(["mc.engine.preload"])
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        forkserver.ensure_running()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def complete(
    study: queue.Study,
    queued: Sequence[queue.QueuedJob],
    work: Work,
    jobs: int,
    steps: int,
    *,
    unit: str = "generations",
) -> queue.Progress:
    """Keep workers at work until every job is done or given up.

    Parameters
    ----------
    study : Study
        Holds the jobs, enqueued already.
    queued : sequence of QueuedJob
        What is to be done.
    work : callable
        What a worker process does: claim and compute jobs until none is waiting.
    jobs : int
        Workers at most.
    steps : int
        Intermediate values that all jobs report together, for the progress bar.
    unit : str
        What such a value stands for.
    """
    state = queue.progress(study, queued)
    bar = ProgressBar(steps, state.generations, unit)
    pool = WorkerPool(work, min(jobs, state.unfinished))
    watch = queue.Watch(study)
    try:
        while state.unfinished:
            pool.fill(queue.is_waiting(study))
            looked = time.monotonic()
            watch.release()
            queue.retry(study, queued)
            state = queue.progress(study, queued)
            bar.show(state.generations)
            took = time.monotonic() - looked
            if state.unfinished:
                pool.wait(min(max(POLL_SECONDS, LOOKING * took), 10 * POLL_SECONDS))
        pool.see_off()
    finally:
        pool.dismiss()
        bar.close()
    return state


class WorkerPool:
    """The worker processes of this command."""

    def __init__(self, work: Work, size: int) -> None:
        self._work, self._size, self._deaths = work, size, 0
        if size:
            warm_up()
        self._processes: list[BaseProcess] = []

    def fill(self, is_waiting: bool) -> None:
        """Start workers for waiting jobs, up to the pool's size."""
        self._deaths += sum(process.exitcode not in (None, 0) for process in self._processes)
        if self._deaths > MAX_DEATHS:
            raise StudyError(
                f"workers ended {self._deaths} times without finishing (out of memory?); "
                "try fewer jobs; the same command goes on from here"
            )
        self._processes = [process for process in self._processes if process.is_alive()]
        while is_waiting and len(self._processes) < self._size:
            process = CONTEXT.Process(target=_live, args=(self._work,))
            process.start()
            self._processes.append(process)

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a worker ends: then there is something to see."""
        alive = [process.sentinel for process in self._processes if process.is_alive()]
        connection.wait(alive, seconds)

    def see_off(self) -> None:
        """Wait a moment for workers that have nothing left to do."""
        for process in self._processes:
            process.join(timeout=5)

    def dismiss(self) -> None:
        """End all workers: politely, so that they close their runs, then for good."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(timeout=10)
            process.kill()
            process.join()


def _live(work: Work) -> None:
    """The body of a worker process."""
    die_with_parent()
    interrupt_on_sigterm()
    try:
        work()
    except BaseException:
        if is_ending():
            raise SystemExit(1) from None
        raise
