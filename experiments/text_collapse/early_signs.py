"""Which measure moves first: when each leaves what rate 0 does, at a stated rate of false alarms.

Each measure has a chart of its own (CUSUM), calibrated on lineages of rate 0. A lineage is judged
by what those of all other replicates do at rate 0, since it shares its human texts with rate 0 of
its own. Replicates are exchangeable, so a lineage in which nothing is wrong raises a false alarm
with at most the stated probability, for each measure by itself (split conformal calibration, see
`mc.statistics.calibration`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mc.statistics.calibration import calibrate, needed, threshold
from mc.statistics.cusum import Floats, first_above
from mc.statistics.rank_intervals import median_interval, share_interval

ACCURACY = "accuracy"


def repetitions_needed(false_alarms: float) -> int:
    """Repetitions without which no chart has the stated rate: one is judged by all others."""
    return needed(false_alarms) + 1


def first_alarms(rows: pd.DataFrame, measures: Sequence[str], false_alarms: float) -> pd.DataFrame:
    """The generation in which each measure of each lineage first leaves what rate 0 does.

    Parameters
    ----------
    rows : DataFrame
        Generations of lineages of one regime: rate, replicate, generation and measures; at least
        `repetitions_needed` replicates of rate 0.
    measures : sequence of str
        Columns; one that does not vary at rate 0 is left out.
    false_alarms : float in (0, 1)
        Probability that a measure's alarm sounds in a lineage in which nothing is wrong.

    Returns
    -------
    DataFrame
        Columns measure, rate, replicate and alarm: a generation, infinite where there is none.
        Rate 0 is there, too, and shows how often alarms are false.
    """
    rates, replicates, values = _values(rows, measures)  # (R, n, T, S)
    healthy, tables = values[rates.index(0.0)], []
    for place, replicate in enumerate(replicates):
        learnt = calibrate(np.delete(healthy, place, axis=0), measures)
        kept = [list(measures).index(name) for name in learnt.signals]
        charts = learnt.detector(0.5).charts(values[:, place][..., kept])  # whatever the threshold
        limits = np.array([threshold(column, false_alarms) for column in learnt.highest.T])
        alarms = first_above(np.swapaxes(charts, -1, -2), limits) + 1  # (R, S), from generation 1
        table = pd.DataFrame(alarms, rates, learnt.signals).fillna(np.inf)
        table = table.rename_axis("rate").reset_index()
        tables.append(table.assign(replicate=replicate))
    alarms = pd.concat(tables).melt(["rate", "replicate"], var_name="measure", value_name="alarm")
    by_all = alarms.groupby("measure")["alarm"].transform(lambda column: column.notna().all())
    return alarms[by_all].reset_index(drop=True)


def ranking(alarms: pd.DataFrame, last: int) -> pd.DataFrame:
    """Measures in the order of their first alarms, by rate.

    Parameters
    ----------
    alarms : DataFrame
        Of `first_alarms`.
    last : int
        The last generation.

    Returns
    -------
    DataFrame
        Columns rate, measure and n; share of lineages with an alarm, share_low and share_high
        (Clopper & Pearson); delay, delay_low and delay_high: the median generation of the alarm by
        order statistics, infinite where more than half have none; lead, lead_low and lead_high: the
        median of how many generations before accuracy's the alarm sounds in the same lineage, where
        a missing alarm counts as one after the last generation; false_share: of alarms at rate 0.
    """
    wide = alarms.pivot(index=["rate", "replicate"], columns="measure", values="alarm")
    until = wide.clip(upper=last + 1)
    found = []
    for rate, own in wide.groupby("rate"):
        for measure in wide.columns:
            fired, n = np.isfinite(own[measure]), len(own)
            lead = until.loc[own.index, ACCURACY] - until.loc[own.index, measure]
            row = {"rate": rate, "measure": measure, "n": n}
            spans = {
                "share": share_interval(int(fired.sum()), n, 0.95),
                "delay": median_interval(own[measure], 0.95),
                "lead": median_interval(lead, 0.95),
            }
            for name, (middle, low, high) in spans.items():
                row |= {name: middle, f"{name}_low": low, f"{name}_high": high}
            row["mean_delay"] = float(until.loc[own.index, measure].mean())
            found.append(row)
    table = pd.DataFrame(found)
    false = table[table["rate"] == 0].set_index("measure")["share"]
    table["false_share"] = table["measure"].map(false)
    order = ["rate", "delay", "mean_delay", "measure"]
    return table[table["rate"] > 0].sort_values(order, ignore_index=True)


def _values(rows: pd.DataFrame, measures: Sequence[str]) -> tuple[list[float], list[int], Floats]:
    """Rates, replicates that have all of them, and measures from generation 1 on."""
    many = rows["rate"].nunique() * rows["generation"].nunique()
    counts = rows.groupby("replicate").size()
    whole = counts.index[counts == many]
    kept = rows[rows["replicate"].isin(whole) & (rows["generation"] > 0)]
    kept = kept.sort_values(["rate", "replicate", "generation"])
    rates, replicates = sorted(kept["rate"].unique()), sorted(kept["replicate"].unique())
    values = kept[list(measures)].to_numpy(float)
    shape = (len(rates), len(replicates), -1, len(measures))
    return rates, replicates, values.reshape(shape)
