"""A two-sided CUSUM chart (Page, Continuous inspection schemes, Biometrika 1954).

Libraries have detectors for long streams, whose constants state no false-alarm rate of a short run:
ADWIN, Page-Hinkley and KSWIN of river 0.26, as they come, never sounded within 20 windows, were the
second half shifted by five standard deviations (200 simulated series each). A chart of a few lines
can be calibrated to a stated rate over the very run that is watched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALLOWANCE = 0.5  # half of a shift by one standard deviation: the shift that it is best for


def two_sided(z: Floats, allowance: float = ALLOWANCE) -> Floats:
    """Sums of what goes beyond the allowance, upwards or downwards, whichever is larger.

    S+ = max(0, S+ + z - k) and S- = max(0, S- - z - k) with k the allowance (Page 1954; Montgomery,
    Introduction to Statistical Quality Control, section 9.1).

    Parameters
    ----------
    z : (..., T, S) float
        Standardised signals in the order of time.
    allowance : float, at least 0
        In standard deviations.

    Returns
    -------
    (..., T, S) float, at least 0
    """
    up, down = np.zeros(z[..., 0, :].shape), np.zeros(z[..., 0, :].shape)
    sums = np.empty(z.shape)
    for at in range(z.shape[-2]):
        up = np.maximum(0, up + z[..., at, :] - allowance)
        down = np.maximum(0, down - z[..., at, :] - allowance)
        sums[..., at, :] = np.maximum(up, down)
    return sums


def first_above(sums: Floats, threshold: float | Floats) -> Floats:
    """Place of the first value above the threshold along the last axis; NaN where there is none.

    Parameters
    ----------
    sums : (..., T) float
        A chart's values.
    threshold : float, or float that spreads over (...)
        An alarm sounds above it.
    """
    above = sums > np.asarray(threshold)[..., None]
    return np.where(above.any(-1), above.argmax(-1), np.nan)


@dataclass(frozen=True, eq=False)
class Detector:
    """A chart that is ready to watch.

    Parameters
    ----------
    signals : tuple of str
        What it watches, S names.
    mean, spread : (T, S) float
        What is usual at each time, and its standard deviation; above 0.
    scale : (S,) float
        How high each chart usually gets when nothing is wrong; above 0. Signals that wander need
        more room than those that do not.
    threshold : float
        The alarm sounds when any chart is above so many times its scale.
    allowance : float
        Of the charts.
    """

    signals: tuple[str, ...]
    mean: Floats
    spread: Floats
    scale: Floats
    threshold: float
    allowance: float = ALLOWANCE

    def charts(self, values: Floats) -> Floats:
        """The scaled chart of each signal, (..., t, S), for values of the first t times."""
        t = values.shape[-2]
        z = (values - self.mean[:t]) / self.spread[:t]  # (..., t, S)
        return two_sided(z, self.allowance) / self.scale

    def first_alarm(self, values: Floats) -> Floats:
        """Time of the first alarm, (...), for values (..., t, S); NaN where there is none."""
        return first_above(self.charts(values).max(-1), self.threshold)


def has_fired(history: Mapping[str, Sequence[float]], detector: Detector) -> bool:
    """Whether the alarm has sounded, for signals of the past.

    Parameters
    ----------
    history : mapping of str to sequence of t floats
        Signal to its values so far, the oldest first, t at most T.
    detector : Detector
        Its signals are among those of the history.
    """
    values = np.array([history[name] for name in detector.signals], float).T  # (t, S)
    return bool(len(values) and np.isfinite(detector.first_alarm(values)))
