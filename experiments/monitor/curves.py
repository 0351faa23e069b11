"""Alarms of a label-free monitor: how often, how late, and after how much was lost.

A frame of generations has ``rate``, ``replicate``, ``generation``, the signals of `monitor` and
``accuracy``. Of rate 0, replicates from ``repetitions`` on calibrate the detectors and do nothing
else; all others are judged, so that no detector judges a lineage that it has learnt from.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import beta

from experiments.monitor.settings import SIGNALS
from mc.errors import DataError
from mc.statistics.calibration import Calibration, calibrate, rank, threshold
from mc.statistics.cusum import Floats, first_above
from mc.statistics.intervals import CONFIDENCE, mean_interval
from mc.statistics.rank_intervals import median_interval, share_interval

TOGETHER = "all signals"  # the detector that watches all of them at once


class Watch(NamedTuple):
    """Calibrated charts of all judged lineages.

    ``heights`` holds for each detector the height of its chart, (lineages, generations from 1), and
    ``calm`` the highest points of the same chart in the lineages that thresholds come from.
    """

    lineages: pd.DataFrame  # rate and replicate of each
    heights: Mapping[str, Floats]
    calm: Mapping[str, Floats]
    calibration: Calibration


def watched(
    generations: pd.DataFrame,
    repetitions: int,
    allowance: float,
    signals: Sequence[str] = SIGNALS,
) -> Watch:
    """Calibrate all detectors and run them over the judged lineages.

    Parameters
    ----------
    repetitions : int
        Judged replicates of each rate.
    allowance : float
        Of the charts.
    signals : sequence of str
        What to watch, as far as the frame has it.

    Raises
    ------
    DataError
        When none of the signals varies, as of a classifier that knows one class.
    """
    signals = [name for name in signals if name in generations]
    is_judged = generations["replicate"] < repetitions
    _, healthy = _values(generations[~is_judged], signals)
    lineages, values = _values(generations[is_judged], signals)
    learnt = calibrate(healthy, signals, allowance)
    if not learnt.signals:
        raise DataError(
            f"signals={','.join(signals)} do not vary between lineages of human labels, so "
            "they cannot raise an alarm; watch others, or use a larger window"
        )
    kept = [signals.index(name) for name in learnt.signals]
    charts = learnt.detector(0.5).charts(values[..., kept])  # (n, T, S), whatever the threshold
    heights = {name: charts[..., at] for at, name in enumerate(learnt.signals)}
    calm = {name: learnt.highest[:, at] for at, name in enumerate(learnt.signals)}
    return Watch(
        lineages,
        {TOGETHER: charts.max(-1), **heights},
        {TOGETHER: learnt.highest.max(1), **calm},
        learnt,
    )


def standardised(generations: pd.DataFrame, watch: Watch) -> pd.DataFrame:
    """Signals of judged lineages in healthy standard deviations: long, columns metric and value."""
    learnt = watch.calibration
    judged = generations.merge(watch.lineages, on=["rate", "replicate"])
    judged = judged[judged["generation"] > 0]
    at = judged["generation"].to_numpy() - 1
    parts = [
        judged[["rate", "replicate", "generation"]].assign(
            metric=name, value=(judged[name] - learnt.mean[at, place]) / learnt.spread[at, place]
        )
        for place, name in enumerate(learnt.signals)
    ]
    return pd.concat(parts, ignore_index=True)


def alarm_table(generations: pd.DataFrame, watch: Watch, false_alarms: float) -> pd.DataFrame:
    """The first alarm of each detector in each judged lineage.

    Returns
    -------
    DataFrame
        Columns rate, replicate, detector, alarm (generation; NaN: none), lost (accuracy against
        rate 0 of the same replicate at the alarm, at the end where there is none) and lost_at_end.
    """
    losses = _losses(generations, watch.lineages)  # (n, T)
    tables = []
    for name, heights in watch.heights.items():
        at = first_above(heights, threshold(watch.calm[name], false_alarms))  # (n,) from 0
        last = np.where(np.isnan(at), losses.shape[1] - 1, at).astype(int)
        lost = losses[np.arange(len(losses)), last]
        columns = {"detector": name, "alarm": at + 1, "lost": lost, "lost_at_end": losses[:, -1]}
        tables.append(watch.lineages.assign(**columns))
    return pd.concat(tables, ignore_index=True)


def detections(alarms: pd.DataFrame, last: int, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """By detector and rate: share of lineages with an alarm, when, and what was lost before it.

    Parameters
    ----------
    alarms : DataFrame
        Of `alarm_table`.
    last : int
        The last generation.

    Returns
    -------
    DataFrame
        Columns detector, rate, n, alarms; share, share_low, share_high (Clopper-Pearson); delay
        (median generation of the alarm; infinite: more than half have none), delay_low and
        delay_high (order statistics, no distribution assumed); watched (mean generations until the
        alarm or the end) with bounds; lost and lost_at_end with bounds.
    """
    rows = []
    for (detector, rate), group in alarms.groupby(["detector", "rate"], sort=False):
        fired = group["alarm"].notna()
        until = group["alarm"].fillna(last)
        spans = {
            "share": share_interval(int(fired.sum()), len(group), confidence),
            "delay": median_interval(group["alarm"].fillna(np.inf), confidence),
            "watched": mean_interval(until, confidence)[:3],
            "lost": mean_interval(group["lost"], confidence)[:3],
            "lost_at_end": mean_interval(group["lost_at_end"], confidence)[:3],
        }
        row = {"detector": detector, "rate": rate, "n": len(group), "alarms": int(fired.sum())}
        rows.append(row | _flat(spans))
    return pd.DataFrame(rows)


def alarm_curves(alarms: pd.DataFrame, last: int, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Share of lineages in which the alarm has sounded, by rate and generation, of `TOGETHER`."""
    own = alarms[alarms["detector"] == TOGETHER]
    rows = []
    for rate, group in own.groupby("rate"):
        for step in range(last + 1):
            count = int((group["alarm"] <= step).sum())
            share = share_interval(count, len(group), confidence)
            rows.append((rate, step, *share, len(group)))
    return pd.DataFrame(rows, columns=["rate", "generation", "mean", "low", "high", "n"])


