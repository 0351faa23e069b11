"""Stores that cannot be used say what to do."""

import sqlite3
from contextlib import closing

import pytest
from servers import free_port

from mc.errors import TrackingError
from mc.tracking import store


def test_a_database_of_an_older_mlflow_names_the_command_that_upgrades_it(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///old.db")
    store.connect()
    with closing(sqlite3.connect("old.db")) as database, database:
        database.execute("update alembic_version set version_num = '451aebb31d03'")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///./old.db")  # MLflow knows the other one
    with pytest.raises(
        TrackingError, match=r"uv run --project \S+ mlflow db upgrade sqlite:///\./old\.db$"
    ):
        store.connect()


def test_a_server_that_is_away_is_waited_for_aloud_and_once_a_request(monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0")
    for _ in range(2):
        with pytest.raises(TrackingError, match="cannot be used"):
            store.connect()
        err = capsys.readouterr().err
        assert err == "the tracking server does not answer; waiting for it\n"
