"""The corpus of lineages of classifiers."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mc.data.features import open_features
from mc.data.raw_texts import is_raw, open_texts
from mc.data.table import is_table, open_table
from mc.lineage.loop import Shared
from mc.randomness import stream
from mc.types import About, Labels, PreparedRows


@dataclass(frozen=True, eq=False)
class ClassifierCorpus:
    """A corpus as its rows are kept, from which every representation is made.

    Parameters
    ----------
    features : Features, RawTexts or Table
        Rows and labels.
    shared : Shared
        What the lineages of a replicate have in common, within this process.
    """

    features: PreparedRows
    shared: Shared = field(default_factory=Shared)

    @property
    def labels(self) -> Labels:
        """Human labels, (n,)."""
        return self.features.labels

    @property
    def about(self) -> About:
        """Name, digest and counts."""
        return self.features.about


def open_corpus(folder: Path) -> ClassifierCorpus:
    """Open prepared texts or a prepared table."""
    return ClassifierCorpus(open_rows(folder))


def open_unbalanced(folder: Path, ratio: float) -> ClassifierCorpus:
    """Open a corpus whose classes have shares in a geometric series, see `unbalanced`."""
    return ClassifierCorpus(unbalanced(open_rows(folder), ratio))


def unbalanced(rows: PreparedRows, ratio: float) -> PreparedRows:
    """As many rows as there are with class shares in a geometric series.

    The most frequent class stays the most frequent. Which rows stay is random, and the same at
    every call.

    Parameters
    ----------
    rows : Features, RawTexts or Table
        All rows.
    ratio : float, at least 1
        Share of the most frequent class over that of the rarest; 0: the shares as they are.
    """
    if not ratio:
        return rows
    counts = np.bincount(rows.labels, minlength=len(rows.classes))  # (K,)
    wanted = np.empty(len(counts))
    wanted[np.argsort(-counts, kind="stable")] = np.geomspace(1, 1 / ratio, len(counts))
    kept = np.floor(wanted * (counts / wanted).min()).astype(int)
    order = stream(0, "unbalanced").permutation(len(rows.labels))
    chosen = [order[rows.labels[order] == of][:n] for of, n in enumerate(kept)]
    return rows.chosen(np.sort(np.concatenate(chosen)))


def open_rows(folder: Path) -> PreparedRows:
    """Open prepared texts, as they are or counted, or a prepared table."""
    if is_raw(folder):
        return open_texts(folder)
    return open_table(folder) if is_table(folder) else open_features(folder)
