"""A user's log of predictions as windows with their signals. Pure once the file is read."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.monitor.lineage import of_slice
from experiments.monitor.log_files import read_log
from experiments.monitor.resampling import needed_windows
from experiments.monitor.signals import input_signals, prediction_signals, reference_signals
from mc.errors import DataError
from mc.types import About, GenerationRecord, Labels

VERSION = 1  # raise when a change alters numbers
WINDOW = "window"  # the note of a window's name
MIN_ROWS = 30  # of a slice in every window, for its own signals
MAX_SLICES = 8  # the largest ones
WORD = re.compile(r"\w\w+")


@dataclass(frozen=True)
class LogCondition:
    """What is made of a log.

    Parameters
    ----------
    window : int
        Rows of a window, where the log has no column of windows.
    reference_windows : int
        How many of the first are the reference.
    """

    window: int
    reference_windows: int


@dataclass(frozen=True, eq=False)
class Log:
    """A log of predictions.

    Parameters
    ----------
    table : DataFrame
        Of `experiments.monitor.log_files.read_log`.
    about : mapping
        ``name``, ``digest`` and ``counts``.
    """

    table: pd.DataFrame
    about: About
    labels: Labels = field(default_factory=lambda: np.empty(0, np.int8))

    def windows(self, rows: int) -> list[tuple[str, pd.DataFrame]]:
        """Names and rows of all whole windows, in the order of time."""
        if "window" in self.table:
            return [(str(name), part) for name, part in self.table.groupby("window", sort=False)]
        starts = range(0, len(self.table) - rows + 1, rows)
        return [
            (f"{start + 1:,} to {start + rows:,}", self.table.iloc[start : start + rows])
            for start in starts
        ]

    def slices(self, rows: int) -> list[str]:
        """Slices that each window has enough rows of, the largest first."""
        if "slice" not in self.table:
            return []
        counts = [part["slice"].astype(str).value_counts() for _, part in self.windows(rows)]
        least = pd.concat(counts, axis=1).fillna(0).min(axis=1)
        usable = least.index[least >= MIN_ROWS]
        order = self.table["slice"].astype(str).value_counts()
        return [str(name) for name in order.index if name in set(usable)][:MAX_SLICES]


@cache
def open_log(log: str, asked: tuple[tuple[str, str], ...]) -> Log:
    """Read a log.

    Parameters
    ----------
    log : str
        Path of a csv, tsv, JSON lines or parquet file, compressed or not.
    asked : tuple of (str, str)
        ``time_column`` and so on with their names, empty for usual ones. (A tuple, since calls are
        remembered.)

    Raises
    ------
    DataError, ParameterError
        When the file cannot be used; says what was found and what to do.
    """
    path = Path(log).expanduser()
    if not path.is_file():
        raise DataError(
            f"log={log!r} is no file; give the path of a csv, tsv, JSON lines or parquet file with "
            "a row for each prediction"
        )
    table, counts = read_log(path, dict(asked))
    digest = hashlib.sha256(repr(list(table)).encode())
    digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    about = {"name": path.name, "digest": digest.hexdigest(), "counts": dict(counts)}
    return Log(table, about)


def check_windows(log: Log, condition: LogCondition, false_alarms: float) -> int:
    """How many windows there are to be watched.

    Raises
    ------
    DataError
        When there are too few, of reference or after it; says how many are missing.
    """
    references, name = condition.reference_windows, log.about["name"]
    wanted = needed_windows(false_alarms)
    if references < wanted:
        raise DataError(
            f"reference_windows={references} are too few for false_alarms={false_alarms:g}, which "
            f"takes {wanted} even to watch one window: {wanted - references} are missing; ask for "
            f"reference_windows={wanted} or more false alarms"
        )
    many = len(log.windows(condition.window))
    if many <= references:
        raise DataError(
            f"log={name!r} has {many} whole windows, but reference_windows={references} and one "
            f"to be watched need {references + 1}: {references + 1 - many} are missing; bring a "
            "longer log, or ask for a smaller window"
        )
    return many - references


def breed_log(
    log: Log, condition: LogCondition, replicate: int, after: None = None
) -> Iterator[GenerationRecord]:
    """Each window as a generation: its signals, those of each slice, and what labels say.

    Yields
    ------
    GenerationRecord
        Signals that the log allows for; ``confidence/slice_0`` and so on for slices;
        ``rows``; ``accuracy`` of the labelled rows where there are labels (NaN for a window
        without). The note ``window`` is its name.
    """
    names = log.slices(condition.window)
    for name, part in log.windows(condition.window):
        metrics = {"rows": float(len(part)), **_signals(part)}
        for place, own in enumerate(names):
            rows = part[part["slice"].astype(str) == own].drop(columns="text", errors="ignore")
            metrics |= {of_slice(each, place): at for each, at in _signals(rows).items()}
        if "label" in part:
            metrics["accuracy"] = _accuracy(part)
        yield GenerationRecord(metrics, notes={WINDOW: name})


def _signals(part: pd.DataFrame) -> dict[str, float]:
    probability = part["probability"].to_numpy(float)
    seen = prediction_signals(probability)
    if "reference" in part:
        seen |= reference_signals(probability, part["reference"].to_numpy(float))
    if "text" in part:
        words: Counter[str] = Counter()
        for text in part["text"].fillna(""):
            words.update(WORD.findall(str(text).lower()))
        counts = np.array(list(words.values()), np.int64)
        seen |= input_signals(counts) if counts.sum() > 1 else {"input_diversity": 0.0}
    return seen


def _accuracy(part: pd.DataFrame) -> float:
    labelled = part[part["label"].notna()]
    right = (labelled["probability"] > 0.5) == (labelled["label"] == 1)
    return float(right.mean()) if len(labelled) else float("nan")
