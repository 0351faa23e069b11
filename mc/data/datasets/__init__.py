"""Corpora by name, one file each; any other value of ``data`` is a path or an address.

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
    """A corpus that can be loaded, and its identity, known without loading it."""

    fingerprint: str
    load: Callable[[], Corpus]


def find(data: str, data_params: str) -> Source:
    """Find the corpus that ``data`` names; files at an address are fetched.

    Raises
    ------
    ParameterError
        For a setting that the data set does not have.
    DataError
        For a file that does not exist.
    """
    if data in plugins.names("datasets"):
        dataset = plugins.load("datasets", "data", data)
        settings = dataset.Parameters.read_text(data_params, "data_params").values()
        installed = plugins.version("datasets", data)  # its next version may make other reviews
        fingerprint = " ".join(filter(None, [dataset.fingerprint(**settings), installed]))
        return Source(fingerprint, partial(dataset.load, **settings))
    if addresses.is_address(data):
        return _at_address(data, data_params)
    if not _looks_like_path(data):
        known = ", ".join(plugins.names("datasets"))
        raise DataError(f"data={data!r} is neither a file here nor one of {known}")
    settings = reviews.Parameters.read_text(data_params, "data_params").values()
    fingerprint = reviews.fingerprint(data, **settings)
    return Source(fingerprint, partial(reviews.read, data, **settings))


def _at_address(address: str, data_params: str) -> Source:
    """Files at an address give the same corpus and the same fingerprint as by their path."""
    from mc.data.addresses.copies import fetch  # noqa: PLC0415  (slow imports that few need)

    settings = reviews.Parameters.read_text(data_params, "data_params").values()
    paths, name = fetch(address), addresses.name(address)
    fingerprint = reviews.fingerprint_files(paths, name, **settings)
    return Source(fingerprint, partial(reviews.read_files, paths, name, **settings))


def _looks_like_path(data: str) -> bool:
    return any(mark in data for mark in "/\\*?[.~") or Path(data).exists()
