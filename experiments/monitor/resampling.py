"""Thresholds for a single log, which has no healthy lineages: from its first windows.

The reference windows are resampled into many logs in which nothing changes, each with reference
windows of its own, so that a threshold allows for how little these tell of the mean and the spread
(the bootstrap of control charts, see Gandy & Kvaloy, Guaranteed conditional performance of control
charts via bootstrap methods, Scandinavian Journal of Statistics 2013).

How well that works was simulated: 300 logs each of 20 or 50 reference windows and 10 to 30 watched
ones, five signals, normal or with the tails of t with 4 degrees of freedom. A stated 5% came out as
4 to 9% for independent windows, as 11 to 17% at an autocorrelation of 0.2, and as 19 to 33% at 0.4.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mc.statistics.calibration import TINY, Calibration
from mc.statistics.cusum import ALLOWANCE, Floats, two_sided

DRAWS = 2_000
PARTS = 10  # of the draws, one in memory at a time


def resample(
    reference: Floats,
    times: int,
    signals: Sequence[str],
    rng: np.random.Generator,
    *,
    allowance: float = ALLOWANCE,
    block: int = 1,
) -> Calibration:
    """Learn from reference windows what is usual, and how far charts stray when nothing changes.

    Parameters
    ----------
    reference : (R, S) float
        Signals of the reference windows in the order of time.
    times : int
        Windows to be watched.
    signals : sequence of S str
        Names; those that do not vary are left out.
    rng : Generator
        Draws the logs.
    allowance : float
        Of the charts.
    block : int
        Windows that are drawn together, for windows that depend on those before them (circular
        blocks, Politis & Romano 1992); 1 for independent ones.
    """
    kept = np.flatnonzero(reference.std(0) > TINY)
    own = reference[:, kept]
    highest = np.concatenate(
        [
            _highest(own, _Size(draws, times, block), rng, allowance)
            for draws in [DRAWS // PARTS] * PARTS
        ]
    )  # (DRAWS, S)
    scale = np.maximum(highest.mean(0), TINY)
    mean, spread = (
        np.repeat(each[None], times, 0) for each in (own.mean(0), own.std(0, ddof=1))
    )  # (T, S)
    names = tuple(signals[at] for at in kept.tolist())
    return Calibration(names, mean, spread, scale, highest / scale, allowance)


def permutation_p(
    values: Floats, references: int, rng: np.random.Generator, allowance: float = ALLOWANCE
) -> float:
    """How often charts get as high as they did when the order of all windows is left to chance.

    Parameters
    ----------
    values : (R + T, S) float
        Signals that vary, of all windows.
    references : int
        R.

    Returns
    -------
    float in (0, 1]
        Exact for windows that are exchangeable when nothing changes (Phipson & Smyth, Permutation
        p-values should never be zero, 2010).
    """
    every = np.tile(np.arange(len(values)), (DRAWS, 1))
    orders = np.concatenate([every[:1], rng.permuted(every[1:], axis=1)])  # as they came: first
    highest = np.concatenate(
        [_charts(values[part], references, allowance) for part in np.split(orders, PARTS)]
    )  # (DRAWS, S)
    together = (highest / np.maximum(highest.mean(0), TINY)).max(1)  # (DRAWS,)
    return float(np.mean(together >= together[0] - TINY))


def needed_windows(false_alarms: float) -> int:
    """Fewest reference windows with which even one watched window can raise an alarm.

    Among R + 1 exchangeable windows the last is the most extreme with probability 1 / (R + 1).
    """
    return math.ceil(1 / false_alarms - 1 - TINY)


def dependence(reference: Floats) -> Floats:
    """Correlation of each signal with itself one window before, (S,); 0 where it does not vary."""
    away = reference - reference.mean(0)
    squares = (away**2).sum(0)
    products = (away[1:] * away[:-1]).sum(0)
    found: Floats = np.divide(products, squares, out=np.zeros(len(squares)), where=squares > TINY)
    return found


def block_length(reference: Floats) -> int:
    """Windows to be drawn together: 1, or where windows are seen to depend on the last, R^(1/3).

    Seen is a correlation beyond two standard errors, 2 / sqrt(R).
    """
    many = len(reference)
    is_dependent = bool((dependence(reference) > 2 / math.sqrt(many)).any())
    return max(2, round(many ** (1 / 3))) if is_dependent else 1


class _Size(NamedTuple):
    """Of a set of resampled logs."""

    draws: int
    times: int
    block: int


def _highest(own: Floats, size: _Size, rng: np.random.Generator, allowance: float) -> Floats:
    """Highest point of each chart in resampled logs, (draws, S)."""
    many = len(own)
    first = own[_rows(rng, size._replace(times=many), many)]  # (draws, R, S)
    rest = own[_rows(rng, size, many)]  # (draws, T, S)
    return _charts(np.concatenate([first, rest], axis=1), many, allowance)


def _rows(rng: np.random.Generator, size: _Size, many: int) -> NDArray[np.int64]:
    """Places among so many reference windows, (draws, times)."""
    starts = rng.integers(many, size=(size.draws, -(-size.times // size.block)))
    rows = (starts[..., None] + np.arange(size.block)) % many  # (draws, blocks, block)
    return rows.reshape(size.draws, -1)[:, : size.times]


def _charts(values: Floats, references: int, allowance: float) -> Floats:
    """Highest point of each chart, (draws, S), in logs of (draws, R + T, S)."""
    first, rest = np.split(values, [references], axis=1)
    spread = np.maximum(first.std(1, ddof=1, keepdims=True), TINY)
    highest: Floats = two_sided((rest - first.mean(1, keepdims=True)) / spread, allowance).max(1)
    return highest
