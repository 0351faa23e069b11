"""What exploring costs and returns: clicks against those of the least exploring lineage."""

import pandas as pd

from mc.statistics.intervals import CONFIDENCE
from mc.statistics.loops import loop_contrasts

AXES = ("regime", "epsilon")


def with_totals(lineages: pd.DataFrame) -> pd.DataFrame:
    """Lineages with ``total_clicks``: those of all generations so far."""
    ordered = lineages.sort_values([*AXES, "replicate", "generation"], ignore_index=True)
    totals = ordered.groupby([*AXES, "replicate"])["clicks"].cumsum()
    return ordered.assign(total_clicks=totals)


def click_prices(lineages: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Clicks, and clicks so far, beyond those of the smallest epsilon, as a share of these.

    Parameters
    ----------
    lineages : DataFrame
        Of `with_totals`.

    Returns
    -------
    DataFrame
        Columns regime, epsilon, generation, metric (clicks, total_clicks), mean, low, high, n.
    """
    base = lineages["epsilon"].min()
    keys, counts = ["regime", "replicate", "generation"], ["clicks", "total_clicks"]
    least = lineages.loc[lineages["epsilon"] == base, [*keys, *counts]]
    shares = lineages.merge(least, on=keys, suffixes=("", "_least"))
    for name in counts:
        shares[name] = shares[name] / shares[f"{name}_least"]
    prices = loop_contrasts(shares, AXES, ("epsilon", base), counts, confidence)
    return prices.assign(low=prices["low"].clip(lower=-1))  # clicks cannot fall below none
