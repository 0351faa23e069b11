"""Laws of corrected p-values, of what planted audits show, and of how many rows it takes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from experiments.audit.power import (
    corrected,
    detection,
    if_alike,
    repetitions_needed,
    rows_needed,
    shares_seen,
    smallest_seen,
)


def frame(slope: float, repetitions: int = 20, noise: float = 1.0) -> pd.DataFrame:
    """Audits whose first check grows with the planted share, the second not."""
    rng = np.random.default_rng(0)
    rows = [
        {
            "kind": "labels" if share else "nothing",
            "share": share,
            "replicate": replicate,
            "shown": False,
            "check": check,
            "z": z,
            "p": 2 * norm.sf(abs(z)),
            "two_sided": True,
        }
        for share in (0.0, 0.1, 0.2)
        for replicate in range(repetitions)
        for check, rise in (("first", -slope), ("second", 0.0))
        for z in [rise * share + noise * rng.standard_normal()]
    ]
    return pd.DataFrame(rows)


def test_holm_is_over_the_checks_of_an_audit_and_keeps_its_level():
    checks = corrected(frame(0.0, 400), 0.95)
    own = checks[(checks["kind"] == "nothing") & (checks["replicate"] == 3)]
    assert own["p_holm"].tolist() == pytest.approx(multipletests(own["p"], method="holm")[1])
    table = detection(checks, 0.95)
    row = table[(table["kind"] == "nothing") & (table["check"] == "any")].iloc[0]
    assert row["low"] < 0.05 < row["high"]
    assert row["n"] == 400


def test_the_smallest_share_seen_is_where_the_mean_meets_the_quantile():
    found = smallest_seen(frame(40.0, 400), 0.95, 0.8).set_index("check")
    truth = (norm.isf(0.05 / 2 / 2) + norm.ppf(0.8)) / 40.0
    assert found.loc["first", "share"] == pytest.approx(truth, rel=0.05)
    assert found.loc["first", "low"] < truth < found.loc["first", "high"]
    assert np.isinf(found.loc["second", "share"])
    assert np.isinf(smallest_seen(frame(2.0), 0.95, 0.8)["share"]).all()


def test_rows_needed_are_more_for_less_pollution_more_power_and_more_confidence():
    base = rows_needed(0.1, 0.8, 0.95, 9)
    assert rows_needed(0.05, 0.8, 0.95, 9) == pytest.approx(4 * base, rel=0.001)
    assert rows_needed(0.1, 0.9, 0.95, 9) > base
    assert rows_needed(0.1, 0.8, 0.99, 9) > base
    assert rows_needed(0.1, 0.8, 0.95, 12) > base


def test_what_is_promised_holds_for_every_kind_of_machine():
    """As many rows as are asked for show the share that was asked for, of the hardest machine."""
    for detect, power in ((0.1, 0.8), (0.3, 0.5)):
        rows = rows_needed(detect, power, 0.95, 9)
        assert max(shares_seen(rows, power, 0.95, 9).values()) == pytest.approx(detect, rel=1e-3)
        assert max(shares_seen(rows - 1, power, 0.95, 9).values()) > detect
    assert max(shares_seen(100, 0.8, 0.95, 9).values()) == np.inf


def test_repetitions_needed_show_a_power_if_all_raise_an_alarm():
    many = repetitions_needed(0.8, 0.95)
    assert 0.8**many <= 0.05 < 0.8 ** (many - 1)


@pytest.mark.parametrize("permutations", [0, 199])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_an_effect_lies_outside_the_interval_if_alike_exactly_where_it_raises_an_alarm(
    permutations, confidence
):
    rng = np.random.default_rng(permutations)
    many, audits = 9, 300
    z = rng.normal(0, 1, (audits, many)) + rng.choice([0, 0, 2, 3, -3], (audits, many))
    two_sided = np.arange(many) % 2 == 0
    p = np.where(two_sided, 2 * norm.sf(np.abs(z)), norm.sf(z))
    if permutations:
        p = (1 + rng.binomial(permutations, p)) / (1 + permutations)
    spread = rng.uniform(0.001, 0.1, many)
    rows = pd.DataFrame(
        {
            "kind": "nothing",
            "share": 0.0,
            "replicate": np.repeat(np.arange(audits), many),
            "shown": True,
            "check": np.tile(np.arange(many), audits),
            "effect": (z * spread).ravel(),
            "spread": np.tile(spread, audits),
            "p": p.ravel(),
            "two_sided": np.tile(two_sided, audits),
        }
    )
    checks = corrected(rows, confidence)
    checks = checks.join(if_alike(checks, confidence))
    low, high = checks["alike_low"], checks["alike_high"]
    is_outside = (checks["effect"] < low) | (checks["effect"] > high)
    pd.testing.assert_series_equal(is_outside, checks["alarm"], check_names=False)
    assert 0.05 < is_outside.mean() < 0.95
    assert (high >= 0).all()
