"""Tables that come with scikit-learn: no download."""

from collections import Counter
from importlib.metadata import version

import pandas as pd

from mc.data.table import TableCorpus
from mc.data.table_files import VERSION, corpus_of

TARGET = "class"


def fingerprint(name: str) -> str:
    """Identity of a data set of the installed version of scikit-learn."""
    return f"{name} of scikit-learn {version('scikit-learn')}, tables {VERSION}"


def corpus(name: str, features: pd.DataFrame, classes: pd.Series) -> TableCorpus:
    """A table of named columns and named classes."""
    frame = features.assign(**{TARGET: classes.to_numpy()})
    return corpus_of(frame, TARGET, name, Counter(read=len(frame)))
