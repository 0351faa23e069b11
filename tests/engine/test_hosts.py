"""Several hosts, each with its address and name: a link is cut, a clock is wrong."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from laboratory import Laboratory
from machines import GRID, another, assert_each_cell_once, end, trials
from servers import Postgres, TrackingServer, until

pytestmark = pytest.mark.slow
NUMBER = os.getpid() % 250  # of this run: another may be at work on this machine
LAB, SUBNET = f"lab{NUMBER}", f"10.77.{NUMBER}"
HERE, NETWORK = f"{SUBNET}.1", f"{SUBNET}.0/24"
NAMED = 'hostname "$1" && shift && exec "$@"'
GRACE = 8  # seconds: to be watched, and again to be gone
IMPATIENT = f"""
from mc.engine.queue import storage
storage.HEARTBEAT_SECONDS = 2
storage.GRACE_SECONDS = storage.WATCH_SECONDS = {GRACE}
"""
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
        ip("link", "set", self.cable, "master", LAB)
        ip("link", "set", self.cable, "up")
        ip("-n", self.name, "addr", "add", f"{SUBNET}.{number}/24", "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        ip("-n", self.name, "link", "set", "lo", "up")

    @property
    def cable(self) -> str:
        return f"to-{self.name}"

    def machine(self, stage: Laboratory) -> Laboratory:
        return replace(another(stage, self.name), prefix=self.prefix)


@pytest.fixture(scope="module")
def hosts() -> Iterator[list[Host]]:
    found = [Host(f"{LAB}-a"), Host(f"{LAB}-b")]
    try:
        ip("link", "add", LAB, "type", "bridge")
        ip("addr", "add", f"{HERE}/24", "dev", LAB)
        ip("link", "set", LAB, "up")
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
    subprocess.run(["ip", "link", "del", LAB], check=False, capture_output=True)


@pytest.fixture(scope="module")
def servers(hosts, tmp_path_factory) -> Iterator[tuple[Postgres, TrackingServer]]:
    folder = Path(tempfile.mkdtemp(prefix="laboratory-"))
    folder.chmod(0o755)
    database = Postgres(folder / "postgres", network=NETWORK)
    server = TrackingServer(tmp_path_factory.mktemp("server"), HERE)
    yield database, server
    server.stop()
    database.stop(at_once=True)
    shutil.rmtree(folder)


@pytest.fixture
def stage(servers, tmp_path) -> Laboratory:
    """The machine of the servers and of the stage."""
    database, server = servers
    storage = database.create(f"d{uuid.uuid4().hex}").replace("127.0.0.1", HERE)
    names = {"storage": storage, "experiment": f"e{uuid.uuid4().hex}"}
    return Laboratory.build(tmp_path / "stage", tracking=server.url, **names)


def with_start(machine: Laboratory, folder: Path, code: str) -> Laboratory:
    """The same machine, on which each Python begins with this code."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(code)
    path = os.pathsep.join([str(folder), machine.environment["PYTHONPATH"]])
    return replace(machine, more={"PYTHONPATH": path})


def owners(stage: Laboratory) -> set[str]:
    """Hosts that have signed a claim."""
    return {trial.user_attrs.get("owner", "").split(" ")[0] for trial in trials(stage)}


def test_a_host_whose_link_is_cut_loses_nothing_and_doubles_nothing(
    hosts, stage, undisturbed_grid, tmp_path
):
    stage = with_start(stage, tmp_path / "impatient", IMPATIENT)
    asking = stage.start(**GRID, jobs="0")
    until(lambda: trials(stage) != [])
    workers = [host.machine(stage).start("worker", jobs="1") for host in hosts]
    until(lambda: {host.name for host in hosts} <= owners(stage))
    ip("link", "set", hosts[1].cable, "down")
    time.sleep(3 * GRACE)
    ip("link", "set", hosts[1].cable, "up")
    end(asking)
    end(workers[0])
    end(workers[1])
    assert_each_cell_once(stage, undisturbed_grid, GRID)


def test_a_wrong_clock_changes_nothing(hosts, stage, undisturbed_grid, tmp_path):
    asking = stage.start(**GRID, jobs="0")
    until(lambda: trials(stage) != [])
    right, wrong = (host.machine(stage) for host in hosts)
    wrong = with_start(wrong, tmp_path / "clock", WRONG_CLOCK)
    running = [worker.start("worker", jobs="1") for worker in (right, wrong)]
    until(lambda: {host.name for host in hosts} <= owners(stage))
    end(asking)
    for worker in running:
        end(worker)
    assert_each_cell_once(stage, undisturbed_grid, GRID)
