"""Reads real reviews from files; the entry point is ``read``.

Knows Kaggle's fastText lines, the Zhang et al. and Amazon US tables, McAuley's JSON lines, Fine
Foods, Hugging Face parquet, and any csv, tsv, JSON lines or parquet with columns for text and
stars or label.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from mc.data.reviews.columns import USUAL, usual
from mc.data.reviews.corpus import assemble
from mc.data.reviews.files import digest, find
from mc.data.reviews.parameters import Parameters
from mc.types import Corpus

__all__ = [
    "Parameters",
    "find",
    "fingerprint",
    "fingerprint_files",
    "has_texts",
    "name",
    "read",
    "read_files",
]

VERSION = 1  # raise when a change makes another corpus of the same files


def read(pattern: str, **settings: object) -> Corpus:
    """Read reviews from a file, from shards that a glob matches, or from a folder.

    Parameters
    ----------
    pattern : str
        Path, glob or folder; see ``mc.data.reviews.files.find``.
    **settings
        Those of `Parameters`; defaults for those left out.

    Returns
    -------
    Corpus
        Cleaned reviews in the files' order, each once.

    Raises
    ------
    DataError, ParameterError
        When there is no such file, or nothing in it is usable; says what was found.
    """
    return read_files(find(pattern), name(pattern), **settings)


def fingerprint(pattern: str, **settings: object) -> str:
    """Hex digest of the files, their name and the parameters; parses no rows."""
    return fingerprint_files(find(pattern), name(pattern), **settings)


def read_files(paths: Sequence[Path], name: str, **settings: object) -> Corpus:
    """``read`` for files that are known already."""
    return assemble(paths, name, Parameters.read(settings))


def fingerprint_files(paths: Sequence[Path], name: str, **settings: object) -> str:
    """``fingerprint`` for files that are known already."""
    complete = json.dumps([VERSION, name, Parameters.read(settings).values()], sort_keys=True)
    return digest(paths, complete)


def has_texts(columns: Sequence[str]) -> bool:
    """Whether a column has a usual name of a review's text."""
    return usual(USUAL["text"], columns) is not None


def name(pattern: str) -> str:
    """Name of the corpus in files that a path, glob or folder gives."""
    return Path(pattern).expanduser().absolute().name
