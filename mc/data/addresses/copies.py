"""Copies of files at addresses, in the cache: each version fetched once, whole or absent.

Knows nothing of what the files hold.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click
import tenacity
from fsspec import Callback
from tqdm import tqdm

from mc.data.addresses import without_password, without_secrets
from mc.data.addresses.remote import RemoteFile, look
from mc.data.cache import cache_root
from mc.errors import DataError, UnreachableError
from mc.progress import ProgressBar

ATTEMPTS = 5
WAIT = tenacity.wait_random_exponential(0.5, max=10)
LAST = "last.json"  # which copies an address stood for when it was last seen
MB = 10**6
WORTH_A_BAR = 20 * MB

T = TypeVar("T")


def fetch(address: str) -> list[Path]:
    """Copies of the files that an address stands for, in order; fetched where the cache lacks them.

    Parameters
    ----------
    address : str
        Of a file, a folder or a glob, in any file system that fsspec knows.

    Raises
    ------
    DataError
        When there is no such file, or when it can neither be fetched whole nor was before; says
        what to do.
    """
    folder = cache_root().expanduser().absolute() / "addresses" / _digest(without_password(address))
    try:
        files = _patiently(partial(look, address))
    except UnreachableError as error:
        return _last_copies(folder, error)
    places = {file: _place(file, folder) for file in files}
    missing = [file for file, place in places.items() if not _is_there(file, place)]
    if missing:
        _complete(without_secrets(address), missing, places)
    _remember(folder, list(places.values()))
    return list(places.values())


def _place(file: RemoteFile, folder: Path) -> Path:
    """Where a copy belongs: another place for another version."""
    return folder / _digest(f"{without_password(file.path)} {file.version}") / file.name


def _is_there(file: RemoteFile, place: Path) -> bool:
    return bool(file.version) and _is_whole(place, file.size)


def _complete(shown: str, missing: Sequence[RemoteFile], places: Mapping[RemoteFile, Path]) -> None:
    """Fetch what is missing, one after the other."""
    size = sum(file.size or 0 for file in missing)
    known = f", {tqdm.format_sizeof(size, 'B')}," if size else ""
    click.echo(f"fetching {len(missing)} file(s){known} from {shown}")
    done = 0
    with _bar(size) as show:
        for file in missing:
            news = Callback(hooks={"bar": lambda size, value, before=done: show(before + value)})
            try:
                _patiently(partial(_download, file, places[file], news))
            except UnreachableError as error:
                raise _given_up(error) from error
            done += file.size or 0


def _download(file: RemoteFile, place: Path, news: Callback) -> None:
    """Fetch aside and move into place, so that a copy is whole or absent."""
    place.parent.mkdir(parents=True, exist_ok=True)
    news.absolute_update(0)
    with TemporaryDirectory(dir=place.parent, prefix="unfinished-") as aside:
        part = Path(aside) / place.name
        file.get(part, news)
        part.replace(place)


@contextmanager
def _bar(size: int) -> Iterator[Callable[[int], None]]:
    """A way to show the bytes that have come, where all of them can take a while."""
    if 0 < size < WORTH_A_BAR:
        yield lambda value: None
        return
    bar = ProgressBar(size // MB, 0, "MB")
    try:
        yield lambda value: bar.show(value // MB)
    finally:
        bar.close()


def _patiently(call: Callable[[], T]) -> T:
    """Call until somebody answers, a few times."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(UnreachableError),
        wait=WAIT,
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        before_sleep=_say,
        reraise=True,
    )(call)


def _say(state: tenacity.RetryCallState) -> None:
    if state.attempt_number == 1 and state.outcome is not None:
        click.echo(f"{state.outcome.exception()}; trying again", err=True)


def _remember(folder: Path, paths: Sequence[Path]) -> None:
    """Note which copies belong together, for when nobody answers."""
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in paths}
    with TemporaryDirectory(dir=folder, prefix="unfinished-") as aside:
        part = Path(aside) / LAST
        part.write_text(json.dumps(sizes))
        part.replace(folder / LAST)


def _last_copies(folder: Path, error: UnreachableError) -> list[Path]:
    """The copies that were last seen to be the server's, if all are still there."""
    last = folder / LAST
    sizes = json.loads(last.read_text()) if last.exists() else {}
    if not sizes or not all(_is_whole(folder / path, size) for path, size in sizes.items()):
        raise _given_up(error) from error
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(last.stat().st_mtime))
    click.echo(f"{error}; using the copy of {day}", err=True)
    return [folder / path for path in sizes]


def _is_whole(place: Path, size: int | None) -> bool:
    return place.exists() and size in (None, place.stat().st_size)


def _given_up(error: UnreachableError) -> DataError:
    return DataError(f"{error}; try again, or fetch it by other means and give data=PATH")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
