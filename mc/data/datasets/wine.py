"""Wines of three growers (Aeberhard & Forina 1992): 178 rows of 13 chemical measures."""

from functools import partial

from sklearn.datasets import load_wine

from mc.data.datasets import _bundled
from mc.data.table import TableCorpus
from mc.settings import Settings

is_table = True
fingerprint = partial(_bundled.fingerprint, "wine")


class Parameters(Settings):
    """None."""


def load() -> TableCorpus:
    """178 rows of three classes."""
    bunch = load_wine(as_frame=True)
    names = bunch.target.map(dict(enumerate(bunch.target_names)))
    return _bundled.corpus("wine", bunch.data, names)
