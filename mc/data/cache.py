"""The cache: files and folders that can be made or fetched again, each complete or absent."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mc import failpoints
from mc.types import About

ABOUT = "about.json"

Write = Callable[[Path], Mapping[str, object]]  # fills a folder; returns its `ABOUT`


def cache_root() -> Path:
    """The folder that ``MC_CACHE`` names, else the user's cache folder."""
    from pooch import os_cache  # noqa: PLC0415  (a slow import that workers do not need)

    return Path(os.environ.get("MC_CACHE") or os_cache("model-collapse-lab"))


def unnamed_file() -> IO[bytes]:
    """Open a file without a name: it vanishes when it is closed or the process ends, even killed.

    It lies in the cache's folder, where large files are expected.
    """
    folder = cache_root()
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


@contextmanager
def complete_or_absent(target: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end moves to ``target``, unless an error occurs."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="unfinished-") as unfinished:
        part = Path(unfinished) / target.name
        yield part
        failpoints.reach("corpus prepared")
        if part.is_dir():  # unlike a file, a folder does not replace an older one
            shutil.rmtree(target, ignore_errors=True)
        part.replace(target)


def prepare(kind: str, identity: str, write: Write) -> tuple[Path, bool]:
    """Make a folder of the cache unless it is there and intact.

    Parameters
    ----------
    kind : str
        Name of the parent folder, one for each kind of content.
    identity : str
        Everything that the content depends on.
    write : callable
        Called only when the folder is missing or damaged.

    Returns
    -------
    (Path, bool)
        The folder, and whether it was there already.
    """
    folder = cache_root() / kind / hashlib.sha256(identity.encode()).hexdigest()[:24]
    if _intact(folder):
        return folder, True
    _make(folder, write)
    return folder, False


def read_about(folder: Path) -> About:
    """The content of a prepared folder's `ABOUT`, with the digests of its ``files``."""
    about: About = json.loads((folder / ABOUT).read_text())
    return about


def _make(folder: Path, write: Write) -> None:
    with complete_or_absent(folder) as part:
        part.mkdir()
        about = dict(write(part))
        about["files"] = {path.name: _digest(path) for path in sorted(part.iterdir())}
        (part / ABOUT).write_text(json.dumps(about, indent=1))


def _intact(folder: Path) -> bool:
    try:
        files = read_about(folder)["files"]
        return all(_digest(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
