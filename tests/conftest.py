"""What tests share: a small corpus with an opinion, its features, and stores of their own."""

# ruff: noqa: E402
from mc.processes import collect_rarely, limit_threads

limit_threads()  # before numpy is imported
collect_rarely()

import gc
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
import shared
from alembic.util import pyfiles
from corpora import make_corpus, with_rare_words
from hypothesis import settings
from laboratory import Laboratory, put_stores
from machines import GRID
from servers import Postgres, TrackingServer
from sqlalchemy import Engine, event

from mc import clock
from mc.data.features import Features, open_features, prepare
from mc.data.vectoriser import Representation, Vectoriser
from mc.lineage import backends
from mc.types import Corpus

settings.register_profile("unhurried", deadline=None)  # other tests are at work at the same time
settings.load_profile("unhurried")

LONGEST = ("many_machines", "outages", "hosts", "faults", "collapse_rates", "rounds", "stages")
PROCESSES_A_CORE, MOST = 2, 8  # tests wait for disks, databases and processes of their own


@event.listens_for(Engine, "connect")
def wait_for_no_disk(connection: Any, _: object) -> None:
    """Tests kill processes, but no machine: what the system has, it will write."""
    if isinstance(connection, sqlite3.Connection):
        with suppress(sqlite3.DatabaseError):  # not a database, as its first user will say
            connection.execute("PRAGMA synchronous = OFF")


def load_migration(module_id: str, path: Path) -> ModuleType:
    """MLflow and Optuna look at all their migrations whenever a store is opened: once is enough."""
    return (load_once if path.parent.name == "versions" else load_file)(module_id, path)


load_file = pyfiles.load_module_py
load_once = cache(load_file)
pyfiles.load_module_py = load_migration


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "also run the slow tests: servers, hosts, real kills, long waits"
    parser.addoption("--all", action="store_true", help=help_text)


def pytest_xdist_auto_num_workers() -> int:
    """As many test processes as this machine can use."""
    return min(PROCESSES_A_CORE * (os.cpu_count() or 1), MOST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests to ``--all`` (or ``-m slow``); begin with the longest files."""
    if not config.getoption("all") and not config.getoption("markexpr"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [item for item in items if item not in set(slow)]
        config.hook.pytest_deselected(items=slow)
    rank = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


def pytest_collection_finish() -> None:
    """Leave what the libraries made out of the garbage collector's rounds."""
    gc.freeze()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return make_corpus()


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """Where the processes of this test run find what is made once."""
    own = tmp_path_factory.getbasetemp()
    place = (own if worker_id == "master" else own.parent) / "shared"
    place.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(shared.PLACE, str(place))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is shared by tests, and made before any has its own cache, leaves the user's alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MC_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def own_stores(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own working folder, tracking store, study and cache."""
    folder = tmp_path_factory.mktemp("cwd")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MC_CACHE", str(folder / "cache"))
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stores(own_stores: None) -> None:
    """An MLflow store and a study's database where they are looked for, made once for all tests."""
    put_stores(Path.cwd())


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time_flies(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The laboratory's clock in the hands of a test: its waits take no time."""
    own = Clock()
    monkeypatch.setattr(clock, "time", own)
    return own


@pytest.fixture
def features(corpus: Corpus) -> Features:
    """The terms of the small corpus, counted."""
    return open_features(prepare(corpus.digest, lambda: corpus)[0])


@pytest.fixture(scope="session")
def wordy() -> Corpus:
    """The small corpus with rare words, which not all texts can tell of."""
    return with_rare_words(make_corpus())


@pytest.fixture
def wordy_features(wordy: Corpus) -> Features:
    """Its terms, counted."""
    return open_features(prepare(wordy.digest, lambda: wordy)[0])


@pytest.fixture
def seen_by(features: Features) -> Callable[[str], Features]:
    """The small corpus as a backend sees it that knows all its words."""

    def see(backend: str) -> Features:
        wanted: Representation = backends.find(backend).representation
        known = Vectoriser.known(features.reviews, len(features.labels), 1, wanted)
        return replace(features, X=known.transform(features.X))

    return see


@pytest.fixture
def real_reviews() -> Path:
    """The real reviews, where they are."""
    path = Path(__file__).parents[1] / "../shared/data/amazon_reviews.parquet"
    if not path.exists():
        pytest.skip("needs the real reviews in ../shared/data")
    return path.resolve()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own, where its programs are installed."""
    # Not below pytest's own folder, which is closed to the user that the server must run as.
    folder = Path(tempfile.mkdtemp(prefix="laboratory-"))
    folder.chmod(0o755)
    server = Postgres(folder / "postgres")
    yield server
    server.stop(at_once=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    running = TrackingServer(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
def machine(tmp_path: Path, postgres: Postgres, server: TrackingServer) -> Laboratory:
    """One of several that share a database and a tracking server: where the stage runs."""
    storage = postgres.create(f"d{uuid.uuid4().hex}")
    names = {"tracking": server.url, "storage": storage, "experiment": f"e{uuid.uuid4().hex}"}
    return Laboratory.build(tmp_path / "stage", **names)


@pytest.fixture(scope="session")
def undisturbed_grid(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The numbers of the grid of `machines` on one machine that nothing happened to."""
    laboratory = Laboratory.build(tmp_path_factory.mktemp("undisturbed"), quick=True)
    laboratory.run(**GRID)
    return laboratory.numbers(laboratory.stage_runs[0])
