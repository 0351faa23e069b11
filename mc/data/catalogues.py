"""Data sets of public catalogues by name: OpenML's tables, and the Hugging Face hub's files."""

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field
from sklearn.datasets import fetch_openml

from mc.data import addresses, table_files
from mc.data.addresses.copies import fetch
from mc.data.cache import cache_root
from mc.data.table import TableCorpus
from mc.errors import DataError
from mc.settings import Settings, unknown

RETRIES = 4
Splits = Mapping[str, Mapping[str, Sequence[str]]]  # configuration to split to addresses of files


class OpenmlParameters(Settings):
    """Which version and column of a data set of OpenML."""

    version: str = Field("active", description="version on OpenML: a number, or active")
    target: str = Field("", description="column of the classes; empty: the data set's own")


def openml_identity(name: str, data_params: str) -> str:
    """What stands for a data set of OpenML, which does not change once it is fetched."""
    settings = OpenmlParameters.read_text(data_params, "data_params")
    return json.dumps(["openml", name, settings.values(), table_files.VERSION])


def openml(name: str, data_params: str) -> TableCorpus:
    """Fetch a table of OpenML, once; scikit-learn verifies its checksum and keeps it in the cache.

    Raises
    ------
    DataError
        When it does not exist or cannot be fetched; names the remedy.
    """
    settings = OpenmlParameters.read_text(data_params, "data_params")
    version: int | str = int(settings.version) if settings.version.isdigit() else settings.version
    try:
        with warnings.catch_warnings():  # of several versions, and that it asks again
            warnings.simplefilter("ignore")
            bunch = fetch_openml(
                name,
                version=version,
                data_home=str(cache_root() / "openml"),
                as_frame=True,
                n_retries=RETRIES,
                delay=0.5,
                parser="pandas",
            )
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(
            f"data=openml:{name} cannot be fetched: {reason}; check the name on openml.org and "
            "your connection, or give a copy of the file as data=PATH with target in data_params"
        ) from error
    frame = bunch.frame
    target = settings.target or bunch.target_names[0]
    if target not in frame:
        raise unknown("data_params: target", target, map(str, frame.columns))
    return table_files.corpus_of(frame, target, f"openml:{name}")


def hugging_face(name: str) -> list[Path]:
    """Fetch the parquet files of a data set of the hub, each version once.

    Parameters
    ----------
    name : str
        ``owner/name``, and after colons a configuration and a split: ``ag_news``,
        ``owner/name:default:train``.

    Raises
    ------
    DataError, ParameterError
        When there is none, or it cannot be fetched; names those that there are.
    """
    repository, *chosen = name.split(":")
    endpoint = addresses.hub()
    address = f"{endpoint}/api/datasets/{repository}/parquet"
    (listing,) = fetch(address)
    try:
        splits: Splits = json.loads(listing.read_text(encoding="utf-8"))
        configuration = _choice("configuration", chosen[:1], splits)
        split = _choice("split", chosen[1:2], splits[configuration], "train")
        urls = list(splits[configuration][split])
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(
            f"data=hf:{name}: the answer of {endpoint} is no list of files; check the name, or set "
            "HF_ENDPOINT to another mirror"
        ) from error
    return [path for url in urls for path in fetch(url)]


def _choice(
    what: str, asked: Sequence[str], known: Mapping[str, object], usual: str = "default"
) -> str:
    """The one that is asked for, else the usual one, else the first."""
    if asked and asked[0]:
        if asked[0] not in known:
            raise unknown(f"data: {what}", asked[0], known)
        return asked[0]
    if not known:
        raise DataError(f"data=hf: has no {what}; choose another data set")
    return usual if usual in known else next(iter(known))
