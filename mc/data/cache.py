"""Where everything lies that can be made or fetched again, and folders that are whole or absent.

Knows nothing of what they hold.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT)  # no room on the disk, or none that this user may have
ABOUT = "about.json"

Write = Callable[[Path], Mapping[str, Any]]  # fills a folder; what its `ABOUT` is to say


def cache_root() -> Path:
    """The folder that ``MC_CACHE`` names, else the user's cache folder."""
    from pooch import os_cache  # noqa: PLC0415  (a slow import that workers do not need)

    return Path(os.environ.get("MC_CACHE") or os_cache("model-collapse-lab"))


def prepare(kind: str, identity: str, write: Write) -> tuple[Path, bool]:
    """Make a folder of the cache, unless it is there already and intact.

    Parameters
    ----------
    kind : str
        Folder of the cache that holds the folders of one kind.
    identity : str
        All that the content depends on.
    write : callable
        Called only when the cache lacks the folder or it is damaged.

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


def read_about(folder: Path) -> dict[str, Any]:
    """What a prepared folder says of itself, and the digests of its ``files``."""
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text())
    return about


def _make(folder: Path, write: Write) -> None:
    """Write all files aside and rename, so that a folder is whole or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unfinished-") as unfinished:
        aside = Path(unfinished) / "whole"
        aside.mkdir()
        about = dict(write(aside))
        about["files"] = {path.name: _digest(path) for path in sorted(aside.iterdir())}
        (aside / ABOUT).write_text(json.dumps(about, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)


def _intact(folder: Path) -> bool:
    try:
        files = read_about(folder)["files"]
        return all(_digest(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
