"""The corpus of lineages of classifiers."""

from dataclasses import dataclass, field
from pathlib import Path

from mc.data.features import open_features
from mc.data.table import is_table, open_table
from mc.lineage.loop import Shared
from mc.types import About, Labels, PreparedRows


@dataclass(frozen=True, eq=False)
class ClassifierCorpus:
    """A corpus as its rows are kept, from which every representation is made.

    Parameters
    ----------
    features : Features or Table
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


def open_rows(folder: Path) -> PreparedRows:
    """Open prepared texts or a prepared table."""
    return open_table(folder) if is_table(folder) else open_features(folder)
