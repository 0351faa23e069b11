"""Losses at the searched rates, and of the controls. Knows nothing of the search.

A frame of lineages has one row for each lineage: place (of its search),
strategy, rate, replicate, is_of_search, and loss, against rate 0 of the same replicate.
"""

import pandas as pd

from mc.statistics.effects import SKEWNESS
from mc.statistics.intervals import CONFIDENCE, intervals

SYNTHETIC = "none"  # the strategy that leaves machine labels as they are
CONTROLS = ("noise_control", "drop_synthetic")  # strategies that it is compared with


def searched_losses(lineages: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Mean loss of each rate that the searches saw, with its interval at that rate alone.

    Returns
    -------
    DataFrame
        Columns place, rate (above 0), mean, low, high, n.
    """
    rows = lineages[lineages["is_of_search"] & (lineages["rate"] > 0)]
    return intervals(rows, ["place", "rate"], "loss", confidence, SKEWNESS)


def control_losses(lineages: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Mean loss of each strategy at the rates and replicates of the controls, as above.

    Returns
    -------
    DataFrame
        Columns place, strategy, rate, mean, low, high, n.
    """
    by = ["place", "strategy", "rate"]
    return intervals(_controlled(lineages), by, "loss", confidence, SKEWNESS)


def control_contrasts(lineages: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """What machine labels lose beyond each control, replicate by replicate.

    Returns
    -------
    DataFrame
        Columns place, strategy (the control), rate, mean, low, high, n; above 0 where machine
        labels lose more.
    """
    by = ["place", "rate", "replicate"]
    rows = _controlled(lineages)
    own = rows.loc[rows["strategy"] == SYNTHETIC, [*by, "loss"]]
    others = rows.loc[rows["strategy"] != SYNTHETIC, [*by, "strategy", "loss"]]
    pairs = others.merge(own, on=by, suffixes=("_control", ""))
    pairs["excess"] = pairs["loss"] - pairs["loss_control"]
    return intervals(pairs, ["place", "strategy", "rate"], "excess", confidence)


def _controlled(lineages: pd.DataFrame) -> pd.DataFrame:
    """Lineages at places, rates and replicates that a control has."""
    by = ["place", "rate", "replicate"]
    controls = lineages.loc[lineages["strategy"] != SYNTHETIC, by].drop_duplicates()
    return lineages.merge(controls, on=by)
