"""Errors of the libraries behind addresses as one line: missing, forbidden or unreachable."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from mc import commands
from mc.data.addresses import without_secrets
from mc.errors import FULL, DataError, McError, UnreachableError

AGAIN = (408, 425, 429)  # worth another attempt, as 500 and above are
FINAL = (ValueError, TypeError, NotImplementedError, IsADirectoryError)


@contextmanager
def explained(address: str) -> Iterator[None]:
    """Turn any error of a file system into one clear `DataError`."""
    try:
        yield
    except McError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        raise _data_error(without_secrets(address), error) from error


def _data_error(shown: str, error: Exception) -> DataError:
    if isinstance(error, ImportError):
        return _missing_package(shown, error)
    cause = _cause(error)
    status = _status(cause)
    if status in (401, 403, 407) or isinstance(cause, PermissionError):
        return DataError(
            f"data={shown!r} is not open to you ({_reason(cause, status)}); credentials come from "
            "~/.netrc, from FSSPEC_HTTPS, or from the variables that the store's own tools read"
        )
    if status in (404, 410) or isinstance(cause, FileNotFoundError):
        return DataError(f"data={shown!r} is not there ({_reason(cause, status)})")
    if isinstance(cause, FINAL) or (status and status < 500 and status not in AGAIN):
        return DataError(
            f"data={shown!r} cannot be used: {_reason(cause, status)}; give a path, or an address "
            "of http(s), s3, gs and others that fsspec knows, or of MLflow's (runs:/...)"
        )
    return UnreachableError(f"data={shown!r} cannot be fetched: {_reason(cause, status)}")


def _missing_package(shown: str, error: ImportError) -> DataError:
    module = error.__cause__.name if isinstance(error.__cause__, ImportError) else error.name
    package = (module or "its package").partition(".")[0]
    remedy = f"`uv add {package}`, or start with `uv run --with {package} ...`"
    if not commands.is_checkout():
        remedy = f"`pip install {package}`"
    return DataError(f"data={shown!r} needs {package}, which is not installed: {remedy}")


def _cause(error: BaseException) -> BaseException:
    """The underlying error: on the web fsspec reports every failed request as a missing file."""
    cause = error.__cause__
    if isinstance(error, FileNotFoundError) and isinstance(cause, aiohttp.ClientError | OSError):
        return cause
    return error


def _status(error: BaseException) -> int | None:
    """HTTP status of an error of aiohttp or requests."""
    response = getattr(error, "response", None)
    status = getattr(error, "status", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def _reason(error: BaseException, status: int | None) -> str:
    if status:
        return f"{status} {getattr(error, 'message', '')}".strip()
    if isinstance(error, FileNotFoundError):
        return "its file system has no such file"  # the error itself only repeats the name
    first = (str(error).splitlines() or [""])[0]
    return without_secrets(first)[:200] or type(error).__name__
