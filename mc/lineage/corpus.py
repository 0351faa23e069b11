"""The corpus of lineages of classifiers."""

from dataclasses import dataclass, field
from pathlib import Path

from mc.data.features import Features, open_features
from mc.lineage.loop import Shared
from mc.types import About, Labels


@dataclass(frozen=True, eq=False)
class ClassifierCorpus:
    """A corpus as counts of terms, which the representation of every backend is made of.

    Parameters
    ----------
    features : Features
        Counts and labels.
    shared : Shared
        What the lineages of a replicate have in common, within this process.
    """

    features: Features
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
    """Open prepared features."""
    return ClassifierCorpus(open_features(folder))
