"""Where each backend collapses on real reviews, and why: a sentence for each."""

import math

import pandas as pd

from mc.report.growth.backend_contrast import LEVEL, collapse_rate, highest
from mc.report.wording import column_in_points, number
from mc.types import Row


def contrast_findings(table: pd.DataFrame) -> list[str]:
    """What each backend loses at the highest rate, where it collapses, and why.

    Parameters
    ----------
    table : DataFrame
        See `mc.report.growth.backend_contrast.contrast`.
    """
    sentences = []
    for _, row in highest(table).iterrows():
        rows = table[table["backend"] == row["backend"]]
        first = rows.loc[rows["rate"].idxmin()]
        sentences.append(
            f"{row['backend']} loses {column_in_points(row, 'loss')} points of accuracy at rate "
            f"{row['rate']:g}{_where(rows)}: {_ranking(row)}; {_share(row, first)}."
        )
    return sentences


def _where(rows: pd.DataFrame) -> str:
    rate, level = collapse_rate(rows), f"{100 * LEVEL:g} points"
    if math.isnan(rate):
        return f" ({level} at no rate, on average)"
    return f" ({level} from a rate of about {rate:.2g})"


def _ranking(row: Row) -> str:
    """Whether the area under the ROC curve is shown to fall."""
    loss = f"{column_in_points(row, 'auc_loss')} points of AUC lost"
    return (
        f"it ranks reviews worse ({loss})"
        if row["auc_loss_low"] > 0
        else f"no worse ranking is shown ({loss})"
    )


def _share(row: Row, first: Row) -> str:
    """Whether the share predicted positive is shown to move."""
    before, after = (number(each["positive_share"], 3) for each in (first, row))
    moved = f"its share predicted positive goes from {before} to {after}"
    if row["gain_low"] > 0 or row["gain_high"] < 0:
        return moved
    return f"{moved}, which may be chance"
