"""How often bounds of a mean loss are wrong, and how often they decide: the table of statistics.md.

    python -m scripts.compare_intervals

Samples of 5, 10 and 20 losses whose true mean is known: normal, gamma of skewness 1.4 and 2
(exponential), and real ones, drawn from those in tests/statistics/real_losses.csv. A bound is wrong
where the true mean lies beyond it, which should happen in 2.5% of samples.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import bootstrap, t

from mc.statistics.effects import SKEWNESS
from mc.statistics.intervals import bounds, expanded

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
Method = Callable[[Floats], Bounds]

SAMPLES, RESAMPLED, RESAMPLES = 100_000, 4_000, 999
TAIL, SIZES, APART = 0.025, (5, 10, 20), 1.0  # APART: of the margin from the mean, in deviations
REAL = Path(__file__).parents[1] / "tests/statistics/real_losses.csv"


def moments(values: Floats) -> tuple[Floats, Floats, Floats, int]:
    """Mean, standard error and skewness of each row, and its length."""
    mean, n = values.mean(axis=1), values.shape[1]
    central = values - mean[:, None]
    skewness = (central**3).mean(axis=1) / (central**2).mean(axis=1) ** 1.5
    return mean, values.std(axis=1, ddof=1) / np.sqrt(n), skewness, n


def student(values: Floats, skewness: float = 0.0) -> Bounds:
    """Student's t."""
    mean, error, _, n = moments(values)
    low, high = bounds(mean, error, np.full(len(values), n), 1 - 2 * TAIL, skewness)
    return low, high


def ours(values: Floats) -> Bounds:
    """`mc.statistics.skewed`, as losses get it."""
    return student(values, SKEWNESS)


def johnson(values: Floats) -> Bounds:
    """Johnson's modified t (JASA 1978)."""
    mean, error, skewness, n = moments(values)
    shift, half = skewness * error / (6 * np.sqrt(n)), t.isf(TAIL, n - 1) * error
    return mean + shift - half, mean + shift + half


def hall(values: Floats) -> Bounds:
    """Hall's monotone transformation (JRSS B 1992) with the sample's skewness."""
    mean, error, skewness, n = moments(values)
    a = skewness / (3 * np.sqrt(n))
    a = np.where(np.abs(a) < 1e-9, 1e-9, a)

    def back(quantile: float) -> Floats:
        whole: Floats = (np.cbrt(1 + 3 * a * (quantile - a / 2)) - 1) / a
        return whole

    reach = float(t.isf(TAIL, n - 1))
    return mean - back(reach) * error, mean - back(-reach) * error


def bootstrap_t(values: Floats) -> Bounds:
    """Student's statistic, resampled."""
    mean, error, _, n = moments(values)
    places = np.random.default_rng(2).integers(n, size=(RESAMPLES, n))
    quantiles = np.empty((len(values), 2))
    for row, sample in enumerate(values):
        drawn = sample[places]
        errors = drawn.std(axis=1, ddof=1) / np.sqrt(n)
        moving = errors > 0
        statistics = (drawn.mean(axis=1) - mean[row])[moving] / errors[moving]
        quantiles[row] = np.quantile(statistics, [TAIL, 1 - TAIL])
    return mean - quantiles[:, 1] * error, mean - quantiles[:, 0] * error


def expanded_bca(values: Floats) -> Bounds:
    """Bias-corrected and accelerated, with expanded percentiles."""
    found = bootstrap(
        (values,),
        np.mean,
        axis=1,
        n_resamples=RESAMPLES,
        batch=100,
        confidence_level=expanded(1 - 2 * TAIL, values.shape[1]),
        rng=np.random.default_rng(3),
    ).confidence_interval
    return found.low, found.high


METHODS: dict[str, tuple[Method, int]] = {
    "Student's t": (student, SAMPLES),
    "Johnson's t": (johnson, SAMPLES),
    "Hall's transformation": (hall, SAMPLES),
    "bootstrap-t": (bootstrap_t, RESAMPLED),
    "expanded BCa bootstrap": (expanded_bca, RESAMPLED),
    "skewed t (chosen)": (ours, SAMPLES),
}


def samples() -> dict[str, Callable[[int], Floats]]:
    """Name of a law to samples of a length, of mean 0 and deviation 1, (SAMPLES, n)."""
    rng = np.random.default_rng(1)
    laws: dict[str, Callable[[int], Floats]] = {
        "normal": lambda n: rng.standard_normal((SAMPLES, n))
    }
    for skewness in (1.4, 2.0):
        shape = 4 / skewness**2
        laws[f"gamma, skewness {skewness:g}"] = lambda n, shape=shape: (  # type: ignore[misc]
            (rng.standard_gamma(shape, (SAMPLES, n)) - shape) / np.sqrt(shape)
        )
    for (backend, size, rate), rows in pd.read_csv(REAL).groupby(
        ["backend", "initial_size", "rate"]
    ):
        losses = rows["loss"].to_numpy()
        scaled = (losses - losses.mean()) / losses.std()
        name = f"{backend} from {size}, rate {rate:g}"
        laws[name] = lambda n, scaled=scaled: rng.choice(scaled, (SAMPLES, n))  # type: ignore[misc, assignment]
    return laws


def table() -> pd.DataFrame:
    """One row for each law, length and method, in per cent of samples."""
    rows = []
    for law, draw in samples().items():
        for n in SIZES:
            drawn = draw(n)
            for name, (method, many) in METHODS.items():
                low, high = method(drawn[:many])
                rows.append(
                    {
                        "law": law,
                        "n": n,
                        "method": name,
                        "false negligible": 100 * float(np.mean(high < 0)),
                        "false harmful": 100 * float(np.mean(low > 0)),
                        "negligible, rightly": 100 * float(np.mean(high < APART)),
                        "harmful, rightly": 100 * float(np.mean(low > -APART)),
                    }
                )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(table().round(1).to_string(index=False))
