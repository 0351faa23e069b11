"""Reads real reviews from files; the entry point is ``read``.

Knows Kaggle's fastText lines, the Zhang et al. and Amazon US tables, McAuley's JSON lines, Fine
Foods, Hugging Face parquet, and any csv, tsv, JSON lines or parquet with columns for text and
stars or label.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mc.data.reviews.corpus import assemble
from mc.data.reviews.files import explained, find
from mc.data.reviews.ratings import FIND, SCALES
from mc.params import Param, unknown
from mc.types import Corpus

__all__ = ["fingerprint", "fingerprint_files", "parameters", "read", "read_files"]

VERSION = 1  # raise when a change makes another corpus of the same files

parameters: dict[str, Param] = {
    "text_column": Param("", "column of the text; empty: found by its usual names"),
    "title_column": Param("", "column of the title; empty: found by its usual names; -: none"),
    "stars_column": Param("", "column of 1-5 stars; empty: found by its usual names; -: none"),
    "label_column": Param("", "column of labels; empty: found by its usual names; -: none"),
    "group_column": Param("", "column of product slices; empty: found by usual names; -: none"),
    "label_scale": Param(
        FIND,
        "what label numbers mean: negative/positive, or stars; find: tell by the numbers seen",
        choices=(FIND, *SCALES),
    ),
    "balance": Param(True, "whether to leave out rows of the larger class until both are alike"),
}


def read(pattern: str, **settings: Any) -> Corpus:
    """Read reviews from a file, from shards that a glob matches, or from a folder.

    Parameters
    ----------
    pattern : str
        Path, glob or folder; see ``mc.data.reviews.files.find``.
    **settings
        Values of ``parameters``; defaults for those left out.

    Returns
    -------
    Corpus
        Cleaned reviews in the files' order, each once.

    Raises
    ------
    DataError, ParameterError
        When there is no such file, or nothing in it is usable; says what was found.
    """
    return read_files(find(pattern), _name(pattern), **settings)


def fingerprint(pattern: str, **settings: Any) -> str:
    """Hex digest of the files, their name and the parameters; parses no rows."""
    return fingerprint_files(find(pattern), _name(pattern), **settings)


def read_files(paths: Sequence[Path], name: str, **settings: Any) -> Corpus:
    """``read`` for given files."""
    return assemble(paths, name, _complete(settings))


def fingerprint_files(paths: Sequence[Path], name: str, **settings: Any) -> str:
    """``fingerprint`` for given files."""
    complete = json.dumps([VERSION, name, _complete(settings)], sort_keys=True)
    digest = hashlib.sha256(complete.encode())
    for path in paths:
        with explained(path), path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _name(pattern: str) -> str:
    return Path(pattern).expanduser().absolute().name


def _complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    for name in settings:
        if name not in parameters:
            raise unknown("parameter of data", name, parameters)
    given = {name: parameters[name].parse(name, value) for name, value in settings.items()}
    return {name: given.get(name, param.default) for name, param in parameters.items()}
