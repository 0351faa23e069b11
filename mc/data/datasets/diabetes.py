"""Diabetes (Efron et al. 2004): 442 patients by ten measures, progression above 100 or not."""

from functools import partial

from sklearn.datasets import load_diabetes

from mc.data.datasets import _bundled
from mc.data.table import TableCorpus
from mc.settings import Settings

is_table = True
fingerprint = partial(_bundled.fingerprint, "diabetes")


class Parameters(Settings):
    """None."""


def load() -> TableCorpus:
    """442 rows; class 1 is a progression above 100, as Dey & Donoho (2024) have it."""
    bunch = load_diabetes(as_frame=True, scaled=False)
    names = (bunch.target > 100).astype(int)
    return _bundled.corpus("diabetes", bunch.data, names)
