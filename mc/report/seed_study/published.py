"""The published figures of the original study. Knows nothing of our own results.

`seed_study.csv` holds means and standard errors computed from the result files of GitHub
LoreviQ/ModelCollapse: a random forest whose training set grows by reviews labelled by its ancestor.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

SOURCE = "GitHub LoreviQ/ModelCollapse"
CLASSIFIER = "random forest"


def seed_study() -> pd.DataFrame:
    """All published points.

    Returns
    -------
    DataFrame
        stage (str), initial_size and size (reviews), rate, accuracy_mean and accuracy_sem
        (shares, over repetitions), repetitions.
    """
    return pd.read_csv(Path(__file__).with_name("seed_study.csv"))


def seed_curves(stage: str, rates: Iterable[float]) -> pd.DataFrame:
    """Published points of one stage at these rates; empty where there are none."""
    study = seed_study()
    wanted = np.round(list(rates), 6)
    chosen = (study["stage"] == stage) & study["rate"].round(6).isin(wanted)
    return study[chosen].sort_values(["rate", "initial_size", "size"], ignore_index=True)
