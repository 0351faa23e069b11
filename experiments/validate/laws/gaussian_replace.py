"""A Gaussian that learns from its own draws loses its variance, and its mean wanders.

With M draws a generation and maximum-likelihood fits under ``replace``, at the t-th fit

    E variance = (1 - 1/M)^t,     E (mean)^2 = 1 - (1 - 1/M)^t

in units of the truth's variance (Shumailov et al., Nature 631, 2024; Kazdan et al., arXiv
2410.16713). The truth's own draws are the first fit's. Given a fit, the next variance is expected
to be (1 - 1/M) times its own, and the mean takes a step of variance V/M.

The variance of a chain is a product of t chi-squares, so its tail grows heavy with t / M: a mean of
10,000 chains is close to normal here (M = 100, t <= 50) and would be far from it at M = 10.
"""

from experiments.validate.laws._check import Check
from experiments.validate.laws._simulation import compare, simulate

title = "Gaussian, replace"
source = "arXiv 2410.16713; Nature 631 (2024)"

SIZE = 100
FITS = (1, 10, 50)


def check(repetitions: int, seed: int) -> list[Check]:
    """Variance and squared drift of the mean over all repetitions."""
    kept = {t: (1 - 1 / SIZE) ** t for t in FITS}
    drift = {t: 1 - share for t, share in kept.items()}
    chains = simulate("gaussian", "replace", size=SIZE, fits=FITS, chains=repetitions, seed=seed)
    return [
        *compare("variance", "replace", "variance", chains, kept),
        *compare("squared drift", "replace", "drift", chains, drift),
    ]
