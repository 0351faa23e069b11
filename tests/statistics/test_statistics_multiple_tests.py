"""Laws of corrections for several tests: they are the known ones, and intervals agree with them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from mc.statistics import mean_interval
from mc.statistics.multiple_tests import holm, holm_levels, p_of_no_difference

P = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(P)
def test_holm_is_that_of_statsmodels(p):
    assert holm(pd.Series(p)).tolist() == pytest.approx(multipletests(p, method="holm")[1])


def test_p_values_are_scipys_and_what_does_not_vary_is_compared_as_it_is():
    rng = np.random.default_rng(0)
    differences = np.column_stack([rng.normal(0.5, 1, 6), np.full(6, 0.2), np.zeros(6)])
    known = ttest_1samp(differences[:, 0], 0).pvalue
    assert p_of_no_difference(differences).tolist() == pytest.approx([known, 0, 1])
    assert np.isnan(p_of_no_difference(differences[:1])).all()


@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([0.01, 0.05, 0.3]))
def test_an_interval_at_its_level_excludes_nothing_exactly_where_holm_rejects(seed, many, alpha):
    rng = np.random.default_rng(seed)
    differences = rng.normal(rng.normal(0, 2, many), 1, (5, many))
    p = pd.Series(p_of_no_difference(differences))
    levels = holm_levels(p, alpha)
    for column, (rejected, level) in enumerate(zip(holm(p) <= alpha, levels, strict=True)):
        found = mean_interval(differences[:, column], 1 - level)
        assert rejected == (found.low > 0 or found.high < 0)
    retained = levels[holm(p) > alpha]
    assert (retained == alpha / max(len(retained), 1)).all()


def test_what_could_not_be_tested_has_an_interval_of_its_own():
    levels = holm_levels(pd.Series([0.001, np.nan, 0.9]), 0.05)
    assert levels.tolist() == [0.025, 0.05, 0.05]
