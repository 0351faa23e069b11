"""Corpora by name, one file each; any other value of ``data`` is a path or an address.

A dataset declares ``Parameters``, ``fingerprint(**parameters)``, a cheap identity of the corpus,
and ``load(**parameters)``, a `mc.types.Corpus` of texts; or, with ``is_table = True``, a
`mc.data.table.TableCorpus`. ``openml:NAME`` and ``hf:NAME``
name data sets of public catalogues (`mc.data.catalogues`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mc import plugins
from mc.data import addresses, reviews
from mc.data.reviews.layouts import recognise
from mc.errors import DataError
from mc.types import AnyCorpus

CATALOGUES = ("hf", "openml")  # before a colon, with the name of a data set there


@dataclass(frozen=True)
class Source:
    """A corpus that can be loaded, and its identity, known without loading it.

    Parameters
    ----------
    fingerprint : str
        Hex digest or other text.
    load : callable
        Gives a `mc.types.Corpus`, or a `mc.data.table.TableCorpus`.
    is_table : bool
        Which of both.
    """

    fingerprint: str
    load: Callable[[], AnyCorpus]
    is_table: bool = False


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
        installed = plugins.version("datasets", data)  # its next version may make other rows
        fingerprint = " ".join(filter(None, [dataset.fingerprint(**settings), installed]))
        is_table = getattr(dataset, "is_table", False)
        return Source(fingerprint, partial(dataset.load, **settings), is_table)
    catalogue, colon, name = data.partition(":")
    if colon and catalogue in CATALOGUES:
        return _in_catalogue(catalogue, name, data_params)
    if addresses.is_address(data):
        return _at_address(data, data_params)
    if not _looks_like_path(data):
        known = ", ".join([*plugins.names("datasets"), *(f"{each}:NAME" for each in CATALOGUES)])
        raise DataError(f"data={data!r} is neither a file here nor one of {known}")
    return of_files(reviews.find(data), reviews.name(data), data_params)


def of_files(paths: Sequence[Path], name: str, data_params: str) -> Source:
    """Files as texts or, where a target is named and no column holds texts, as a table."""
    settings = reviews.Parameters.read_text(data_params, "data_params")
    if _is_table(paths[0], settings):
        from mc.data import table_files  # noqa: PLC0415  (reviews do without scikit-learn)

        fingerprint = table_files.fingerprint(paths, name, settings)
        return Source(fingerprint, partial(table_files.read, paths, name, settings), is_table=True)
    values = settings.values()
    fingerprint = reviews.fingerprint_files(paths, name, **values)
    return Source(fingerprint, partial(reviews.read_files, paths, name, **values))


def _is_table(path: Path, settings: reviews.Parameters) -> bool:
    if not settings.target or settings.features == "text" or settings.text_column:
        return False
    return settings.features == "table" or not reviews.has_texts(recognise(path).columns)


def _in_catalogue(catalogue: str, name: str, data_params: str) -> Source:
    from mc.data import catalogues  # noqa: PLC0415  (slow imports that few need)

    if catalogue == "openml":
        corpus = partial(catalogues.openml, name, data_params)
        return Source(catalogues.openml_identity(name, data_params), corpus, is_table=True)
    paths = catalogues.hugging_face(name)
    return of_files(paths, f"hf:{name}", data_params)


def _at_address(address: str, data_params: str) -> Source:
    """Files at an address give the same corpus and the same fingerprint as by their path."""
    from mc.data.addresses.copies import fetch  # noqa: PLC0415  (slow imports that few need)

    return of_files(fetch(address), addresses.name(address), data_params)


def _looks_like_path(data: str) -> bool:
    return any(mark in data for mark in "/\\*?[.~") or Path(data).exists()
