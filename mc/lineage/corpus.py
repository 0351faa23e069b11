"""One corpus in the representation of each backend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mc.data.features import Features, open_features
from mc.lineage.loop import Firsts
from mc.types import About, Labels


@dataclass(frozen=True, eq=False)
class ClassifierCorpus:
    """A corpus as features, for one backend or several.

    Parameters
    ----------
    by_backend : mapping of str to Features
        Rows and labels are the same in all.
    firsts : Firsts
        The generation 0 that all rates of a replicate share, within this process.
    """

    by_backend: Mapping[str, Features]
    firsts: Firsts = field(default_factory=Firsts)

    @property
    def labels(self) -> Labels:
        """Human labels, (n,)."""
        return next(iter(self.by_backend.values())).labels

    @property
    def about(self) -> About:
        """Name, digest and counts."""
        return next(iter(self.by_backend.values())).about


def open_corpus(folders: Mapping[str, Path]) -> ClassifierCorpus:
    """Open prepared features, by backend."""
    return ClassifierCorpus({backend: open_features(folder) for backend, folder in folders.items()})
