"""A single log of predictions: charts of its signals, calibrated on its own first windows.

A frame of windows has ``place`` (from 0), the name ``window`` and a column for each signal, in the
order of time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.monitor.resampling import block_length, dependence, permutation_p, resample
from mc.errors import DataError
from mc.randomness import stream
from mc.statistics.calibration import Calibration, threshold
from mc.statistics.cusum import ALLOWANCE, Floats, first_above


@dataclass(frozen=True, eq=False)
class LogWatch:
    """What the charts say.

    Parameters
    ----------
    calibration : Calibration
        Of the S signals that vary.
    z : (R + T, S) float
        Signals in standard deviations of the reference windows.
    charts : (T, S) float
        Scaled charts of the watched windows.
    threshold : float
        Of all charts together.
    alone : (S,) float
        Of each chart by itself.
    still : tuple of str
        Signals that do not vary in the reference windows, and are not watched.
    block : int
        Reference windows that were resampled together.
    dependent : (S,) float
        Correlation of each signal with itself one window before.
    p : float
        Of the permutation test over all windows.
    """

    calibration: Calibration
    z: Floats
    charts: Floats
    threshold: float
    alone: Floats
    still: tuple[str, ...]
    block: int
    dependent: Floats
    p: float

    @property
    def signals(self) -> tuple[str, ...]:
        """What is watched."""
        return self.calibration.signals

    @property
    def alarm(self) -> float:
        """Place of the first alarm among the watched windows, from 0; NaN where there is none."""
        return float(first_above(self.charts.max(1), self.threshold))

    @property
    def first(self) -> str:
        """The signal that sounds it, by the highest chart; empty where there is none."""
        if np.isnan(self.alarm):
            return ""
        return self.signals[int(self.charts[int(self.alarm)].argmax())]


def watch_log(
    windows: pd.DataFrame,
    signals: Sequence[str],
    references: int,
    false_alarms: float,
    *,
    allowance: float = ALLOWANCE,
    seed: int = 0,
) -> LogWatch:
    """Calibrate on the first windows, and watch the others.

    Parameters
    ----------
    signals : sequence of str
        Columns to be watched.
    references : int
        How many windows are the reference.
    false_alarms : float
        Probability of a false alarm over all watched windows.
    allowance : float
        Of the charts.
    seed : int
        Of the resampling.

    Raises
    ------
    DataError
        When no signal varies in the reference windows.
    """
    values = windows[list(signals)].to_numpy(float)  # (R + T, S)
    reference, times = values[:references], len(values) - references
    block, rng = block_length(reference), stream(seed, "log", "resampling")
    learnt = resample(reference, times, signals, rng, allowance=allowance, block=block)
    if not learnt.signals:
        raise DataError(
            f"signals={','.join(signals)} do not vary in the {references} reference windows, so "
            "no change can be detected; give probabilities, or a longer reference"
        )
    kept = [list(signals).index(name) for name in learnt.signals]
    own = values[:, kept]
    detector = learnt.detector(false_alarms)
    charts = detector.charts(own[references:])
    alone = [threshold(learnt.highest[:, at], false_alarms) for at in range(len(kept))]
    order = stream(seed, "log", "permutation")
    return LogWatch(
        calibration=learnt,
        z=(own - learnt.mean[0]) / learnt.spread[0],
        charts=charts,
        threshold=detector.threshold,
        alone=np.array(alone),
        still=tuple(name for name in signals if name not in learnt.signals),
        block=block,
        dependent=dependence(reference)[kept],
        p=permutation_p(own, references, order, allowance),
    )


def log_table(watch: LogWatch, windows: pd.DataFrame, references: int) -> pd.DataFrame:
    """One row a signal: what was usual, what is last, and when its own chart sounds alone.

    Returns
    -------
    DataFrame
        Columns signal, mean, spread (of reference windows), last, highest (of its chart over its
        own threshold), alarm (place from 0; NaN: none) and window (its name).
    """
    names = windows["window"].astype(str).tolist()
    learnt = watch.calibration
    at = first_above(watch.charts.T, watch.alone)  # (S,)
    return pd.DataFrame(
        {
            "signal": watch.signals,
            "mean": learnt.mean[0],
            "spread": learnt.spread[0],
            "last": [windows[name].iloc[-1] for name in watch.signals],
            "highest": watch.charts.max(0) / watch.alone,
            "alarm": at + references,
            "window": ["" if np.isnan(x) else names[int(x) + references] for x in at],
        }
    )
