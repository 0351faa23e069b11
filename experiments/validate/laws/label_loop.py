"""Logistic regression on labels sampled from its previous fit: the pathway to pi^2 / 6.

Generation 1 is fitted to n rows with true labels; each later one draws n new rows, samples their
labels from the previous fit, and is fitted to the new rows only (``replace``, which the paper calls
"discard") or to all rows so far (``accumulate``, "augment"). With many rows, the mean squared error
of the coefficients at the t-th fit is, in units of the first fit's,

    replace:     t
    accumulate:  1 + 1/4 + ... + 1/t^2  <=  pi^2 / 6

(Dey and Donoho, arXiv 2410.22812: the same numbers as those of least squares, here for a model of
the exponential family). The square is in the Fisher norm at the truth, and its unit is its own
expectation with many rows, features / n, so the first fit is checked too.

The law is one of large samples: a relative error in proportion to t / n remains. Simulated with
20,000 chains of `SIZE` profiles, where it can be seen, the error of ``replace`` is

    n = 1,000:  +10.3% +- 0.7% at t = 10,  +33.2% +- 1.1% at t = 25
    n = 2,000:   +4.5% +- 0.6%             +14.9% +- 0.8%

and of ``accumulate`` +2.5% and +0.5% (+- 0.6%) at t = 25. Here n is `SIZE` times
`logistic_regression.PEOPLE`, 200,000, which leaves 0.05% and 0.15% under ``replace``: a twelfth of
the standard error of the default 2,000 chains at most.
"""

import math

from experiments.validate.laws._check import Check, mean_and_error
from experiments.validate.laws._simulation import Simulated, compare, simulate
from mc.lineage.systems.logistic_regression import FEATURES

title = "label loop"
source = "arXiv 2410.22812"

SIZE = 20  # profiles
FITS = (1, 10, 25)
SHARE = 5  # one chain here for so many repetitions
UNIT = FEATURES / SIZE  # expected of the first fit, as `logistic_regression` measures it


def check(repetitions: int, seed: int) -> list[Check]:
    """Squared error under both regimes, and the bound; a fifth of the repetitions."""
    chains = max(repetitions // SHARE, 2)
    replaced, accumulated = (
        _in_units(
            simulate("logistic_regression", regime, size=SIZE, fits=FITS, chains=chains, seed=seed)
        )
        for regime in ("replace", "accumulate")
    )
    growing = {t: float(t) for t in FITS}
    bounded = {t: sum(k**-2 for k in range(1, t + 1)) for t in FITS[1:]}
    last = FITS[-1]
    ratio = mean_and_error(accumulated[last]["ratio"])
    return [
        *compare("relative squared error", "replace", "ratio", replaced, growing),
        *compare("relative squared error", "accumulate", "ratio", accumulated, bounded),
        Check("relative squared error", "accumulate", last, *ratio, math.pi**2 / 6, is_bound=True),
    ]


def _in_units(simulated: Simulated) -> Simulated:
    """Squared errors of the chains over the one that is expected of the first fit."""
    return {t: {"ratio": values["squared_error"] / UNIT} for t, values in simulated.items()}
