"""What three backends lose on real reviews: figures stored in a file of this folder.

`backend_contrast.csv` is written by ``scripts/store_backend_contrast.py``. It holds averages over
repetitions of `compare_backends`, and nothing else of the reviews.
"""

import math
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd

from mc import commands, statistics
from mc.report.wording import repetitions
from mc.settings import format_value
from mc.statistics import CONDITION

FILE = Path(__file__).with_name("backend_contrast.csv")
STAGE = "compare_backends"  # the experiment that replaces the stored figures
LEVEL = 0.05  # loss of accuracy that counts as a collapse here, as a share
COMMAND = """\
{start} -P data=path/to/reviews.csv \\
    -P backends={backends} -P labellings={labelling} -P rates={rates} \\
    -P initial_size={initial_size} -P increment={increment} -P final_size={final_size} \
-P repetitions={repetitions}"""


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
        low, high = ("low", "high") if sign > 0 else ("high", "low")
        ends = {name: "mean", f"{name}_low": low, f"{name}_high": high}
        columns = losses[by].assign(**{new: sign * losses[old] + 0.0 for new, old in ends.items()})
        table = table.merge(columns, on=by)
    return table.assign(reviews=reviews)


def stored() -> pd.DataFrame:
    """The stored table, see `contrast`."""
    return pd.read_csv(FILE)


def highest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the highest rate, the backend that loses most first."""
    rows = table[table["rate"] == table["rate"].max()]
    return rows.sort_values("loss", ascending=False, kind="stable")


def collapse_rate(rows: pd.DataFrame) -> float:
    """The rate at which the mean loss of one backend first reaches `LEVEL`; NaN where it does not.

    Interpolated between the rates run.
    """
    ordered = rows.sort_values("rate")
    for (low, before), (high, after) in pairwise(
        zip(ordered["rate"], ordered["loss"], strict=True)
    ):
        if before < LEVEL <= after:
            return float(low + (high - low) * (LEVEL - before) / (after - before))
    return math.nan


def origin(table: pd.DataFrame) -> str:
    """What the figures were made of: reviews, sizes, settings and repetitions."""
    row = table.iloc[0]
    return (
        f"{row['reviews']}, {repetitions(int(table['repetitions'].min()))}, grown from "
        f"{row['initial_size']:,} to {row['final_size']:,} reviews by {row['increment']:,}, "
        f"regime {row['regime']}, labelling {row['labelling']}"
    )


def command(table: pd.DataFrame) -> str:
    """The command that runs the same comparison on the reader's reviews, in lines to be copied."""
    text = COMMAND.format(
        start=commands.stage(STAGE, is_elsewhere=True),
        backends=",".join(sorted(table["backend"].unique())),
        rates=format_value(tuple(sorted(table["rate"].unique().tolist()))),
        **table.iloc[0][["labelling", "initial_size", "increment", "final_size", "repetitions"]],
    )
    return text if commands.is_checkout() else re.sub(r"-P (\w+)=", r"--\1 ", text)
