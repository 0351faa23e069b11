"""Handwritten digits (Alpaydin & Kaynak 1998): 1,797 images of 8 x 8 points, ten classes."""

from functools import partial

from sklearn.datasets import load_digits

from mc.data.datasets import _bundled
from mc.data.table import TableCorpus
from mc.settings import Settings

is_table = True
fingerprint = partial(_bundled.fingerprint, "digits")


class Parameters(Settings):
    """None."""


def load() -> TableCorpus:
    """1,797 rows of ten classes."""
    bunch = load_digits(as_frame=True)
    names = bunch.target
    return _bundled.corpus("digits", bunch.data, names)
