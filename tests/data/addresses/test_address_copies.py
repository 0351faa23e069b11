"""Fetching from a real server on this machine, and from fsspec's memory: once, whole, or not."""

import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tenacity
from fsspec.config import conf
from fsspec.implementations.memory import MemoryFileSystem

from mc.data import datasets
from mc.data.addresses import copies
from mc.data.addresses.copies import fetch
from mc.errors import DataError

REVIEWS = b"text,stars\n" + b"".join(
    b"review number %d,%d\n" % (n, 1 + 4 * (n % 2)) for n in range(40)
)
OTHER = REVIEWS.replace(b"number", b"umbern")  # as long
PATH = "/reviews.csv"


class Site:
    """What the server has, how it fails, and what it was asked."""

    def __init__(self) -> None:
        self.files = {PATH: REVIEWS}
        self.busy: Counter[str] = Counter()  # path -> how often it answers 503 first
        self.cut: Counter[str] = Counter()  # path -> how often a body breaks off first
        self.refused = 0  # status of every answer, if any
        self.away = False
        self.mute = False  # about length and version
        self.key = ""  # that every question must bring along
        self.asked: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], None] = lambda: None  # happens while a body is sent
        self.address = ""

    @property
    def fetched(self) -> list[str]:
        return [path for method, path in self.asked if method == "GET"]


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        site, path = self.site, self.path
        site.asked.append((self.command, path))
        if site.away:
            self.close_connection = True
        elif site.key and self.headers["Authorization"] != site.key:
            self.send_error(401)
        elif site.refused:
            self.send_error(site.refused)
        elif site.busy[path]:
            site.busy[path] -= 1
            self.send_error(503)
        elif path == "/":
            links = "".join(f'<a href="{name}">x</a>' for name in site.files)
            self.answer(links.encode(), "text/html")
        elif path in site.files:
            self.answer(site.files[path], "text/csv")
        else:
            self.send_error(404)

    def answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if not self.site.mute:
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{hash(content)}"')
        self.end_headers()
        if self.command == "GET":
            cut = self.site.cut[self.path] > 0
            self.site.cut[self.path] -= cut
            self.site.meanwhile()  # before the client can have read all of the body
            self.wfile.write(content[: len(content) // 2] if cut else content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"site": site}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(copies, "WAIT", tenacity.wait_none())
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    system = MemoryFileSystem()
    lines = REVIEWS.splitlines(keepends=True)
    system.pipe("/lab/reviews-0.csv", b"".join(lines[:21]))
    system.pipe("/lab/reviews-1.csv", b"".join(lines[:1] + lines[21:]))
    system.pipe("/lab/notes.md", b"no reviews")
    yield system
    system.rm("/lab", recursive=True)


def kept() -> list[str]:
    """Names of all that the cache holds."""
    return sorted(path.name for path in Path("cache").rglob("*") if path.is_file())


def identity(data: str) -> tuple[str, str]:
    source = datasets.find(data, "")
    return source.fingerprint, source.load().digest


def test_the_same_content_is_the_same_corpus_by_path_and_by_address(site):
    Path("reviews.csv").write_bytes(REVIEWS)
    assert identity(site.address + PATH) == identity("reviews.csv")


def test_a_file_is_fetched_once_and_its_new_version_once_more(site):
    first = fetch(site.address + PATH)
    assert fetch(site.address + PATH) == first
    assert site.fetched == [PATH]
    site.files[PATH] = OTHER
    (second,) = fetch(site.address + PATH)
    assert second.read_bytes() == OTHER
    assert site.fetched == [PATH, PATH]


def test_a_file_of_which_nothing_is_told_is_fetched_each_time(site):
    site.mute = True
    fetch(site.address + PATH)
    site.files[PATH] = OTHER
    (copy,) = fetch(site.address + PATH)
    assert copy.read_bytes() == OTHER


def test_a_server_that_is_busy_is_asked_again(site, capsys):
    site.busy[PATH] = 5  # a look is a HEAD and, if that fails, a GET
    (copy,) = fetch(site.address + PATH)
    assert copy.read_bytes() == REVIEWS
    assert capsys.readouterr().err.count("503 Service Unavailable; trying again") == 1


def test_a_download_that_breaks_off_is_made_again(site):
    site.cut[PATH] = 2
    (copy,) = fetch(site.address + PATH)
    assert copy.read_bytes() == REVIEWS
    assert site.fetched == [PATH] * 3


def test_a_truncated_download_is_never_used(site):
    site.cut[PATH] = 1000
    with pytest.raises(DataError, match="cannot be fetched: Response payload is not completed"):
        fetch(site.address + PATH)
    assert kept() == []
    site.away = True
    with pytest.raises(DataError, match="try again, or fetch it by other means"):
        fetch(site.address + PATH)


def test_a_copy_that_was_cut_is_fetched_again(site):
    (copy,) = fetch(site.address + PATH)
    copy.write_bytes(REVIEWS[:-9])
    assert fetch(site.address + PATH) == [copy]
    assert copy.read_bytes() == REVIEWS
    copy.write_bytes(REVIEWS[:-9])
    site.away = True
    with pytest.raises(DataError, match="cannot be fetched"):
        fetch(site.address + PATH)


@pytest.mark.parametrize("later", [OTHER, REVIEWS[:-9]], ids=["as long", "shorter"])
def test_a_file_that_changes_on_the_way_is_not_kept(site, later):
    site.meanwhile = lambda: site.files.update({PATH: later})
    with pytest.raises(DataError, match="changed while it was fetched; start it again"):
        fetch(site.address + PATH)
    assert kept() == []
    (copy,) = fetch(site.address + PATH)
    assert copy.read_bytes() == later


def test_who_is_offline_gets_the_last_copy_and_is_told(site, capsys):
    first = fetch(site.address + PATH)
    site.away = True
    capsys.readouterr()
    assert fetch(site.address + PATH) == first
    assert "; using the copy of 20" in capsys.readouterr().err
    with pytest.raises(DataError, match=r"/other\.csv' cannot be fetched: Server disconnected"):
        fetch(f"{site.address}/other.csv")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "is not open to you (401 Unauthorized); credentials come from ~/.netrc"),
        (403, "is not open to you (403 Forbidden)"),
        (404, "is not there (404"),
        (410, "is not there (410 Gone)"),
        (418, "cannot be used: 418"),
        (500, "cannot be fetched: 500 Internal Server Error; try again, or"),
    ],
)
def test_a_refusal_is_one_line_without_the_password(site, status, message):
    fetch(site.address + PATH)
    site.refused = status
    address = site.address.replace("//", "//me:s3cret@") + "/other.csv?sig=s3cret"
    with pytest.raises(DataError) as refused:
        fetch(address)
    assert message in str(refused.value)
    assert str(refused.value).startswith("data='http://me:***@127.0.0.1:")
    assert "\n" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("way", ["address", "netrc", "configuration"])
