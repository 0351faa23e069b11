"""What strategies give back of a loss: paired within replicates, tested together, and the front.

A frame of mitigated lineages has ``rate``, ``strategy``, ``replicate``, ``generation`` and metrics.
The lineage of rate 0 (human labels throughout) and of strategy ``none`` are those that the others
of their replicate are held against.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mc.statistics.arrays import Floats
from mc.statistics.comparison import Ratio, ratio_interval
from mc.statistics.frames import share_metric
from mc.statistics.intervals import CONFIDENCE, Interval, mean_interval
from mc.statistics.multiple_tests import holm, holm_levels, p_of_no_difference

NONE, HUMAN, DROPPED = "none", "human labels", "drop_synthetic"
SECONDS = ("fit_seconds", "score_seconds", "label_seconds")


def rescue_ends(lineages: pd.DataFrame) -> pd.DataFrame:
    """Last generations, with what each has more than others of its replicate.

    Returns
    -------
    DataFrame
        The rows of the last generation, those of rate 0 as strategy `HUMAN`; and gain and auc_gain
        (over `NONE`), over_dropping (accuracy beyond `DROPPED`; NaN without it), spent (human
        labels beyond those of `NONE`), seconds (of all generations).
    """
    named = lineages.assign(
        strategy=np.where(lineages["rate"] == 0, HUMAN, lineages["strategy"]),
        seconds=lineages[list(SECONDS)].sum(axis=1),
    )
    seconds = named.groupby(["strategy", "replicate"])["seconds"].sum().rename("seconds")
    ends = named[named["generation"] == named["generation"].max()].drop(columns="seconds")
    ends = ends.merge(seconds.reset_index(), on=["strategy", "replicate"])
    nothing = _of(ends, NONE).loc[ends["replicate"]]
    dropped = _of(ends, DROPPED).reindex(ends["replicate"])["accuracy"]
    return ends.assign(
        gain=ends["accuracy"] - nothing["accuracy"].to_numpy(),
        auc_gain=ends["roc_auc"] - nothing["roc_auc"].to_numpy(),
        over_dropping=ends["accuracy"] - dropped.to_numpy(),
        spent=ends["human_labels"] - nothing["human_labels"].to_numpy(),
    )


def _of(ends: pd.DataFrame, strategy: str) -> pd.DataFrame:
    return ends[ends["strategy"] == strategy].set_index("replicate")


def collapse_loss(ends: pd.DataFrame, metric: str = "gain") -> Interval:
    """What relabelling costs where nothing is done: human labels throughout over `NONE`."""
    return mean_interval(_of(ends, HUMAN)[metric])


def rescue_table(ends: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """One row a strategy, `HUMAN` and `NONE` first, then by what they give back.

    Parameters
    ----------
    ends : DataFrame
        Of `rescue_ends`.

    Returns
    -------
    DataFrame
        strategy; accuracy, gain, auc_gain, over_dropping, each with _low and _high (t intervals
        over replicates, one strategy at a time, but those of gain at the level at which Holm's
        procedure tests it, `holm_levels`); means roc_auc, positive_share (of more than two classes
        largest_share), spent, verified_labels,
        seconds; regained, regained_low, regained_high: gain as a share of the
        loss (see `ratio_interval`; NaN where the loss is not above 0 beyond its interval); p, of a
        two-sided t test of no gain, Holm-adjusted over the strategies; verdict: helps, harms or
        undecided, as the interval of gain lies above, below or around 0; n.
    """
    loss = _of(ends, HUMAN)["gain"]
    rows = []
    ordered = ends.sort_values("replicate", kind="stable")
    strategies = dict(list(ordered.groupby("strategy", sort=False)))
    p = pd.Series({strategy: _p_of_no_gain(own) for strategy, own in strategies.items()})
    p[[NONE, HUMAN]] = np.nan  # what the others are held against is not tested
    levels, adjusted = holm_levels(p, 1 - confidence), holm(p)
    for strategy, own in strategies.items():
        row: dict[str, object] = {"strategy": strategy, "n": len(own), "p": adjusted[strategy]}
        row |= _named("gain", mean_interval(own["gain"], 1 - levels[strategy]))
        for name in ("accuracy", "auc_gain", "over_dropping"):
            row |= _named(name, mean_interval(own[name], confidence))
        for name in ("roc_auc", share_metric(ends), "spent", "verified_labels", "seconds"):
            row[name] = own[name].mean()
        gains = own["gain"].to_numpy()
        row |= _shares(ratio_interval(gains, loss.loc[own["replicate"]].to_numpy(), confidence))
        rows.append(row)
    table = pd.DataFrame(rows)
    tested = table["p"].notna()
    shown = [tested & (table["gain_low"] > 0), tested & (table["gain_high"] < 0)]
    table["verdict"] = np.select(shown, ["helps", "harms"], "undecided")
    return _ordered(table)


def _p_of_no_gain(ends: pd.DataFrame) -> float:
    return float(p_of_no_difference(ends[["gain"]].to_numpy())[0])


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    first = table["strategy"].map({HUMAN: 0, NONE: 1}).fillna(2)
    keys = table.assign(first=first).sort_values(["first", "gain"], ascending=[True, False])
    return keys.drop(columns="first").reset_index(drop=True)


def _named(name: str, found: Interval) -> dict[str, float]:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}


def _shares(found: Ratio) -> dict[str, float]:
    return {"regained": found.ratio, "regained_low": found.low, "regained_high": found.high}


def on_front(spent: Floats, gain: Floats) -> NDArray[np.bool_]:
    """Which choices no other beats in both: less spent and more gained, (k,) bool.

    Of choices that are the same in both, all are on it.
    """
    spent, gain = np.asarray(spent, float), np.asarray(gain, float)
    no_worse = (spent[:, None] <= spent) & (gain[:, None] >= gain)  # (k, k) row beats column
    better = (spent[:, None] < spent) | (gain[:, None] > gain)
    return np.atleast_1d(~(no_worse & better).any(axis=0))
