"""A write-ahead log for SQLite files, where it can be had; locks that an interrupt left."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Engine, create_engine

from mc.engine import queue
from mc.tracking import store
from mc.tracking.databases import roll_back, write_ahead


def mode(path) -> str:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("PRAGMA journal_mode").fetchone()[0]


def test_both_databases_of_a_stage_keep_a_write_ahead_log(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    store.connect()
    queue.open_study(f"sqlite:///{tmp_path}/optuna.db", "any")
    assert {mode(tmp_path / name) for name in ("mlflow.db", "optuna.db")} == {"wal"}


def test_a_store_that_mlflow_made_gets_one_too(tmp_path, monkeypatch):
    path = tmp_path / "mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
    store.MlflowClient(f"sqlite:///{path}").get_experiment("0")
    assert mode(path) == "delete"
    store.connect()
    assert mode(path) == "wal"


def test_readers_do_not_wait_for_a_writer_and_see_what_was_before(tmp_path):
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path)) as first, first:
        first.execute("CREATE TABLE rows (n)")
    write_ahead(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as writer, closing(sqlite3.connect(path)) as reader:
        writer.execute("INSERT INTO rows VALUES (1)")
        assert reader.execute("SELECT count(*) FROM rows").fetchone() == (0,)
        writer.commit()
        assert reader.execute("SELECT count(*) FROM rows").fetchone() == (1,)


def test_a_busy_file_is_left_as_it_is(tmp_path):
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        write_ahead(f"sqlite:///{path}")
        writer.execute("ROLLBACK")
    assert mode(path) == "delete"


@pytest.mark.parametrize(
    "url", ["http://host:5000", "postgresql://host/study", "sqlite://", "mlruns"]
)
def test_other_databases_are_not_touched(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_ahead(url)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path}/any.db", connect_args={"isolation_level": None})
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE rows AS SELECT 1 AS n UNION SELECT 2")
    write_ahead(str(engine.url))
    yield engine
    engine.dispose()


def write(engine: Engine) -> None:
    path = engine.url.database
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("INSERT INTO rows VALUES (3)")


def test_a_transaction_that_was_broken_off_is_given_up(engine):
    connection = engine.connect()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write(engine)
    roll_back()
    write(engine)
    connection.close()


def test_a_connection_that_is_dropped_with_rows_unread_gives_up_its_lock(engine):
    connection = engine.connect()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    rows = connection.exec_driver_sql("SELECT n FROM rows").cursor  # as a traceback keeps it
    rows.fetchone()
    connection.invalidate()
    write(engine)
