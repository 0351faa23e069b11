"""Files to a table of features: any column of numbers or words, one of them the classes."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mc.data.classes import name_of, numbered
from mc.data.reviews.columns import named
from mc.data.reviews.files import digest
from mc.data.reviews.layouts import recognise
from mc.data.reviews.parameters import Parameters
from mc.data.reviews.reading import chunks
from mc.data.table import TableCorpus
from mc.errors import DataError

VERSION = 1  # raise when a change makes another table of the same files
MISSING = ("", "na", "n/a", "nan", "null", "none", "?")
MAX_LETTERS = 200  # of a mean value of a column of words; longer ones are texts


def fingerprint(paths: Sequence[Path], name: str, settings: Parameters) -> str:
    """Hex digest of the files, their name and the parameters; parses no rows."""
    return digest(paths, json.dumps([VERSION, name, settings.values()]))


def read(paths: Sequence[Path], name: str, settings: Parameters) -> TableCorpus:
    """Read files of the same columns into one table.

    Raises
    ------
    DataError, ParameterError
        When files cannot be read, differ in their columns, or the classes are unusable.
    """
    counts: Counter[str] = Counter()
    first = recognise(paths[0])
    target = named("target", settings.target, first.columns, paths[0]) or settings.target
    frames = []
    for path in paths:
        layout = recognise(path)
        if set(layout.columns) != set(first.columns):
            raise DataError(
                f"{path} has other columns than {paths[0].name}: {', '.join(layout.columns[:30])}; "
                "give files of one table"
            )
        frames += list(chunks(path, layout, first.columns, counts))
    if not frames:
        raise DataError(f"{name} has no rows; give a file with a header and rows")
    return corpus_of(pd.concat(frames, ignore_index=True), target, name, counts)


def corpus_of(
    frame: pd.DataFrame, target: str, name: str, counts: Counter[str] | None = None
) -> TableCorpus:
    """A table of a frame whose column ``target`` holds the classes; without copies of rows.

    Raises
    ------
    DataError
        When the classes are unusable, or there is no other column.
    """
    counts = counts or Counter(read=len(frame))
    names = frame[target].map(name_of)
    features = frame.drop(columns=target)
    if not features.shape[1]:
        raise DataError(f"{name} has no column other than {target!r}; give features as well")
    features = pd.DataFrame({str(key): as_column(features[key], name) for key in features})
    labelled = names != ""
    counts["no_label"] = int((~labelled).sum())
    repeated = pd.concat([features, names.rename(target)], axis=1).duplicated() & labelled
    counts["duplicate"] = int(repeated.sum())
    kept = (labelled & ~repeated).to_numpy()
    features, names = features[kept].reset_index(drop=True), names[kept]
    codes, distinct = pd.factorize(names)
    known = {word: code for code, word in enumerate(distinct)}
    labels, classes = numbered(known, codes, f"{name}: column {target!r}")
    shown = {"read": counts["read"], "used": len(labels)}
    shown |= {reason: counts[reason] for reason in ("malformed", "no_label", "duplicate")}
    return TableCorpus(name, features, labels, classes, _digest(features, labels, classes), shown)


def as_column(values: pd.Series, where: str) -> pd.Series:
    """A column as numbers if all it holds are numbers, else as words; missing values as such.

    Raises
    ------
    DataError
        When it holds texts, or objects; ``where`` says of what it is a column.
    """
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype(np.float64)
    if not values.map(pd.api.types.is_scalar).all():
        raise DataError(
            f"{where}: column {values.name!r} holds lists or objects, not numbers or words; leave "
            "it out"
        )
    if values.map(lambda value: isinstance(value, bytes)).any():
        raise DataError(
            f"{where}: column {values.name!r} holds bytes, not numbers or words; leave it out"
        )
    texts = values.astype(object).where(values.notna(), "").map(lambda value: str(value).strip())
    words = texts.where(~texts.str.lower().isin(MISSING), None)
    numbers = pd.to_numeric(words, errors="coerce")
    if (numbers.notna() == words.notna()).all():
        return numbers.astype(np.float64)
    if words.dropna().str.len().mean() > MAX_LETTERS:
        raise DataError(
            f"{where}: column {values.name!r} holds texts of {words.dropna().str.len().mean():.0f} "
            f"letters on average, not words of a category; name it as text_column={values.name} in "
            "data_params (from Python: pass it alone) to learn from texts, or leave it out"
        )
    return words.astype(object)


def _digest(features: pd.DataFrame, labels: np.ndarray, classes: tuple[str, ...]) -> str:
    digest = hashlib.sha256(json.dumps([list(features.columns), classes]).encode())
    digest.update(pd.util.hash_pandas_object(features, index=False).to_numpy().tobytes())
    digest.update(labels.tobytes())
    return digest.hexdigest()
