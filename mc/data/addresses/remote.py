"""Files at an address, by fsspec: their names, versions and bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from fsspec import AbstractFileSystem, Callback, get_filesystem_class
from fsspec.config import conf

from mc.data.addresses import name, without_secrets
from mc.data.addresses.refusals import explained
from mc.data.reviews.files import is_data, is_glob
from mc.errors import DataError, UnreachableError

# Keys under which file systems report the version of a file.
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
SILENCE_SECONDS = 60  # a server that sends nothing for so long counts as unreachable


@dataclass(frozen=True)
class RemoteFile:
    """A file at an address, as its server describes it.

    Parameters
    ----------
    address : str
        The address that the user gave; may hold secrets.
    system : AbstractFileSystem
        Its file system.
    path : str
        Its path in ``system``.
    size : int, optional
        Bytes, if the server reports them.
    version : str
        Everything that the server reports about its content; may be empty.
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
        """Download this version of the file completely.

        Raises
        ------
        UnreachableError
            When the download breaks off.
        DataError
            When the file changes during the download.
        """
        with explained(self.address):
            self.system.get_file(self.path, str(target), callback=callback)
            now = _described(self.address, self.system, self.path)
        shown, size = without_secrets(self.address), target.stat().st_size
        if now.version != self.version:
            raise DataError(f"data={shown!r} changed while it was fetched; start it again")
        if self.size is not None and size != self.size:
            raise UnreachableError(
                f"data={shown!r} broke off: {size:,} bytes of {self.name} came, not {self.size:,}"
            )


def look(address: str) -> list[RemoteFile]:
    """Files at an address, sorted: a single file, or those of a folder or a glob.

    Raises
    ------
    UnreachableError
        When the server does not answer, or asks to try later.
    DataError
        When there is no such file or access is denied; names the remedy.
    """
    with explained(address):
        system, path = _opened(address)
        system.invalidate_cache()
        paths = sorted(_paths(system, path), key=lambda path: path.split("/"))
        if not paths:
            raise DataError(f"data={without_secrets(address)!r} matches no file of a known kind")
        return [_described(address, system, path) for path in paths]


def _opened(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the path in it."""
    protocol = address.partition(":")[0].lower()
    kind = get_filesystem_class(protocol)
    options = {**_web_options(protocol), **kind._get_kwargs_from_urls(address)}
    return kind(**options), kind._strip_protocol(address)


def _web_options(protocol: str) -> dict[str, object]:
    """Generous timeouts, proxies and ~/.netrc of the environment, no decompression on the way."""
    if protocol not in ("http", "https"):
        return {}
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS
    )
    defaults = {
        "timeout": timeout,
        "trust_env": True,
        "auto_decompress": False,
        "headers": {"Accept-Encoding": "identity"},
    }
    return {"client_kwargs": {**defaults, **conf.get(protocol, {}).get("client_kwargs", {})}}


def _paths(system: AbstractFileSystem, path: str) -> list[str]:
    is_web = path.startswith(("http://", "https://"))
    # [::1] in the host is no glob
    without_host = path.partition("?")[0].split("/", 3)[-1] if is_web else path
    if is_glob(without_host):
        return _matches(system, path)
    if is_web or system.info(path)["type"] != "directory":
        return [path]
    infos = system.ls(path, detail=True)
    return [info["name"] for info in infos if info["type"] == "file" and _is_data(info["name"])]


def _matches(system: AbstractFileSystem, pattern: str) -> list[str]:
    infos: Mapping[str, Mapping[str, object]] = system.glob(pattern, detail=True)
    if not infos:  # to fsspec's glob an unreachable server is an empty folder; ls raises
        system.ls(re.split(r"[*?[]", pattern)[0].rpartition("/")[0])
    return [path for path, info in infos.items() if info["type"] == "file"]


def _is_data(path: str) -> bool:
    return is_data(Path(path.rpartition("/")[2]))


def _described(address: str, system: AbstractFileSystem, path: str) -> RemoteFile:
    system.invalidate_cache()
    info = system.info(path)
    reported = {key: str(info[key]) for key in VERSION if info.get(key) is not None}
    version = json.dumps(reported, sort_keys=True) if reported else ""
    return RemoteFile(address, system, path, info.get("size"), version)
