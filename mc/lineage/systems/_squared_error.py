"""Expected squared error of coefficients that are fitted to labels of earlier fits.

One recursion holds for all models whose fit is, to first order, a mean over labels: least squares
exactly (Gerstgrasser et al., arXiv 2404.01413), models of the exponential family with many rows
(Dey and Donoho, arXiv 2410.22812), who call it universal. At rate 1 it gives t times the error of
the first fit at the t-th under ``replace``, and 1 + 1/4 + ... + 1/t^2 times under ``accumulate``.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def expected(regime: str, rate: float, added: float, steps: int) -> Floats:
    """Expected squared error at generations 0, 1, ..., (steps,).

    Exact at rates 0 and 1. Between them the random choice of rows adds noise, here to first order:
    rate (1 - rate) ``added`` times the previous squared error.

    Parameters
    ----------
    regime : {"accumulate", "replace"}
        Selects the rows of a fit.
    rate : float in [0, 1]
        Chance of a new row to be labelled by the previous fit.
    added : float
        Expected squared error of a fit to one batch of true labels.
    """
    error = np.full(steps, added)
    for step in range(1, steps):
        batches = step + 1 if regime == "accumulate" else 1
        kept = (batches - 1 + rate) ** 2 + rate * (1 - rate) * added
        error[step] = (kept * error[step - 1] + added) / batches**2
    return error
