"""Product slices of lineages: which loses most, and whether the gap between them grows first.

A frame of generations has ``rate``, ``replicate``, ``generation``, ``accuracy`` and a column for
the accuracy of each slice. Effects are differences against rate 0 of the same replicate.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from mc.randomness import stream
from mc.statistics.cusum import Floats
from mc.statistics.intervals import CONFIDENCE, Interval, expanded, mean_interval
from mc.statistics.loops import loop_contrasts
from mc.statistics.multiple_tests import holm, holm_levels, p_of_no_difference

AXES = ("rate",)
GAP = "gap"  # accuracy of the best slice less that of the worst
RESAMPLES = 2000
Statistic = Callable[[Floats], Floats]  # of mean rows, (..., m) -> (...)


def with_gap(generations: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Add the gap between the best and the worst slice of each generation.

    Parameters
    ----------
    columns : mapping of str to str
        Column to the slice's name.
    """
    table = generations[list(columns)]
    return generations.assign(**{GAP: table.max(axis=1) - table.min(axis=1)})


def slice_losses(generations: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Accuracy lost by each slice, by the average and what the gap has grown, by generation.

    Returns
    -------
    DataFrame
        Columns rate, generation, metric (a column's name, ``accuracy`` or `GAP`), slice (its name,
        empty for the last two), mean, low, high, n. Losses are above 0, growth of the gap, too.
    """
    metrics = [*columns, "accuracy", GAP]
    table = loop_contrasts(generations, AXES, ("rate", 0.0), metrics)
    turned = table["metric"] != GAP
    lost = table.loc[turned, ["mean", "high", "low"]].to_numpy()
    table.loc[turned, ["mean", "low", "high"]] = -lost
    return table.assign(slice=table["metric"].map(columns).fillna(""))


def excesses(generations: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """How much more than the average each slice has lost by the last generation.

    Returns
    -------
    DataFrame
        Columns rate, metric, slice, mean, low, high, n, and p: of a two-sided paired t test,
        adjusted for the number of slices (Holm 1979); NaN for fewer than 2 replicates. Each
        interval is at the level of its test (`holm_levels`), so that it excludes 0 where p is small
        enough.
    """
    last = generations["generation"].max()
    rows = generations[generations["generation"] == last]
    beyond = rows.assign(**{name: rows["accuracy"] - rows[name] for name in columns})
    wide = beyond.set_index(["rate", "replicate"])[list(columns)]
    human, tables = wide.xs(0.0, level="rate"), []
    for rate, own in wide[wide.index.get_level_values("rate") > 0].groupby(level="rate"):
        differences = (own.droplevel("rate") - human).dropna()
        p = pd.Series(p_of_no_difference(differences.to_numpy()), list(columns))
        levels = holm_levels(p, 1 - CONFIDENCE)
        found = [mean_interval(differences[name], 1 - levels[name]) for name in columns]
        about = {"rate": rate, "metric": list(columns), "slice": list(columns.values())}
        tables.append(
            pd.DataFrame(found, columns=Interval._fields).assign(**about, p=holm(p).to_numpy())
        )
    names = ["rate", "metric", "slice", *Interval._fields, "p"]
    return pd.concat(tables)[names] if tables else pd.DataFrame(columns=names)


def leads(generations: pd.DataFrame, confidence: float = CONFIDENCE, seed: int = 0) -> pd.DataFrame:
    """How many generations earlier the gap between slices grows than the average falls.

    A course D(0), ..., D(G) of mean effects has grown, on average over its growth, at generation
    sum over t < G of (1 - D(t) / D(G)); the lead is that of the loss less that of the gap.

    Returns
    -------
    DataFrame
        Columns rate, lead, lead_low, lead_high (percentile bootstrap over replicates, expanded),
        gap_growth with bounds (at the last generation), is_grown: whether the gap's growth is shown
        there; where it is not, the lead says nothing.
    """
    rows = []
    losses = _effects(generations, "accuracy", sign=-1.0)
    for rate, gap in _effects(generations, GAP).items():
        loss = losses[rate]
        n = len(gap)
        growth, low, high = _bootstrap(gap[:, -1:], lambda own: own[..., 0], n, confidence, seed)
        both = np.concatenate([loss, gap], axis=1)  # (n, 2 (G + 1)), paired
        found = _bootstrap(both, _lead, n, confidence, seed)
        rows.append((rate, *found, growth, low, high, bool(low > 0), n))
    names = ["rate", "lead", "lead_low", "lead_high", "gap_growth", "gap_growth_low"]
    return pd.DataFrame(rows, columns=[*names, "gap_growth_high", "is_grown", "n"])


def _effects(generations: pd.DataFrame, metric: str, sign: float = 1.0) -> dict[float, Floats]:
    """Rate to differences from rate 0, (replicates, generations)."""
    wide = generations.pivot(index=["rate", "replicate"], columns="generation", values=metric)
    human = wide.xs(0.0, level="rate")
    return {
        rate: sign * (own.droplevel("rate") - human).dropna().to_numpy()
        for rate, own in wide.groupby(level="rate")
        if rate > 0
    }


def _lead(courses: Floats) -> Floats:
    """From mean courses of loss and gap side by side, (..., 2 (G + 1))."""
    loss, gap = np.split(courses, 2, axis=-1)
    return _moment(loss) - _moment(gap)


def _moment(course: Floats) -> Floats:
    with np.errstate(all="ignore"):
        moment: Floats = (1 - course[..., :-1] / course[..., -1:]).sum(-1)
    return moment


def _bootstrap(
    values: Floats, statistic: Statistic, n: int, confidence: float, seed: int
) -> tuple[float, float, float]:
    """A statistic of mean rows with its interval under resampled rows."""
    found = float(statistic(values.mean(0)))
    if n < 2:
        return found, np.nan, np.nan
    weights = stream(seed, "slices").multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / n
    draws = statistic(weights @ values)
    tail = (1 - expanded(confidence, n)) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail])
    return found, float(low), float(high)
