"""Laws of chains: deterministic, paired across conditions, and independent across replicates."""

from dataclasses import replace

import numpy as np
import pytest

from mc.errors import ParameterError
from mc.lineage.chains import Condition, breed, evolve
from mc.lineage.systems import categorical

CONDITION = Condition("gaussian", "replace", 0.5, 20, 3, 50)


def variances(condition: Condition, replicate: int = 0) -> np.ndarray:
    return np.array([values["variance"] for values in evolve(condition, replicate)])


def test_a_replicate_repeats_bit_for_bit_and_another_differs():
    np.testing.assert_array_equal(variances(CONDITION), variances(CONDITION))
    assert not np.array_equal(variances(CONDITION), variances(CONDITION, 1))
    assert not np.array_equal(variances(CONDITION), variances(replace(CONDITION, seed=1)))


def test_more_generations_leave_the_earlier_ones_as_they_were():
    longer = variances(replace(CONDITION, generations=6))
    np.testing.assert_array_equal(longer[:4], variances(CONDITION))


def test_rates_share_their_random_numbers():
    """Close rates give close chains: the machine's rows of one are among those of the other."""
    near = variances(replace(CONDITION, rate=0.52)) - variances(CONDITION)
    far = variances(replace(CONDITION, rate=1.0)) - variances(CONDITION)
    assert np.abs(near[1]).mean() < 0.2 * np.abs(far[1]).mean()


def test_what_is_bred_are_means_over_chains_with_their_errors():
    for bred, values in zip(breed(None, CONDITION, 0), evolve(CONDITION, 0), strict=True):
        variance = values["variance"]
        assert bred.metrics["variance"] == pytest.approx(variance.mean())
        assert bred.metrics["variance_se"] == pytest.approx(variance.std(ddof=1) / 50**0.5)
        assert bred.metrics["closeness"] == pytest.approx(-abs(variance.mean() - 1))


def test_a_portrait_is_of_one_chain():
    for bred in breed(None, replace(CONDITION, system="categorical"), 0):
        shares = [at for name, at in bred.metrics.items() if name.startswith("share/")]
        assert len(shares) == len(categorical.portraits)
        assert sum(shares) == pytest.approx(1)
        assert all(20 * share == pytest.approx(round(20 * share)) for share in shares)


def test_an_unknown_system_is_named():
    with pytest.raises(ParameterError, match="did you mean 'gaussian'"):
        next(evolve(replace(CONDITION, system="gausian"), 0))
