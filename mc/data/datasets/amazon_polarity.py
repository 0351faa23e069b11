"""Amazon reviews of Zhang et al. (2015), downloaded once from the Hugging Face hub and verified.

``mc.data.reviews`` reads the files.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pooch
from pydantic import Field

from mc.data import addresses, reviews
from mc.data.cache import cache_root
from mc.data.reviews.parameters import Balance
from mc.errors import DataError
from mc.settings import OneOf, Settings
from mc.types import Corpus


class Parameters(Settings):
    """Which part of the data set."""

    split: Annotated[str, OneOf(("test", "train", "all"))] = Field(
        "test", description="reviews to use: test (400,000), train (3,600,000) or all"
    )
    revision: str = Field("main", description="branch, tag or commit of the data set on the hub")
    balance: Balance = True


REPOSITORY = "fancyzhx/amazon_polarity"
FOLDER = "amazon_polarity"  # of the shards, in the repository and in the cache
RETRIES = 5  # pooch waits a second longer each time, up to ten
LISTING = "files.json"

Listing = Mapping[str, str]  # shard's file name -> sha256 of its content


def fingerprint(*, split: str, revision: str, balance: bool) -> str:
    """Identity of the corpus by the shards' checksums; downloads their list, not the shards."""
    folder = _folder(revision)
    if paths := _placed_by_hand(folder, split):
        return reviews.fingerprint_files(paths, _name(split), **_settings(balance))
    shards = _of_split(_listing(folder, revision), split)
    identity = json.dumps([reviews.VERSION, sorted(shards.items()), split, balance])
    return hashlib.sha256(identity.encode()).hexdigest()


def load(*, split: str, revision: str, balance: bool) -> Corpus:
    """Read the reviews; download the shards that the cache lacks.

    Raises
    ------
    DataError
        When a shard is neither cached nor can be downloaded; names the alternatives.
    """
    paths = _placed_by_hand(_folder(revision), split) or _fetched(
        _folder(revision), revision, split
    )
    return reviews.read_files(paths, _name(split), **_settings(balance))


def _name(split: str) -> str:
    return f"amazon_polarity ({split})"


def _settings(balance: bool) -> dict[str, object]:
    columns = {"text_column": "content", "title_column": "title", "label_column": "label"}
    return columns | {"label_scale": "0/1", "group_column": "-", "balance": balance}


def _folder(revision: str) -> Path:
    root = cache_root()
    return root.expanduser().absolute() / FOLDER / re.sub(r"[^\w.-]", "_", revision)


def _listing(folder: Path, revision: str) -> Listing:
    """Checksums of all shards; cached, so that the contents of a branch stay the same."""
    url = f"{addresses.hub()}/api/datasets/{REPOSITORY}/tree/{revision}/{FOLDER}"
    path = _fetch(folder, LISTING, url, sha256=None)
    try:
        return {
            Path(entry["path"]).name: str(entry["lfs"]["oid"]).removeprefix("sha256:")
            for entry in json.loads(path.read_text(encoding="utf-8"))
            if entry["path"].endswith(".parquet")
        }
    except (ValueError, TypeError, KeyError) as error:
        path.unlink()
        raise _unavailable(folder, url, "the answer is no list of files") from error


def _of_split(listing: Listing, split: str) -> Listing:
    shards = {
        name: sha256
        for name, sha256 in listing.items()
        if split == "all" or name.startswith(f"{split}-")
    }
    if not shards:
        raise DataError(
            f"the hub lists no {split} shard of {REPOSITORY} among {', '.join(listing) or 'none'}; "
            "set another revision in data_params"
        )
    return shards


def _fetched(folder: Path, revision: str, split: str) -> list[Path]:
    """Complete shards in the cache; downloads those that are missing."""
    address = f"{addresses.hub()}/datasets/{REPOSITORY}/resolve/{revision}/{FOLDER}"
    shards = _of_split(_listing(folder, revision), split)
    return [
        _fetch(folder, name, f"{address}/{name}", sha256) for name, sha256 in sorted(shards.items())
    ]


def _fetch(folder: Path, name: str, url: str, sha256: str | None) -> Path:
    """Path of a cached file; downloads it if it is missing or its checksum is wrong."""
    known_hash = sha256 and f"sha256:{sha256}"
    downloads = pooch.create(
        path=folder,
        base_url="",
        registry={name: known_hash},
        urls={name: url},
        retry_if_failed=RETRIES,
    )
    try:
        download = pooch.HTTPDownloader(progressbar=sha256 is not None, chunk_size=1 << 20)
        return Path(downloads.fetch(name, downloader=download))
    except (ValueError, OSError) as error:  # a wrong checksum; no connection, no such address
        reason = str(error).splitlines()[0]
        raise _unavailable(folder, url, reason) from error


def _unavailable(folder: Path, url: str, reason: str) -> DataError:
    return DataError(
        f"data=amazon_polarity cannot be fetched from {url}: {reason}. Try again, or set "
        f"HF_ENDPOINT to a mirror; offline, put the .parquet files of {REPOSITORY} in {folder}, "
        "give a copy as data=PATH, or use data=simulated"
    )


def _placed_by_hand(folder: Path, split: str) -> list[Path]:
    """Shards that the user copied there: complete, but without the list that a download leaves."""
    if (folder / LISTING).exists():
        return []
    wanted = ("train", "test") if split == "all" else (split,)
    groups = [sorted(folder.glob(f"{part}-*.parquet")) for part in wanted]
    return [path for group in groups for path in group] if all(map(_complete, groups)) else []


def _complete(shards: list[Path]) -> bool:
    """Whether there are as many shards as their names, ``*-00000-of-00004*``, state."""
    totals = [re.search(r"-of-(\d+)", path.name) for path in shards]
    return bool(shards) and all(match and int(match[1]) == len(shards) for match in totals)
