"""Laws of corrected p-values, of what planted audits show, and of how many rows it takes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from experiments.audit.power import (
    corrected,
    detection,
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
