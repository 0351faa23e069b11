"""Least squares on its own predictions: the risk grows linearly, or stays below a constant.

With d features, T labels of noise sigma and machine-made labels only, the excess risk at new points
of unit covariance is expected to be, at the n-th fit,

    replace:     n v
    accumulate:  v (1 + 1/4 + ... + 1/n^2)  <=  v pi^2 / 6,     v = sigma^2 d / (T - d - 1)

(Gerstgrasser et al., arXiv 2404.01413). The design is *one* draw of a standard
normal that all fits of a chain see again, with new noise in the labels: v is the mean of
sigma^2 tr (X'X)^-1 over such draws. Were the design so chosen that X'X = T I, v would be
sigma^2 d / T, here 0.1 instead of 0.1124.
"""

import math

from experiments.validate.laws._check import Check, mean_and_error
from experiments.validate.laws._simulation import compare, simulate
from mc.lineage.systems.linear_regression import FEATURES, NOISE

title = "ordinary least squares"
source = "arXiv 2404.01413"

SIZE = 100
REPLACE, ACCUMULATE = (1, 5, 10), (10, 20)  # fits
SHARE = 5  # one chain here for so many repetitions
RISK = NOISE**2 * FEATURES / (SIZE - FEATURES - 1)


def check(repetitions: int, seed: int) -> list[Check]:
    """Excess risk under both regimes, and the bound; a fifth of the repetitions."""
    chains = max(repetitions // SHARE, 2)
    replaced, accumulated = (
        simulate("linear_regression", regime, size=SIZE, fits=fits, chains=chains, seed=seed)
        for regime, fits in (("replace", REPLACE), ("accumulate", ACCUMULATE))
    )
    growing = {n: n * RISK for n in REPLACE}
    bounded = {n: RISK * sum(k**-2 for k in range(1, n + 1)) for n in ACCUMULATE}
    last = ACCUMULATE[-1]
    limit = RISK * math.pi**2 / 6
    risk = mean_and_error(accumulated[last]["excess_risk"])
    return [
        *compare("excess risk", "replace", "excess_risk", replaced, growing),
        *compare("excess risk", "accumulate", "excess_risk", accumulated, bounded),
        Check("excess risk", "accumulate", last, *risk, limit, is_bound=True),
    ]
