"""Who is at work, and whether they still live. Knows processes, not what they do."""

import gc
import logging
import math
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType

import psutil

PAUSE_SECONDS = 0.2  # between interrupts; those that come sooner are ignored
LIBRARY_THREADS = (  # the last is of XLA, which JAX computes with
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NPROC",
)
_ending = threading.Event()  # set once this process was asked to end


def owner() -> str:
    """Name this process as ``host pid start``: a pid alone is used again one day."""
    me = psutil.Process()
    return f"{socket.gethostname()} {me.pid} {me.create_time():.2f}"


def is_dead(claim: str) -> bool:
    """Whether the process of an `owner` text is known to be gone; another host's never is."""
    try:
        host, pid, start = claim.split()
    except ValueError:
        return False
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(pid))
        same = abs(process.create_time() - float(start)) < 0.1
        return not (same and _is_alive(process))
    except psutil.NoSuchProcess:
        return True


def is_local(claim: str) -> bool:
    """Whether an `owner` text names a process of this machine."""
    return claim.split(" ", maxsplit=1)[0] == socket.gethostname()


def die_with_parent() -> None:
    """End this process at once when the one that spawned it ends, however that ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _in_background(lambda: wait([parent.sentinel]))


def help_parent() -> None:
    """Leave Ctrl-C to the process that spawned this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()


def die_with_launcher() -> None:
    """End this process, politely, when the `mlflow run` that started it is gone.

    MLflow Projects starts a stage as its child (through a shell) and does not pass a kill on to it;
    neither does a `uv run` around it that is killed outright.
    """
    if "MLFLOW_RUN_ID" not in os.environ:
        return
    launchers = _launchers(psutil.Process().parents())

    def any_gone() -> None:
        while all(_is_alive(process) for process in launchers):
            time.sleep(1)

    if launchers:
        _in_background(any_gone, signal.SIGTERM)


def others_launching() -> bool:
    """Whether an `mlflow run` other than the one above this process is at work on this machine."""
    mine = {process.pid for process in _launchers(psutil.Process().parents())}
    return any(
        _is_launcher(process) and process.pid not in mine for process in psutil.process_iter()
    )


def launch_folder() -> Path:
    """The folder that the user's command was started in: for `mlflow run`, where that was."""
    launchers = _launchers(psutil.Process().parents())
    try:
        return Path(launchers[-1].cwd()) if launchers else Path.cwd()
    except psutil.Error:
        return Path.cwd()


def _launchers(ancestors: list[psutil.Process]) -> list[psutil.Process]:
    """The ancestors from the parent up to the topmost whose command is ``mlflow run``."""
    highest = 0
    for height, process in enumerate(ancestors, start=1):
        highest = height if _is_launcher(process) else highest
    return ancestors[:highest]


def _is_launcher(process: psutil.Process) -> bool:
    try:
        return {"mlflow", "run"} <= {Path(word).name for word in process.cmdline()}
    except psutil.Error:
        return False


def _is_alive(process: psutil.Process) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _in_background(waiting: Callable[[], object], number: int = signal.SIGKILL) -> None:
    def watch() -> None:
        waiting()
        os.kill(os.getpid(), number)

    threading.Thread(target=watch, daemon=True).start()


def is_ending() -> bool:
    """Whether this process was asked to end: what breaks from then on breaks for that reason.

    A library that an interrupt falls into may raise an error of its own in its place.
    """
    return _ending.is_set()


def interrupt_on_sigterm() -> None:
    """Let a polite kill unwind the stack as Ctrl-C does."""
    latest = -math.inf

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal latest
        now = time.monotonic()
        if now - latest < PAUSE_SECONDS:
            return  # it could fall into `again`, and be lost there
        latest = now
        _ending.set()
        logging.disable()  # libraries log tracebacks of what the interrupt breaks off
        sys.unraisablehook = again
        raise KeyboardInterrupt

    def again(lost: "sys.UnraisableHookArgs") -> None:
        """Where it fell into a callback of the garbage collector, let it come once more."""
        if isinstance(lost.exc_value, KeyboardInterrupt):
            timer = threading.Timer(2 * PAUSE_SECONDS, os.kill, (os.getpid(), signal.SIGTERM))
            timer.daemon = True
            timer.start()

    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not ignored
        signal.signal(signal.SIGINT, interrupt)


def collect_rarely() -> None:
    """Let the garbage collector go round less often; to be called before large imports.

    They make half a million objects, which it would walk again and again: a tenth of a start.
    """
    gc.set_threshold(10_000)  # new objects; 700 are usual


def limit_threads() -> None:
    """One thread a worker: cores are shared out among processes, and sums keep their order.

    To be called before numpy is imported in the process that it concerns, by its parent.
    """
    os.environ.update(dict.fromkeys(LIBRARY_THREADS, "1"))
