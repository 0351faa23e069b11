"""Machines that share a database and a tracking server."""

import uuid
from collections.abc import Iterator

import pytest
from laboratory import Laboratory
from servers import TrackingServer


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[TrackingServer]:
    running = TrackingServer(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
def machine(tmp_path, postgres, server) -> Laboratory:
    """Where the stage runs."""
    storage = postgres.create(f"d{uuid.uuid4().hex}")
    names = {"tracking": server.url, "storage": storage, "experiment": f"e{uuid.uuid4().hex}"}
    return Laboratory.build(tmp_path / "stage", **names)
