"""What three backends lose on real reviews: figures stored beside this file.

`backend_contrast.csv` is written by ``scripts/store_backend_contrast.py``. It holds averages over
repetitions of `compare_backends`, and nothing else of the reviews.
"""

import shlex
from pathlib import Path

import pandas as pd

from mc import statistics
from mc.settings import format_value
from mc.statistics import CONDITION

FILE = Path(__file__).with_name("backend_contrast.csv")
METRICS = {"accuracy": "loss", "roc_auc": "auc_loss"}  # to what is lost of it
SETTINGS = ["regime", "labelling", "initial_size", "increment", "final_size"]


def contrast(generations: pd.DataFrame, reviews: str) -> pd.DataFrame:
    """What each backend loses at each rate by the last generation.

    Parameters
    ----------
    generations : DataFrame
        See `mc.statistics`; all backends with the same other settings.
    reviews : str
        What the reviews are, as a sentence names them.

    Returns
    -------
    DataFrame
        One row for each backend and rate: backend, rate; accuracy and positive_share (means);
        loss, auc_loss and gain, against rate 0 of the same replicate, of accuracy, of the area
        under the ROC curve and of the share predicted positive (shares), each with its bounds
        (``_low``, ``_high``; NaN for one repetition); repetitions; the other settings; reviews.
    """
    by = [*CONDITION, "rate"]
    table = statistics.summary(generations)
    table = table[[*by, "accuracy", "positive_share", "repetitions"]]
    lost = {"accuracy": ("loss", 1), "roc_auc": ("auc_loss", 1), "positive_share": ("gain", -1)}
    for metric, (name, sign) in lost.items():
        losses = statistics.paired_loss(generations, metric)
        ends = ("low", "high") if sign > 0 else ("high", "low")
        bounds = {f"{name}_low": sign * losses[ends[0]], f"{name}_high": sign * losses[ends[1]]}
        columns = losses[by].assign(**{name: sign * losses["mean"] + 0.0}, **bounds)
        table = table.merge(columns, on=by)
    return table.assign(reviews=reviews)


def stored() -> pd.DataFrame:
    """The stored table, see `contrast`."""
    return pd.read_csv(FILE)
