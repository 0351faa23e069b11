"""Worker processes of one command: started, replaced when they die, never left behind."""

import multiprocessing
import signal
import sys
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess

from mc import worker
from mc.errors import StudyError

MOST_DEATHS = 10  # in one command, before something must be wrong
# A fork server imports the libraries once for all workers, while the stage reads its corpus.
CAN_FORK = sys.platform != "win32"
CONTEXT = (
    multiprocessing.get_context("forkserver") if CAN_FORK else multiprocessing.get_context("spawn")
)


def warm_up() -> None:
    """Start importing what workers need; to be called when their environment is set.

    Ctrl-C reaches every process of a terminal at once. The server and the workers that it forks
    inherit a mask that keeps it from them; the stage, which gets it, ends them in order.
    """
    if CAN_FORK:
        CONTEXT.set_forkserver_preload(["mc.stage"])
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        forkserver.ensure_running()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """The worker processes of this command."""

    def __init__(self, plan: worker.Plan, size: int) -> None:
        self._plan, self._size, self._deaths = plan, size, 0
        self._processes: list[BaseProcess] = []

    def fill(self, is_waiting: bool) -> None:
        """Start workers for waiting cells, up to the crew's size."""
        self._deaths += sum(process.exitcode not in (None, 0) for process in self._processes)
        if self._deaths > MOST_DEATHS:
            raise StudyError(
                f"workers ended {self._deaths} times without finishing (out of memory?); "
                "try fewer jobs; the same command goes on from here"
            )
        self._processes = [process for process in self._processes if process.is_alive()]
        while is_waiting and len(self._processes) < self._size:
            process = CONTEXT.Process(target=worker.main, args=(self._plan,))
            process.start()
            self._processes.append(process)

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
