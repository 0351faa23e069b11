"""Runs a yardstick in a process and a folder of its own, and watches how much memory it takes."""

import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from mc.processes import LIBRARY_THREADS

POLL_SECONDS = 0.5


def run(function: Callable[..., Any], *given: Any, one_thread: bool = False) -> tuple[Any, float]:
    """Call a function elsewhere.

    Parameters
    ----------
    function : callable
        Finds its working folder empty, and its own tracking store and cache in it.
    *given
        Its arguments.
    one_thread : bool
        Whether the libraries' own threads are off, as in a worker.

    Returns
    -------
    (result, float)
        What it returned, and the peak of its memory, with all its processes, in MB.
    """
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        _environment(one_thread),
        ProcessPoolExecutor(1, context, _settle, (folder,)) as pool,
        watch(pool.submit(os.getpid).result()) as peak,
    ):
        result = pool.submit(function, *given).result()
    return result, peak[0]


def _settle(folder: str) -> None:
    os.chdir(folder)
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
    os.environ["MC_CACHE"] = str(Path(folder) / "cache")


@contextmanager
def _environment(one_thread: bool) -> Iterator[None]:
    """Set what the new process must find before it imports numpy."""
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(LIBRARY_THREADS, "1") if one_thread else {})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def watch(pid: int) -> Iterator[list[float]]:
    """Keep the largest sum of unique memory of a process and all below it, in MB, in a list."""
    peak, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(POLL_SECONDS):
            peak[0] = max(peak[0], unique_memory(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def unique_memory(pid: int) -> float:
    """MB that would be free again if a process and all below it ended now."""
    total = 0
    with suppress(psutil.Error):
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            with suppress(psutil.Error):
                total += process.memory_full_info().uss
    return total / 1e6