def test_credentials_reach_the_server(site, monkeypatch, way):
    site.key = "Basic " + b64encode(b"me:s3cret").decode()
    address = site.address + PATH
    with pytest.raises(DataError, match=r"is not open to you \(401 Unauthorized\)"):
        fetch(address)
    if way == "address":
        address = address.replace("//", "//me:s3cret@")
    elif way == "netrc":
        Path("netrc").write_text("machine 127.0.0.1 login me password s3cret")
        monkeypatch.setenv("NETRC", "netrc")
    else:
        monkeypatch.setitem(conf, "https", {"headers": {"Authorization": site.key}})
    (copy,) = fetch(address)
    assert copy.read_bytes() == REVIEWS
    assert "s3cret" not in str(copy) + (copy.parents[1] / copies.LAST).read_text()


def test_a_file_that_is_gone_is_not_replaced_by_its_copy(site):
    fetch(site.address + PATH)
    site.refused = 404
    with pytest.raises(DataError, match="is not there"):
        fetch(site.address + PATH)


def test_globs_match_the_links_of_a_page(site):
    site.files |= {"/part-1.csv": OTHER, "/part-0.csv": REVIEWS, "/part-0.md": b""}
    assert [path.name for path in fetch(f"{site.address}/part-*.csv")] == [
        "part-0.csv",
        "part-1.csv",
    ]
    with pytest.raises(DataError, match="matches no file"):
        fetch(f"{site.address}/none-*.csv")
    site.away = True
    with pytest.raises(DataError, match="cannot be fetched: Server disconnected"):
        fetch(f"{site.address}/none-*.csv")


@pytest.mark.parametrize("place", ["reviews-*.csv", "reviews-?.csv", ""])
def test_globs_and_folders_are_the_same_corpus_by_path_and_by_address(memory, place):
    memory.get("/lab", "lab", recursive=True)
    assert identity(f"memory://lab/{place}") == identity(f"lab/{place}")
    copied = [path for path in kept() if path.startswith("reviews")]
    assert copied == ["reviews-0.csv", "reviews-1.csv"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://bucket/reviews.csv", "needs s3fs, which is not installed: `uv add s3fs`"),
        ("gs://bucket/reviews.csv", "needs gcsfs, which is not installed"),
        ("s4://bucket/reviews.csv", "cannot be used: Protocol not known: s4; give a path, or an"),
        ("memory://lab/none.csv", "is not there (its file system has no such file)"),
        ("memory://lab/none-*.csv", "matches no file of a known kind"),
        ("memory://nowhere/*.csv", "is not there"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(memory, address, message):
    with pytest.raises(DataError) as refused:
        fetch(address)
    assert message in str(refused.value)
