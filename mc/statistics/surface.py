"""Loss as a smooth surface over rate and training size, with its uncertainty.

Knows nothing of figures. The model is loss = rate x slope, and the slope is a Gaussian process over
rate and the logarithm of the size: at rate 0 the loss is 0 without any doubt, as it must be.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Kernel, Matern

from mc.errors import DataError
from mc.statistics.arrays import Floats, Losses, losses_by_condition
from mc.statistics.effects import SKEWNESS
from mc.statistics.equivalence import DEFAULT_MARGIN, checked_margin
from mc.statistics.frames import FAMILY, checked
from mc.statistics.intervals import CONFIDENCE, checked_confidence
from mc.statistics.skewed import upper_reach
from mc.statistics.tolerance import largest_within

MAX_SIZES, MAX_RATES = 12, 16  # fitted: the time grows with the cube of their product
GRID_RATES, GRID_SIZES = 61, 41
RESTARTS = 2
AXES = ["train_size", "rate"]
MIN_NOISE = 1e-3  # of a slope, in units of the slopes' spread: keeps the equations solvable


@dataclass(frozen=True, eq=False)
class Surface:
    """Losses over rate and training size of one family of conditions.

    Parameters
    ----------
    family : str
        Values of `FAMILY`, as ``logistic, accumulate, argmax``.
    metric : str
        What is lost.
    margin : float
        Largest loss allowed, in the metric's unit.
    confidence : float
        Of the upper bound behind ``safe_rate``: that of the two-sided interval it ends.
    n : int
        Replicates, each with all the points.
    observed : DataFrame
        The points used: rate, train_size, loss (mean over replicates), se (its standard error).
    grid : DataFrame
        rate, train_size, loss, sd (of the mean loss): a full grid, rates within sizes.
    frontier : DataFrame
        train_size; rate, up to which the predicted loss is within the margin; safe_rate, up to
        which its upper bound is. The largest rate on the grid means "that, or more".
    """

    family: str
    metric: str
    margin: float
    confidence: float
    n: int
    observed: pd.DataFrame
    grid: pd.DataFrame
    frontier: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Points:
    """Losses of each replicate, (n, m), where they were observed, and their standard errors."""

    rates: Floats
    sizes: Floats
    losses: Floats
    errors: Floats


def response_surface(
    generations: pd.DataFrame,
    metric: str = "accuracy",
    margin: float = DEFAULT_MARGIN,
    confidence: float = CONFIDENCE,
) -> Surface:
    """Fit a Gaussian process to mean paired losses over rate and training size.

    The uncertainty has two parts. The process knows what lies between the points, but takes their
    errors for independent, which those of one lineage are not; so the surface is also
    fitted to each replicate, and the spread of those surfaces is added. Upper bounds reach as far
    as those of losses (`paired_loss`). Conditions of several starts are taken for one surface.

    Raises
    ------
    DataError
        With conditions of several families, or fewer than 2 rates above 0, 3 training sizes or 2
        complete replicates.
    """
    checked_margin(margin), checked_confidence(confidence)
    family = _family(generations)
    points = _points(_chosen(list(losses_by_condition(generations, metric))))
    rates = np.linspace(0, points.rates.max(), GRID_RATES)
    sizes = np.geomspace(points.sizes.min(), points.sizes.max(), GRID_SIZES)
    size, rate = (axis.ravel() for axis in np.meshgrid(sizes, rates, indexing="ij"))
    loss, sd = _predict(points, rate, size)
    n = len(points.losses)
    upper = loss + upper_reach(n, (1 - confidence) / 2, SKEWNESS) * sd
    frontier = {
        "rate": _frontier(rates, loss, margin),
        "safe_rate": _frontier(rates, upper, margin),
    }
    return Surface(
        family,
        metric,
        margin,
        confidence,
        n,
        _observed(points),
        pd.DataFrame({"rate": rate, "train_size": size, "loss": loss, "sd": sd}),
        pd.DataFrame({"train_size": sizes} | frontier),
    )


def _family(generations: pd.DataFrame) -> str:
    distinct = checked(generations)[FAMILY].drop_duplicates()
    families = [", ".join(map(str, row)) for row in distinct.itertuples(index=False)]
    if len(families) > 1:
        raise DataError(
            f"a surface is of one family of conditions, not of {'; '.join(families)}; "
            "choose the rows of one"
        )
    return families[0]


def _points(table: pd.DataFrame) -> _Points:
    """What the process is fitted to: losses of each replicate and the errors of their means.

    A standard error of few replicates is itself uncertain: each variance is averaged with the mean
    of its rate.
    """
    variance = table.var() / len(table)
    variance = (variance + variance.groupby("rate").transform("mean")) / 2
    sizes, rates = (table.columns.get_level_values(name).to_numpy() for name in AXES)
    return _Points(rates, sizes, table.to_numpy(), np.sqrt(variance.to_numpy()))


def _chosen(conditions: list[Losses]) -> pd.DataFrame:
    """Losses of complete replicates, one column for each point of a thinned grid."""
    tables = [_wide(losses) for losses in conditions] or [pd.DataFrame(columns=_columns([], []))]
    table = pd.concat(tables, axis=1)
    size, rate = (table.columns.get_level_values(name) for name in AXES)
    rates = _thinned(rate.unique().to_numpy(float), MAX_RATES, np.linspace)
    sizes = _thinned(size.unique().to_numpy(float), MAX_SIZES, np.geomspace)
    if len(rates) < 2 or len(sizes) < 3:
        raise DataError(
            "a surface needs 2 rates above 0 and 3 training sizes, paired with rate 0; there are "
            f"{len(rates)} and {len(sizes)}: run more rates, or lineages that grow further"
        )
    table = table.loc[:, rate.isin(rates) & size.isin(sizes)].dropna()
    if len(table) < 2:
        raise DataError(
            f"a surface needs 2 repetitions with all rates and sizes; there are {len(table)}: "
            "run more repetitions"
        )
    return table


def _wide(losses: Losses) -> pd.DataFrame:
    """Losses of a condition, one row a replicate, one column a size and rate."""
    flat = losses.values.reshape(len(losses.replicates), -1)
    return pd.DataFrame(flat, losses.replicates, _columns(losses.sizes, losses.rates))


def _columns(sizes: ArrayLike, rates: ArrayLike) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([sizes, rates], names=AXES)


def _thinned(values: Floats, most: int, spaced: Callable[..., Floats]) -> Floats:
    """The values nearest to evenly spaced ones, ``most`` at most."""
    if len(values) <= most:
        return values
    targets = spaced(values.min(), values.max(), most)
    return np.unique(values[np.abs(values[:, None] - targets).argmin(axis=0)])


def _predict(points: _Points, rate: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Mean loss and its standard deviation at other rates and sizes."""
    slopes = points.losses / points.rates  # (n, m)
    scale = np.sqrt(np.mean(slopes**2)) or 1.0
    noise = (points.errors / points.rates / scale) ** 2 + MIN_NOISE**2
    known, wanted = (
        _coordinates(points, *places) for places in ((points.rates, points.sizes), (rate, size))
    )
    process = _fitted(_kernel(), noise, known, slopes.mean(axis=0) / scale, restarts=RESTARTS)
    mean, between = process.predict(wanted, return_std=True)
    replicates = _fitted(process.kernel_, noise, known, slopes.T / scale, restarts=None)
    among = np.std(replicates.predict(wanted), axis=1, ddof=1) / np.sqrt(len(slopes))
    return rate * scale * mean, rate * scale * np.hypot(between, among)


