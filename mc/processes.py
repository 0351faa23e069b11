"""Who is at work, and whether they still live. Knows processes, not what they do."""

import multiprocessing
import os
import signal
import socket
import threading
from contextlib import suppress
from multiprocessing.connection import wait
from types import FrameType

import psutil


def owner() -> str:
    """Name this process as ``host pid start``: a pid alone would be somebody else's one day."""
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
        return not same or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def die_with_parent() -> None:
    """End this process at once when the one that spawned it ends, however that ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _in_background(lambda: wait([parent.sentinel]))


def die_with_launcher() -> None:
    """End this process when `mlflow run`, or the `uv run` around it, is gone.

    MLflow Projects starts a stage as its child and does not pass a kill on to it.
    """
    if "MLFLOW_RUN_ID" not in os.environ:
        return
    launchers = psutil.Process().parents()[:1]
    with suppress(psutil.Error):
        above = launchers[0].parents()[:2] if launchers else []
        launchers += [process for process in above if process.name() in ("uv", "mlflow")]

    def any_gone() -> None:
        while all(process.is_running() for process in launchers):
            threading.Event().wait(1)

    _in_background(any_gone, signal.SIGTERM)


def _in_background(waiting: object, number: int = signal.SIGKILL) -> None:
    def watch() -> None:
        waiting()  # type: ignore[operator]
        os.kill(os.getpid(), number)

    threading.Thread(target=watch, daemon=True).start()


def interrupt_on_sigterm() -> threading.Event:
    """Let a polite kill unwind the stack as Ctrl-C does; the event is set once it came."""
    ending = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        ending.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    return ending
