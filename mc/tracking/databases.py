"""Databases that several processes write to at once. Knows nothing of what is in them."""

import sqlite3
from contextlib import closing, suppress
from weakref import WeakSet

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, Pool

_CONNECTIONS: WeakSet[ConnectionPoolEntry] = WeakSet()  # of this process, MLflow's and Optuna's


@event.listens_for(Engine, "connect")
def _remember(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    _CONNECTIONS.add(entry)


@event.listens_for(Pool, "close")
def _roll_back(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """SQLite keeps the lock of a closed connection while one of its statements is not read out."""
    with suppress(Exception):  # one that broke holds no lock
        connection.rollback()


def roll_back() -> None:
    """Give up the transactions of this process that an interrupt broke off.

    An interrupt can fall between a statement and the line that would close its transaction. The
    stack that it unwinds keeps the connection, and this process would wait for its own lock. To be
    called where an interrupt is handled, before a database is used again.
    """
    for entry in list(_CONNECTIONS):
        if entry.dbapi_connection is not None:
            _roll_back(entry.dbapi_connection, entry)


def write_ahead(url: str) -> None:
    """Let an SQLite file keep a write-ahead log, from now on, for every process that opens it.

    A commit then waits for the disk once instead of three times, and neither do readers wait for
    a writer nor it for them. While the database is open two more files lie next to it. Does nothing
    for other databases, for one that is busy (another command will do it), and where the file
    system cannot share memory.
    """
    path = make_url(url).database if url.startswith("sqlite") else None
    if path:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=1)) as file:
            file.execute("PRAGMA journal_mode = WAL")
