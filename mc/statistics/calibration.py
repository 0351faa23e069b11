"""Thresholds from lineages in which nothing is wrong, with a false-alarm rate that can be stated.

Split conformal calibration: one part of the healthy lineages says what is usual, the others how far
a chart strays when nothing is wrong (Vovk, Gammerman & Shafer, Algorithmic Learning in a Random
World, 2005; Lei et al., Distribution-free predictive inference for regression, JASA 2018). The next
healthy lineage then raises a false alarm with at most the stated probability, whatever the
distribution of the signals.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mc.statistics.cusum import ALLOWANCE, Detector, Floats, two_sided

USUAL = 1 / 3  # of the healthy lineages say what is usual
LEAST = 3  # of them at least, for a standard deviation
TINY = 1e-9  # a signal that varies less than this does not vary


@dataclass(frozen=True, eq=False)
class Calibration:
    """What healthy lineages say.

    Parameters
    ----------
    signals : tuple of str
        Those that vary, S names.
    mean, spread : (T, S) float
        What is usual at each time.
    scale : (S,) float
        How high each chart usually gets.
    highest : (n, S) float
        The highest point of each scaled chart in the lineages that thresholds are taken from.
    allowance : float
        Of the charts.
    """

    signals: tuple[str, ...]
    mean: Floats
    spread: Floats
    scale: Floats
    highest: Floats
    allowance: float

    @property
    def n(self) -> int:
        """Lineages that thresholds are taken from."""
        return len(self.highest)

    def of(self, signals: Sequence[str]) -> "Calibration":
        """The same for some of the signals."""
        kept = [self.signals.index(name) for name in signals]
        by_time = (self.mean[:, kept], self.spread[:, kept])
        overall = (self.scale[kept], self.highest[:, kept])
        return Calibration(tuple(signals), *by_time, *overall, self.allowance)

    def detector(self, false_alarms: float) -> Detector:
        """A detector that watches all signals at once.

        Parameters
        ----------
        false_alarms : float in (0, 1)
            Largest probability of a false alarm in a lineage, over its whole length.
        """
        at = threshold(self.highest.max(1), false_alarms)
        usual = (self.mean, self.spread, self.scale)
        return Detector(self.signals, *usual, at, self.allowance)


def calibrate(values: Floats, signals: Sequence[str], allowance: float = ALLOWANCE) -> Calibration:
    """Learn from healthy lineages what is usual.

    Parameters
    ----------
    values : (n, T, S) float
        Signals of healthy lineages; exchangeable with each other and with those to be watched.
    signals : sequence of S str
        Their names; those that do not vary in all times are left out.
    allowance : float
        Of the charts.
    """
    first, rest = np.split(values, [usual(len(values))])
    spread = first.std(0, ddof=1)  # (T, S)
    kept = np.flatnonzero((spread > TINY).all(0))
    mean, spread = first.mean(0)[:, kept], spread[:, kept]
    own, others = (
        two_sided((part[..., kept] - mean) / spread, allowance).max(1)  # (n, S)
        for part in (first, rest)
    )
    scale = np.maximum(own.mean(0), TINY)
    names = tuple(signals[at] for at in kept.tolist())
    return Calibration(names, mean, spread, scale, others / scale, allowance)


def usual(n: int) -> int:
    """Of n healthy lineages, how many say what is usual."""
    return max(LEAST, int(n * USUAL))


def needed(false_alarms: float) -> int:
    """Healthy lineages without which no threshold has the stated rate."""
    least = math.ceil(1 / false_alarms - 1 - TINY)
    n = least + LEAST
    while n - usual(n) < least:
        n += 1
    return n


def threshold(highest: Floats, false_alarms: float) -> float:
    """The value that the next of exchangeable values exceeds with at most that probability.

    The k-th smallest of n with k = ceil((n + 1) (1 - false_alarms)); infinite where k is beyond n.
    """
    k = rank(len(highest), false_alarms)
    return float(np.sort(highest)[k - 1]) if k <= len(highest) else math.inf


def rank(n: int, false_alarms: float) -> int:
    """Which of n ordered values is the threshold, from 1."""
    return math.ceil((n + 1) * (1 - false_alarms) - TINY)
