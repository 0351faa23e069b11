"""Files at an address, as fsspec's file systems show them: which, of what version, their bytes.

Knows nothing of where copies lie.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from fsspec import AbstractFileSystem, Callback, get_filesystem_class
from fsspec.config import conf

from mc.data.addresses import name, without_secrets
from mc.data.addresses.refusals import explained
from mc.data.reviews.files import is_data, is_glob
from mc.errors import DataError, UnreachableError

# Under these names file systems say which version of a file they have.
VERSION = (
    "ETag",
    "etag",
    "Content-MD5",
    "Digest",
    "md5Hash",
    "generation",
    "VersionId",
    "version_id",
    "Last-Modified",
    "LastModified",
    "last_modified",
    "modified",
    "mtime",
    "updated",
    "created",
    "size",
)
SILENCE_SECONDS = 60  # after which a server that sends nothing counts as away


@dataclass(frozen=True)
class RemoteFile:
    """A file at an address, as its server describes it.

    Parameters
    ----------
    address : str
        What was asked for; may hold secrets.
    system : AbstractFileSystem
        Where it is.
    path : str
        What it is called there.
    size : int, optional
        Bytes, where the server says.
    version : str
        All that the server says of its content; empty where it says nothing.
    """

    address: str
    system: AbstractFileSystem
    path: str
    size: int | None
    version: str

    @property
    def name(self) -> str:
        """Last part of its path."""
        return name(self.path if ":/" in self.path else f"files:/{self.path}")

    def get(self, target: Path, callback: Callback) -> None:
        """Copy its bytes, all of them and of this version.

        Raises
        ------
        UnreachableError
            When the server stops on the way.
        DataError
            When the file became another one meanwhile.
        """
        with explained(self.address):
            self.system.get_file(self.path, str(target), callback=callback)
            now = _described(self.address, self.system, self.path)
        shown, got = without_secrets(self.address), target.stat().st_size
        if now.version != self.version:
            raise DataError(f"data={shown!r} changed while it was fetched; start it again")
        if self.size is not None and got != self.size:
            raise UnreachableError(
                f"data={shown!r} broke off: {got:,} bytes of {self.name} came, not {self.size:,}"
            )


def look(address: str) -> list[RemoteFile]:
    """Files that an address stands for, sorted: one, or those of a folder or a glob.

    Raises
    ------
    UnreachableError
        When nobody answers, or not now.
    DataError
        When there is no such file, or it is not for us; says what to do.
    """
    with explained(address):
        system, path = _opened(address)
        system.invalidate_cache()
        paths = sorted(_paths(system, path), key=lambda found: found.split("/"))
        if not paths:
            raise DataError(f"data={without_secrets(address)!r} matches no file of a known kind")
        return [_described(address, system, found) for found in paths]


def _opened(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and what it calls the place."""
    protocol = address.partition(":")[0].lower()
    kind = get_filesystem_class(protocol)
    options = {**_web_options(protocol), **kind._get_kwargs_from_urls(address)}
    return kind(**options), kind._strip_protocol(address)


def _web_options(protocol: str) -> dict[str, Any]:
    """Patience, proxies and ~/.netrc of the environment, bytes as they lie on the server."""
    if protocol not in ("http", "https"):
        return {}
    silence = aiohttp.ClientTimeout(
        total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS
    )
    ours = {
        "timeout": silence,
        "trust_env": True,
        "auto_decompress": False,
        "headers": {"Accept-Encoding": "identity"},
    }
    return {"client_kwargs": {**ours, **conf.get(protocol, {}).get("client_kwargs", {})}}


def _paths(system: AbstractFileSystem, path: str) -> list[str]:
    is_web = path.startswith(("http://", "https://"))
    place = path.partition("?")[0].split("/", 3)[-1] if is_web else path  # past http://[::1]/
    if is_glob(place):
        return _matches(system, path)
    if is_web or system.info(path)["type"] != "directory":
        return [path]
    found = system.ls(path, detail=True)
    return [each["name"] for each in found if each["type"] == "file" and _is_data(each["name"])]


def _matches(system: AbstractFileSystem, pattern: str) -> list[str]:
    found: Mapping[str, Any] = system.glob(pattern, detail=True)
    if not found:  # fsspec's globs take a server that is away for an empty folder
        system.ls(re.split(r"[*?[]", pattern)[0].rpartition("/")[0])
    return [path for path, info in found.items() if info["type"] == "file"]


def _is_data(path: str) -> bool:
    return is_data(Path(path.rpartition("/")[2]))


def _described(address: str, system: AbstractFileSystem, path: str) -> RemoteFile:
    system.invalidate_cache()
    info = system.info(path)
    said = {key: str(info[key]) for key in VERSION if info.get(key) is not None}
    version = json.dumps(said, sort_keys=True) if said else ""
    return RemoteFile(address, system, path, info.get("size"), version)
