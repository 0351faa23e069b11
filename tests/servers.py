"""Real servers for tests, on loopback ports of their own, that can be stopped and started."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import children
import psycopg
import pytest

from mc.engine import queue

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def is_open(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@dataclass
class Postgres:
    """A PostgreSQL cluster in a folder; its superuser is ``lab``."""

    folder: Path
    password: str = ""  # none is asked for where it is empty
    network: str = ""  # others that may connect, beside this host
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        on_path = shutil.which("pg_ctl")
        if not (BINARIES or on_path):
            pytest.skip("needs PostgreSQL's initdb and pg_ctl")
        self.bin = BINARIES[-1] if BINARIES else Path(on_path or "").resolve().parent
        self.folder.mkdir(mode=0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        method = ["-A", "trust"]
        if self.password:
            file = self.folder / "password"
            file.write_text(self.password)
            file.chmod(0o644)
            method = ["-A", "scram-sha-256", "--pwfile", str(file)]
        command = [self.bin / "initdb", "-D", self.data, "-U", "lab", *method, "-N", "-E", "UTF8"]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **self._user)
        if self.network:
            with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {self.network} trust\n")
        self.start()

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://lab@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make a database with the schema of a study; its address."""
        self.execute(f"CREATE DATABASE {database} TEMPLATE {self._template}")
        return self.url(database)

    @cached_property
    def _template(self) -> str:
        self.execute("CREATE DATABASE template")
        queue.study_names(self.url("template"))
        queue.storage._open_once(self.url("template")).engine.dispose()
        return "template"

    def execute(self, *statements: str) -> None:
        address = f"host=127.0.0.1 port={self.port} user=lab dbname=postgres"
        with psycopg.connect(address, password=self.password, autocommit=True) as server:
            for statement in statements:
                server.execute(statement)

    def start(self) -> None:
        settings = {
            "listen_addresses": "*" if self.network else "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "200",
        }
        chosen = [word for item in settings.items() for word in ("-c", "=".join(item))]
        with (self.folder / "log").open("a") as log:
            self._process = children.start(
                [self.bin / "postgres", "-D", self.data, "-p", str(self.port), *chosen],
                ending=signal.SIGQUIT,
                **self._user,
                cwd="/",
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers)

    def stop(self, *, at_once: bool = False) -> None:
        self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self._process.wait(60)

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "log").read_text()
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _user(self) -> dict[str, Any]:
        """Whose processes these are: the server refuses to be run by root."""
        return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@dataclass
class TrackingServer:
    """``mlflow server`` with one worker, on an SQLite store in a folder."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        store = ["--backend-store-uri", f"sqlite:///{self.folder}/server.db"]
        artifacts = ["--artifacts-destination", str(self.folder / "artifacts")]
        listen = ["--host", self.host, "--port", str(self.port), "--workers", "1"]
        listen += ["--allowed-hosts", f"{self.host}:*"]  # whatever link leads here
        with (self.folder / "server.log").open("a") as log:
            self._process = children.start(
                [sys.executable, "-m", "mlflow", "server", *store, *artifacts, *listen],
                cwd=self.folder,
                env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},  # as deployed
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "server.log").read_text()
        try:
            with urlopen(f"{self.url}/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@dataclass
class SlowLink:
    """A way to servers of this machine that can be made slow, and held.

    Parameters
    ----------
    seconds : float
        By which every piece of data is late once it is slow, either way.
    """

    seconds: float
    servers: Sequence[Postgres | TrackingServer]

    def __post_init__(self) -> None:
        self._ports = {server.port: free_port() for server in self.servers}
        pairs = [f"{near}:{far}" for far, near in self._ports.items()]
        program = Path(__file__).with_name("slow_link.py")
        self._process = children.start([sys.executable, program, str(self.seconds), *pairs])
        until(lambda: all(map(is_open, self._ports.values())))

    def over(self, address: str) -> str:
        """The address of a server, or of something on it, by way of this link."""
        for far, near in self._ports.items():
            address = address.replace(f":{far}", f":{near}")
        return address

    def slow_down(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def hold(self, seconds: float) -> None:
        """Keep everything that is on its way for so long."""
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def cut(self) -> None:
        self._process.kill()
        self._process.wait()
