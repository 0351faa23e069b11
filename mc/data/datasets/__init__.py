"""Corpora by name, one file each; anything else that ``data`` names is a path or an address.

A dataset declares ``parameters``, ``fingerprint(**parameters)``, a cheap identity of the
corpus, and ``load(**parameters)``, the `mc.types.Corpus`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mc import plugins
from mc.data import addresses, reviews
from mc.errors import DataError
from mc.types import Corpus


@dataclass(frozen=True)
class Source:
    """A corpus that can be read, and its identity, known before it is read."""

    fingerprint: str
    load: Callable[[], Corpus]


def find(data: str, data_params: str) -> Source:
    """Find what ``data`` names; fetch files that are elsewhere.

    Raises
    ------
    ParameterError
        For a setting that the data does not have.
    DataError
        For a file that is not there.
    """
    if data in plugins.names("datasets"):
        dataset = plugins.load("datasets", "data", data)
        settings = dataset.Parameters.read_text(data_params, "data_params").values()
        return Source(dataset.fingerprint(**settings), partial(dataset.load, **settings))
    if addresses.is_address(data):
        return _elsewhere(data, data_params)
    if not _looks_like_path(data):
        known = ", ".join(plugins.names("datasets"))
        raise DataError(f"data={data!r} is neither a file here nor one of {known}")
    settings = reviews.Parameters.read_text(data_params, "data_params").values()
    fingerprint = reviews.fingerprint(data, **settings)
    return Source(fingerprint, partial(reviews.read, data, **settings))


def _elsewhere(address: str, data_params: str) -> Source:
    """Files at an address: the same corpus, with the same fingerprint, as from a path."""
    from mc.data.addresses.copies import fetch  # noqa: PLC0415  (slow imports that few need)

    settings = reviews.Parameters.read_text(data_params, "data_params").values()
    paths, name = fetch(address), addresses.name(address)
    fingerprint = reviews.fingerprint_files(paths, name, **settings)
    return Source(fingerprint, partial(reviews.read_files, paths, name, **settings))


def _looks_like_path(data: str) -> bool:
    return any(mark in data for mark in "/\\*?[.~") or Path(data).exists()
