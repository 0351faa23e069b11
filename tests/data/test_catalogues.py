"""Data sets of catalogues, from a real server on this machine that answers as they do."""

import hashlib
import io
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest
import tenacity
from sklearn.datasets import _openml

from mc.data import catalogues, datasets, features, table
from mc.data.addresses import copies
from mc.errors import DataError, ParameterError
from mc.lineage.corpus import open_rows

ARFF = b"""@relation pets
@attribute weight numeric
@attribute colour {black,white}
@attribute kind {cat,dog}
@data
""" + b"".join(
    b"%d.5,%s,%s\n" % (n, [b"black", b"white"][n % 3 == 0], [b"cat", b"dog"][n % 2])
    for n in range(40)
)


def reviews(part: int) -> bytes:
    frame = pd.DataFrame(
        {"text": [f"a thing of part {part} number {n} so" for n in range(12)], "label": [0, 1] * 6}
    )
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


class Catalogue:
    """What the server answers, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()  # path to how often it answers 503 first
        self.url = ""
        self.md5 = hashlib.md5(ARFF).hexdigest()

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked[path] += 1
        if self.failures[path]:
            self.failures[path] -= 1
            return 503, b"busy"
        answers = self.hub() | self.openml()
        return (200, answers[path]) if path in answers else (404, b"no such file")

    def hub(self) -> dict[str, bytes]:
        parts = enumerate(["train", "train", "test"])
        files = {f"/files/{split}-{n}.parquet": reviews(n) for n, split in parts}
        urls = {
            split: [self.url + path for path in files if path.startswith(f"/files/{split}")]
            for split in ("train", "test")
        }
        listing = json.dumps({"default": urls}).encode()
        return {**files, "/api/datasets/me/pets/parquet": listing}

    def openml(self) -> dict[str, bytes]:
        url = f"{self.url}/data/v1/download/7/pets.arff"
        described = {"id": "7", "name": "pets", "version": "1", "format": "ARFF", "url": url}
        described |= {"status": "active", "file_id": "7", "md5_checksum": self.md5}
        described |= {"default_target_attribute": "kind", "description": "Pets."}
        about = {"data_set_description": described}
        kinds = {"weight": "numeric", "colour": "nominal", "kind": "nominal"}
        usual = {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": 0}
        parts = [
            {"index": str(i), "name": name, "data_type": kind, **usual}
            | {"is_target": str(name == "kind").lower()}
            for i, (name, kind) in enumerate(kinds.items())
        ]
        listed = {
            "data": {"dataset": [{"did": 7, "name": "pets", "version": 1, "status": "active"}]}
        }
        api = "/api/v1/json/data"
        return {
            f"{api}/list/data_name/pets/limit/2/status/active/": json.dumps(listed).encode(),
            f"{api}/7": json.dumps(about).encode(),
            f"{api}/features/7": json.dumps({"data_features": {"feature": parts}}).encode(),
            f"{api}/qualities/7": json.dumps({"data_qualities": {"quality": []}}).encode(),
            "/data/v1/download/7/pets.arff": ARFF,
        }


@pytest.fixture
def catalogue(tmp_path, monkeypatch) -> Iterator[Catalogue]:
    monkeypatch.setenv("MC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(copies, "WAIT", tenacity.wait_none())
    there = Catalogue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, body = there.answer(self.path)
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", hashlib.sha256(body).hexdigest())
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("HF_ENDPOINT", there.url)
    for name in ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES"):
        usual = getattr(_openml, name)
        monkeypatch.setattr(_openml, name, usual.replace("https://www.openml.org", there.url))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


def opened(data: str, params: str = ""):
    found = datasets.find(data, params)
    make = table.prepare if found.is_table else features.prepare
    return open_rows(make(found.fingerprint, found.load)[0])


def test_a_table_of_openml_is_fetched_once_with_its_own_target(catalogue):
    for _ in range(2):
        rows = opened("openml:pets")
    assert rows.classes == ("cat", "dog")
    assert list(rows.frame.columns) == ["weight", "colour"]
    assert rows.frame["weight"].tolist()[:2] == [0.5, 1.5]
    assert catalogue.asked["/data/v1/download/7/pets.arff"] == 1
    assert opened("openml:pets", "target=colour").classes == ("black", "white")
    assert catalogue.asked["/data/v1/download/7/pets.arff"] == 1


def test_a_busy_openml_is_asked_again(catalogue, monkeypatch):
    catalogue.failures["/api/v1/json/data/7"] = 2
    assert len(opened("openml:pets").labels) == 40


def test_a_table_of_openml_with_another_checksum_is_refused(catalogue):
    catalogue.md5 = "0" * 32
    with pytest.raises(DataError, match=r"data=openml:pets cannot be fetched: .*checksum"):
        opened("openml:pets")


@pytest.mark.parametrize("data", ["openml:pots", "hf:me/pots"])
def test_a_name_that_a_catalogue_lacks_is_refused_in_words(catalogue, data):
    with pytest.raises(DataError, match=r"data=|check|404"):
        opened(data)


def test_files_of_the_hub_are_reviews_by_configuration_and_split(catalogue):
    assert len(opened("hf:me/pets").labels) == 24  # the split train
    test = opened("hf:me/pets:default:test")
    assert (len(test.labels), test.classes) == (12, ("negative", "positive"))
    assert test.about["name"] == "hf:me/pets:default:test"
    assert opened("hf:me/pets", "target=label").classes == ("0", "1")
    asked = dict(catalogue.asked)
    opened("hf:me/pets")
    assert catalogue.asked["/files/train-0.parquet"] <= asked["/files/train-0.parquet"] + 1  # HEAD
    with pytest.raises(ParameterError, match="split='tests' is unknown; choose from test, train"):
        opened("hf:me/pets:default:tests")


def test_an_unreachable_hub_names_the_remedy(catalogue, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DataError, match="data=PATH"):
        catalogues.hugging_face("me/pets")
