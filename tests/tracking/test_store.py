"""Stores that cannot be used say what to do."""

import sqlite3
from contextlib import closing

import pytest

from mc.errors import TrackingError
from mc.tracking import store


def test_a_database_of_an_older_mlflow_names_the_command_that_upgrades_it(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///old.db")
    store.connect()
    with closing(sqlite3.connect("old.db")) as database, database:
        database.execute("update alembic_version set version_num = '451aebb31d03'")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///./old.db")  # MLflow knows the other one
    with pytest.raises(TrackingError, match=r"uv run mlflow db upgrade sqlite:///\./old\.db$"):
        store.connect()