def operating_curves(watch: Watch, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Share of lineages with an alarm, at every false-alarm rate that the calibration can promise.

    Returns
    -------
    DataFrame
        Columns detector, stated (false-alarm rate), rate, mean, low, high, n.
    """
    rows = []
    n = watch.calibration.n
    for name, heights in watch.heights.items():
        highest = heights.max(1)
        for stated in np.arange(1, n + 1) / (n + 1):
            fired = highest > threshold(watch.calm[name], stated)
            for rate, group in watch.lineages.assign(fired=fired).groupby("rate")["fired"]:
                share = share_interval(int(group.sum()), len(group), confidence)
                rows.append((name, stated, rate, *share, len(group)))
    names = ["detector", "stated", "rate", "mean", "low", "high", "n"]
    return pd.DataFrame(rows, columns=names)


def promise(n: int, false_alarms: float, confidence: float = CONFIDENCE) -> dict[str, float]:
    """What a threshold out of n healthy lineages promises.

    Returns
    -------
    dict
        ``expected``, the probability of a false alarm over calibrations, at most what was asked;
        ``low`` and ``high``, between which that of this one calibration lies: it is a draw from
        Beta(n + 1 - k, k), k the rank of the threshold (Vovk, Conditional validity of inductive
        conformal predictors, 2012).
    """
    k = rank(n, false_alarms)
    tail = (1 - confidence) / 2
    low, high = beta.ppf([tail, 1 - tail], n + 1 - k, k)
    return {"expected": (n + 1 - k) / (n + 1), "low": float(low), "high": float(high)}


def _values(rows: pd.DataFrame, signals: Sequence[str]) -> tuple[pd.DataFrame, Floats]:
    """Lineages and their signals from generation 1 on, (n, T, S)."""
    ordered = rows[rows["generation"] > 0].sort_values(["rate", "replicate", "generation"])
    lineages = ordered[["rate", "replicate"]].drop_duplicates().reset_index(drop=True)
    values = ordered[list(signals)].to_numpy(float)
    return lineages, values.reshape(len(lineages), -1, len(signals))


def _losses(generations: pd.DataFrame, lineages: pd.DataFrame) -> Floats:
    """Accuracy lost against rate 0 of the same replicate, from generation 1 on, (n, T)."""
    table = generations.pivot(
        index=["rate", "replicate"], columns="generation", values="accuracy"
    ).drop(columns=0)
    own = table.loc[list(lineages.itertuples(index=False, name=None))].to_numpy()
    healthy = table.loc[[(0.0, each) for each in lineages["replicate"]]].to_numpy()
    losses: Floats = healthy - own
    return losses


def _flat(spans: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {
        f"{name}{end}": value
        for name, values in spans.items()
        for end, value in zip(("", "_low", "_high"), values, strict=True)
    }
