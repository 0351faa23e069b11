"""What cures change: paired with no cure of the same regime and replicate, tested together.

The rows are of one decoding and temperature for each regime, as `analysis.with_rules` names them.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mc.statistics.intervals import CONFIDENCE, mean_interval
from mc.statistics.multiple_tests import holm, holm_levels, p_of_no_difference
from mc.text.curing import NOTHING

HUMAN = "rate 0"  # in place of a cure: all new texts are human
MEASURES = {"accuracy": 1, "log_perplexity": -1, "lost_mass": -1}  # 1: more is better
EFFORT = ("human_spent", "cure_seconds")
HELPS, HARMS, UNDECIDED = "helps", "harms", "undecided"


def uncured(rows: pd.DataFrame) -> pd.DataFrame:
    """The lineages without a cure."""
    return rows[rows["cure"] == NOTHING] if "cure" in rows else rows


def has_cures(rows: pd.DataFrame) -> bool:
    """Whether there are lineages with a cure, and lineages without one to compare them with."""
    return "cure" in rows and {NOTHING} < set(rows["cure"])


def ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Lineages of the highest rate and of rate 0 at the last generation.

    Returns
    -------
    DataFrame
        regime, cure (`HUMAN` at rate 0), replicate and rate; `MEASURES`, train_size, human_spent,
        and cure_seconds of all generations; 0 where nothing is done.
    """
    kept = rows[rows["rate"].isin([0.0, rows["rate"].max()])]
    named = kept.assign(
        cure=np.where(kept["rate"] == 0, HUMAN, kept["cure"]),
        log_perplexity=np.log(kept["perplexity"]),
        **{name: kept[name].fillna(0.0) for name in EFFORT},
    )
    keys = ["regime", "cure", "replicate"]
    seconds = named.groupby(keys)["cure_seconds"].sum().reset_index()
    last = named[named["generation"] == named["generation"].max()].drop(columns="cure_seconds")
    columns = [*keys, "rate", *MEASURES, "train_size", "human_spent"]
    return last[columns].merge(seconds, on=keys)


def leaderboard(rows: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """One row for each regime and cure, `HUMAN` and `NOTHING` first.

    Parameters
    ----------
    rows : DataFrame
        Generations of all lineages: regime, cure, rate, replicate, generation and metrics.

    Returns
    -------
    DataFrame
        regime, cure, rate and n, the number of pairs; for each of `MEASURES` its mean as
        mean_<measure>, the difference from no cure of the same regime and replicate with _low,
        _high and _p, and _verdict. Intervals of a cure are those of the level at which Holm's
        procedure tests it among all cures of all regimes, measure by measure; p is adjusted alike.
        Those of `HUMAN`, which is not tested, have the plain level. Means train_size, human_spent
        and cure_seconds.
    """
    pairs = ends(rows)
    nothing = pairs[pairs["cure"] == NOTHING].set_index(["regime", "replicate"])
    base = nothing.reindex(pd.MultiIndex.from_frame(pairs[["regime", "replicate"]]))
    for name in MEASURES:
        pairs[f"change_{name}"] = pairs[name] - base[name].to_numpy()
    table = pd.DataFrame(_means(pairs))
    for name in MEASURES:
        table = _tested(table, pairs, name, confidence)
    order = table["cure"].map({HUMAN: 0, NOTHING: 1}).fillna(2)
    regimes = table["regime"].map({name: at for at, name in enumerate(rows["regime"].unique())})
    table = table.assign(order=order, place=regimes)
    table = table.sort_values(["place", "order", "log_perplexity"], kind="stable")
    return table.drop(columns=["order", "place"]).reset_index(drop=True)


def _means(pairs: pd.DataFrame) -> Iterator[dict[str, object]]:
    for (regime, cure), own in pairs.groupby(["regime", "cure"], sort=False):
        yield {
            "regime": regime,
            "cure": cure,
            "rate": own["rate"].iloc[0],
            "n": int(own["change_accuracy"].notna().sum()),
            **{f"mean_{name}": own[name].mean() for name in MEASURES},
            **{name: own[name].mean() for name in ("train_size", "human_spent", "cure_seconds")},
        }


def _tested(table: pd.DataFrame, pairs: pd.DataFrame, name: str, confidence: float) -> pd.DataFrame:
    """The table with differences of one measure, tested over all cures."""
    changes = {
        key: own.sort_values("replicate")[f"change_{name}"].dropna()
        for key, own in pairs.groupby(["regime", "cure"], sort=False)
    }
    keys = [(str(row["regime"]), str(row["cure"])) for _, row in table.iterrows()]
    is_tested = ~table["cure"].isin([HUMAN, NOTHING])
    p = pd.Series([float(p_of_no_difference(changes[key].to_numpy()[:, None])[0]) for key in keys])
    p[~is_tested] = np.nan
    levels, adjusted = holm_levels(p, 1 - confidence), holm(p)
    found = [
        mean_interval(changes[key], 1 - level) for key, level in zip(keys, levels, strict=True)
    ]
    low, high = (np.array([getattr(each, end) for each in found]) for end in ("low", "high"))
    better, worse = (low > 0, high < 0) if MEASURES[name] > 0 else (high < 0, low > 0)
    better, worse = better & is_tested, worse & is_tested
    return table.assign(
        **{
            name: [each.mean for each in found],
            f"{name}_low": low,
            f"{name}_high": high,
            f"{name}_p": adjusted,
            f"{name}_verdict": np.select([better, worse], [HELPS, HARMS], UNDECIDED),
        }
    )
