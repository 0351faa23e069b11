"""Copies of remote files in the cache: each version is fetched once, complete or not at all.

Own code, since fsspec's ``filecache`` takes a file on the web to be unchanging (``check_files``
compares addresses there), serves what a broken download left, keeps addresses with their passwords
on disk, shows no progress, and does not know when the server is unreachable.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
import tenacity
from fsspec import Callback
from tqdm import tqdm

from mc.data.addresses import without_password, without_secrets
from mc.data.addresses.remote import RemoteFile, look
from mc.data.cache import cache_root, complete_or_absent
from mc.errors import DataError, UnreachableError
from mc.progress import ProgressBar

ATTEMPTS = 5
WAIT = tenacity.wait_random_exponential(0.5, max=10)
LAST = "last.json"  # the copies of an address that were current when its server last answered
MB = 10**6
MIN_FOR_BAR = 20 * MB  # smaller downloads show no progress bar

T = TypeVar("T")


def fetch(address: str) -> list[Path]:
    """Copies of the files at an address, in order; fetches those that the cache lacks.

    Parameters
    ----------
    address : str
        Of a file, a folder or a glob, in any file system that fsspec knows.

    Raises
    ------
    DataError
        When there is no such file, or when it is neither in the cache nor can be fetched; names
        the remedy.
    """
    folder = cache_root().expanduser().absolute() / "addresses" / _digest(without_password(address))
    try:
        files = _retry(partial(look, address))
    except UnreachableError as error:
        return _last_copies(folder, error)
    paths = {file: _path_of_copy(file, folder) for file in files}
    missing = [file for file, path in paths.items() if not _is_current(file, path)]
    if missing:
        _download(without_secrets(address), missing, paths)
    _remember(folder, list(paths.values()))
    return list(paths.values())


def _path_of_copy(file: RemoteFile, folder: Path) -> Path:
    """Each version of a file has its own folder."""
    return folder / _digest(f"{without_password(file.path)} {file.version}") / file.name


def _is_current(file: RemoteFile, path: Path) -> bool:
    return bool(file.version) and _is_complete(path, file.size)


def _download(shown: str, missing: Sequence[RemoteFile], paths: Mapping[RemoteFile, Path]) -> None:
    """Fetch the missing files one after the other."""
    size = sum(file.size or 0 for file in missing)
    size_text = f", {tqdm.format_sizeof(size, 'B')}," if size else ""
    click.echo(f"fetching {len(missing)} file(s){size_text} from {shown}")
    done = 0
    with _progress(size) as show:
        for file in missing:
            callback = Callback(
                hooks={"bar": lambda size, value, before=done: show(before + value)}
            )
            try:
                _retry(partial(_download_one, file, paths[file], callback))
            except UnreachableError as error:
                raise _unavailable(error) from error
            done += file.size or 0


def _download_one(file: RemoteFile, path: Path, callback: Callback) -> None:
    callback.absolute_update(0)  # an earlier attempt may have counted
    with complete_or_absent(path) as part:
        file.get(part, callback)


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """A function that shows how many bytes have arrived; silent for small downloads."""
    if 0 < size < MIN_FOR_BAR:
        yield lambda value: None
        return
    bar = ProgressBar(size // MB, 0, "MB")
    try:
        yield lambda value: bar.show(value // MB)
    finally:
        bar.close()


def _retry(call: Callable[[], T]) -> T:
    """Call again while the server is unreachable, up to `ATTEMPTS` times."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(UnreachableError),
        wait=WAIT,
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        before_sleep=_announce_retry,
        reraise=True,
    )(call)


def _announce_retry(state: tenacity.RetryCallState) -> None:
    if state.attempt_number == 1 and state.outcome is not None:
        click.echo(f"{state.outcome.exception()}; trying again", err=True)


def _remember(folder: Path, paths: Sequence[Path]) -> None:
    """Note the current copies, for use while the server is unreachable."""
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in paths}
    with complete_or_absent(folder / LAST) as part:
        part.write_text(json.dumps(sizes))


def _last_copies(folder: Path, error: UnreachableError) -> list[Path]:
    """The copies that were current when the server last answered, if all are complete."""
    last = folder / LAST
    sizes = json.loads(last.read_text()) if last.exists() else {}
    if not sizes or not all(_is_complete(folder / path, size) for path, size in sizes.items()):
        raise _unavailable(error) from error
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(last.stat().st_mtime))
    click.echo(f"{error}; using the copy of {day}", err=True)
    return [folder / path for path in sizes]


def _is_complete(path: Path, size: int | None) -> bool:
    return path.exists() and size in (None, path.stat().st_size)


def _unavailable(error: UnreachableError) -> DataError:
    return DataError(f"{error}; try again, or fetch it by other means and give data=PATH")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