def _coordinates(points: _Points, rate: Floats, size: Floats) -> Floats:
    """Rate and logarithm of the size, both in units of the range that was observed, (k, 2)."""
    low, high = np.log(points.sizes.min()), np.log(points.sizes.max())
    return np.column_stack([rate / points.rates.max(), (np.log(size) - low) / (high - low)])


def _kernel() -> Kernel:
    """A constant slope, and smooth departures from it, of a reach for each axis."""
    departures = Matern([1.0, 1.0], [(0.1, 10.0)] * 2, nu=2.5)
    return ConstantKernel(1.0, (1e-4, 1e2)) + ConstantKernel(1.0, (1e-4, 1e2)) * departures


def _fitted(
    kernel: Kernel, noise: Floats, known: Floats, slopes: Floats, *, restarts: int | None
) -> GaussianProcessRegressor:
    """A process; without restarts, its kernel stays as it is."""
    process = GaussianProcessRegressor(
        kernel,
        alpha=noise,
        optimizer=None if restarts is None else "fmin_l_bfgs_b",
        n_restarts_optimizer=restarts or 0,
        random_state=0,
    )
    with warnings.catch_warnings():  # a reach at its bound says that the slope is flat: no matter
        warnings.simplefilter("ignore", ConvergenceWarning)
        return process.fit(known, slopes)


def _frontier(rates: Floats, losses: Floats, margin: float) -> Floats:
    """Rate up to which the losses of each size stay within the margin, before they first leave."""
    rising = np.maximum.accumulate(losses.reshape(-1, len(rates)), axis=1)
    return largest_within(rates[1:], rising[:, 1:], margin)


def _observed(points: _Points) -> pd.DataFrame:
    columns = {"rate": points.rates, "train_size": points.sizes}
    return pd.DataFrame(columns | {"loss": points.losses.mean(axis=0), "se": points.errors})
