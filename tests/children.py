"""Processes that tests start: each ends with the test process, however that ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
LIBC = ctypes.CDLL(None)
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # this Python first


def start(
    command: Sequence[str | Path], *, ending: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen[Any]:
    """Start a program; ``ending`` is the signal that it gets when the test process is gone."""
    begin = partial(_begin, ending)
    return subprocess.Popen(list(command), preexec_fn=begin, **options)  # noqa: PLW1509


def _begin(ending: int) -> None:
    """In the new process: undo what a shell does to its background jobs, which ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, ending)
