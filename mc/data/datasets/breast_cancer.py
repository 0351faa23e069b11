"""Breast cancer of Wisconsin (Wolberg et al. 1995): 569 tumours by 30 measures of cells."""

from functools import partial

from sklearn.datasets import load_breast_cancer

from mc.data.datasets import _bundled
from mc.data.table import TableCorpus
from mc.settings import Settings

is_table = True
fingerprint = partial(_bundled.fingerprint, "breast_cancer")


class Parameters(Settings):
    """None."""


def load() -> TableCorpus:
    """569 rows: malignant or benign."""
    bunch = load_breast_cancer(as_frame=True)
    names = bunch.target.map(dict(enumerate(bunch.target_names)))
    return _bundled.corpus("breast_cancer", bunch.data, names)
