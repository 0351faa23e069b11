"""The download against a real server on this machine: fetched once, verified, never half."""

import hashlib
import io
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from mc.data.datasets import amazon_polarity
from mc.errors import DataError

SETTINGS = {"split": "test", "revision": "main", "balance": True}
API = "/api/datasets/fancyzhx/amazon_polarity/tree/main/amazon_polarity"
RESOLVE = "/datasets/fancyzhx/amazon_polarity/resolve/main/amazon_polarity/"
SHARDS = ("test-00000-of-00002.parquet", "test-00001-of-00002.parquet")


def shard(number: int) -> bytes:
    rows = range(20)
    frame = pd.DataFrame(
        {
            "label": [row % 2 for row in rows],
            "title": [f"Title {row}" for row in rows],
            "content": [f"what shard {number} says of it in row {row}" for row in rows],
        }
    )
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


class Hub:
    """What the server answers and what it was asked."""

    def __init__(self) -> None:
        self.files = {name: shard(number) for number, name in enumerate(SHARDS)}
        self.sha256 = {
            name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()
        }
        self.failures: Counter[str] = Counter()  # path -> how often it answers 503 first
        self.asked: list[str] = []
        self.listing: bytes | None = None

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.failures[path]:
            self.failures[path] -= 1
            return 503, b"busy"
        if path == API:
            return 200, self.listing or self._listing()
        name = path.removeprefix(RESOLVE)
        return (200, self.files[name]) if name in self.files else (404, b"no such file")

    def _listing(self) -> bytes:
        entries = [
            {
                "type": "file",
                "path": f"amazon_polarity/{name}",
                "size": len(content),
                "lfs": {"oid": self.sha256[name], "size": len(content)},
            }
            for name, content in self.files.items()
        ]
        return json.dumps(entries).encode()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = hub.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("MC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(amazon_polarity, "RETRIES", 1)
    monkeypatch.setattr("pooch.core.time.sleep", float)  # a second before each
    yield hub
    server.shutdown()
    thread.join()
    server.server_close()


def go_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.setattr(amazon_polarity, "RETRIES", 0)


def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache/amazon_polarity/main"


def test_all_shards_are_read(hub: Hub) -> None:
    corpus = amazon_polarity.load(**SETTINGS)
    assert len(corpus) == 40
    assert corpus.labels.sum() == 20
    assert corpus.texts[0] == "Title 0 what shard 0 says of it in row 0"


def test_a_complete_cache_needs_no_network(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched, identity = amazon_polarity.load(**SETTINGS), amazon_polarity.fingerprint(**SETTINGS)
    go_offline(monkeypatch)
    assert amazon_polarity.load(**SETTINGS).digest == fetched.digest
    assert amazon_polarity.fingerprint(**SETTINGS) == identity
    assert len(hub.asked) == 3  # the list and two shards, each once


def test_the_fingerprint_fetches_no_shard_and_tells_parameters_apart(hub: Hub) -> None:
    assert amazon_polarity.fingerprint(**SETTINGS) == amazon_polarity.fingerprint(**SETTINGS)
    other = amazon_polarity.fingerprint(**SETTINGS | {"balance": False})
    assert other != amazon_polarity.fingerprint(**SETTINGS)
    assert hub.asked == [API]


@pytest.mark.parametrize("path", [API, RESOLVE + SHARDS[1]])
def test_a_server_that_is_busy_is_asked_again(hub: Hub, path: str) -> None:
    hub.failures[path] = 1
    assert len(amazon_polarity.load(**SETTINGS)) == 40
    assert hub.asked.count(path) == 2


def test_finished_shards_are_not_fetched_again(hub: Hub) -> None:
    hub.failures[RESOLVE + SHARDS[1]] = 2
    with pytest.raises(DataError, match="503"):
        amazon_polarity.load(**SETTINGS)
    assert len(amazon_polarity.load(**SETTINGS)) == 40
    assert hub.asked.count(RESOLVE + SHARDS[0]) == 1


def test_a_corrupt_download_is_refused_and_not_kept(hub: Hub, tmp_path: Path) -> None:
    right = hub.files[SHARDS[1]]
    hub.files[SHARDS[1]] = right[:-1] + b"!"
    with pytest.raises(DataError, match="hash"):
        amazon_polarity.load(**SETTINGS)
    kept = {path.name for path in folder(tmp_path).iterdir()}
    assert kept == {"files.json", SHARDS[0]}
    hub.files[SHARDS[1]] = right
    assert len(amazon_polarity.load(**SETTINGS)) == 40


def test_a_cached_file_that_went_bad_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    digest = amazon_polarity.load(**SETTINGS).digest
    (folder(tmp_path) / SHARDS[0]).write_bytes(b"PAR1 and then nothing")
    assert amazon_polarity.load(**SETTINGS).digest == digest


def test_a_cached_file_that_went_bad_is_not_used_offline(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amazon_polarity.load(**SETTINGS)
    (folder(tmp_path) / SHARDS[0]).write_bytes(shard(7))
    go_offline(monkeypatch)
    with pytest.raises(DataError, match="amazon_polarity"):
        amazon_polarity.load(**SETTINGS)


def test_an_answer_that_is_no_list_is_not_kept(hub: Hub) -> None:
    hub.listing = b"<html>log in first</html>"
    with pytest.raises(DataError, match="no list of files"):
        amazon_polarity.fingerprint(**SETTINGS)
    hub.listing = None
    assert amazon_polarity.fingerprint(**SETTINGS)


def test_a_missing_split_is_named(hub: Hub) -> None:
    with pytest.raises(DataError, match="no train shard"):
        amazon_polarity.load(**SETTINGS | {"split": "train"})


def test_offline_without_a_cache_says_what_to_do(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_offline(monkeypatch)
    with pytest.raises(DataError) as caught:
        amazon_polarity.load(**SETTINGS)
    for remedy in ("data=simulated", "data=PATH", str(folder(tmp_path)), "HF_ENDPOINT"):
        assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


def test_shards_placed_by_hand_are_used_when_complete(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = amazon_polarity.load(**SETTINGS).digest
    (folder(tmp_path) / "files.json").unlink()
    go_offline(monkeypatch)
    assert amazon_polarity.load(**SETTINGS).digest == digest
    assert amazon_polarity.fingerprint(**SETTINGS) == amazon_polarity.fingerprint(**SETTINGS)
    (folder(tmp_path) / SHARDS[0]).unlink()
    with pytest.raises(DataError):
        amazon_polarity.load(**SETTINGS)
