"""A test run that is ended at any moment leaves no server and no worker behind."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import children
import psutil
import pytest
from laboratory import ROOT
from servers import BINARIES, until

TEST = (
    "tests/engine/test_many_machines.py::test_a_worker_that_is_asked_to_leave_hands_its_cell_back"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BINARIES, reason="needs PostgreSQL's initdb and pg_ctl"),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death"),
]


def at_work(place: Path) -> list[str]:
    """Command lines of the living processes that work in a folder or name it."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd", "status"]):
        about = process.info
        if about["status"] != psutil.STATUS_ZOMBIE and any(
            str(place) in text for text in [*(about["cmdline"] or []), about["cwd"] or ""]
        ):
            found.append(" ".join(about["cmdline"] or []))
    return found


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter."""
    with tempfile.TemporaryDirectory(prefix="interrupted-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_an_interrupted_test_run(place, tmp_path, number):
    command = [sys.executable, "-m", "pytest", "-n1", "-m", "slow", f"--basetemp={place}/run", TEST]
    with (tmp_path / "log").open("w") as log:
        running = children.start(
            command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | {"TMPDIR": str(place)}
        )
    wanted = ("experiments.collapse_rates", "experiments.worker", "mlflow server", "postgres")
    until(lambda: all(any(name in line for line in at_work(place)) for name in wanted))
    running.send_signal(number)
    running.wait(60)
    until(lambda: at_work(place) == [], 60)
