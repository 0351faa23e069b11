"""A Gaussian that learns from all draws so far keeps most of its variance.

With M draws a generation, all of them kept, and maximum-likelihood fits to all rows, the variance
at the t-th fit is expected to be

    product over k = 1..t of (1 - 1/(M k^2))   ->   sin(pi / sqrt M) / (pi / sqrt M)

(Kazdan et al., arXiv 2410.16713). The estimator divides by the number of all rows, M k at the k-th
fit; the first fit, k = 1, learns from the truth's draws. Pooling k - 1 batches of variance V with
one drawn from the fit gives V times (k - 1)/k + (1/k)(1 - 1/M) + (k - 1)/(k^2 M) = 1 - 1/(M k^2).
"""

import numpy as np

from experiments.validate.laws._check import Check
from experiments.validate.laws._simulation import compare, simulate

title = "Gaussian, accumulate"
source = "arXiv 2410.16713"

SIZE = 10
FITS = (1, 10, 100)


def check(repetitions: int, seed: int) -> list[Check]:
    """Variance over all repetitions."""
    kept = np.cumprod(1 - 1 / (SIZE * np.arange(1, max(FITS) + 1) ** 2))
    expected = {t: float(kept[t - 1]) for t in FITS}
    chains = simulate("gaussian", "accumulate", size=SIZE, fits=FITS, chains=repetitions, seed=seed)
    return compare("variance", "accumulate", "variance", chains, expected)
