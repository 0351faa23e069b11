"""Several hosts, each with its address and name: a link is cut, a clock is wrong."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from laboratory import Laboratory
from machines import GRID, another, assert_each_cell_once, end, trials
from servers import Postgres, TrackingServer, until

from mc.search.storage import GRACE_SECONDS, WATCH_SECONDS

HERE, NETWORK = "10.77.0.1", "10.77.0.0/24"
NAMED = 'hostname "$1" && shift && exec "$@"'
WRONG_CLOCK = """
import time
right, right_ns = time.time, time.time_ns
time.time = lambda: right() + 3 * 3600
time.time_ns = lambda: right_ns() + 3 * 3600 * 10**9
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass(frozen=True)
class Host:
    """A network namespace at the end of a cable to this machine."""

    name: str

    @property
    def prefix(self) -> tuple[str, ...]:
        within = ("ip", "netns", "exec", self.name)
        return (*within, "unshare", "--uts", "sh", "-c", NAMED, "sh", self.name)

    def plug(self, number: int) -> None:
        ip("netns", "add", self.name)
        ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("link", "set", self.cable, "master", "lab")
        ip("link", "set", self.cable, "up")
        ip("-n", self.name, "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        ip("-n", self.name, "link", "set", "lo", "up")

    @property
    def cable(self) -> str:
        return f"to-{self.name}"

    def machine(self, stage: Laboratory, **more: str) -> Laboratory:
        return replace(another(stage, self.name), prefix=self.prefix, more=more)


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    found = [Host("lab-a"), Host("lab-b")]
    try:
        ip("link", "add", "lab", "type", "bridge")
        ip("addr", "add", f"{HERE}/24", "dev", "lab")
        ip("link", "set", "lab", "up")
        for number, host in enumerate(found, start=2):
            host.plug(number)
    except (OSError, subprocess.CalledProcessError):
        take_down(found)
        pytest.skip("may not make network namespaces here")
    yield found
    take_down(found)


def take_down(hosts: list[Host]) -> None:
    for host in hosts:
        subprocess.run(["ip", "netns", "del", host.name], check=False, capture_output=True)
    subprocess.run(["ip", "link", "del", "lab"], check=False, capture_output=True)


@pytest.fixture
def stage(hosts, tmp_path) -> Iterator[Laboratory]:
    """The machine of the servers and of the stage."""
    folder = Path(tempfile.mkdtemp(prefix="laboratory-"))
    folder.chmod(0o755)
    database = Postgres(folder / "postgres", network=NETWORK)
    server = TrackingServer(tmp_path, HERE)
    storage = database.create("study").replace("127.0.0.1", HERE)
    yield Laboratory.build(tmp_path / "stage", tracking=server.url, storage=storage)
    server.stop()
    database.stop("immediate")
    shutil.rmtree(folder)


def owners(stage: Laboratory) -> set[str]:
    """Hosts that have signed a claim."""
    return {trial.user_attrs.get("owner", "").split(" ")[0] for trial in trials(stage)}


def test_a_host_whose_link_is_cut_loses_nothing_and_doubles_nothing(hosts, stage, undisturbed_grid):
    asking = stage.start(**GRID, jobs="0")
    until(lambda: trials(stage) != [])
    workers = [host.machine(stage).start("worker", jobs="1") for host in hosts]
    until(lambda: {host.name for host in hosts} <= owners(stage))
    ip("link", "set", hosts[1].cable, "down")
    time.sleep(GRACE_SECONDS + WATCH_SECONDS + 15)
    ip("link", "set", hosts[1].cable, "up")
    end(asking)
    end(workers[0])
    end(workers[1])
    assert_each_cell_once(stage, undisturbed_grid)


def test_a_wrong_clock_changes_nothing(hosts, stage, undisturbed_grid, tmp_path):
    clock = tmp_path / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(WRONG_CLOCK)
    path = os.pathsep.join([str(clock), stage.environment["PYTHONPATH"]])
    asking = stage.start(**GRID, jobs="0")
    until(lambda: trials(stage) != [])
    right, wrong = hosts
    workers = [right.machine(stage), wrong.machine(stage, PYTHONPATH=path)]
    running = [worker.start("worker", jobs="1") for worker in workers]
    until(lambda: {right.name, wrong.name} <= owners(stage))
    end(asking)
    for worker in running:
        end(worker)
    assert_each_cell_once(stage, undisturbed_grid)
