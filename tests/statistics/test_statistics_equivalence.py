import numpy as np
import pandas as pd
import pytest
from fake_generations import ELEVEN, frame, with_losses
from scipy.stats import ttest_1samp, ttest_rel
from statsmodels.stats.multitest import multipletests

from mc import statistics as stats
from mc.errors import ParameterError
from mc.statistics.equivalence import p_values

SIDES = {"two-sided": "two-sided", "larger": "greater", "smaller": "less"}
TESTS = ["p_loss", "p_harmful", "p_negligible", "p_equivalent"]
SHOWN = ["mean", "low", "high", "n"]
PROMISED = [*stats.CONDITION, "rate", "metric", *SHOWN, *TESTS, "verdict"]


def spread(mean: float, by: float = 0.0005, n: int = 6) -> list[float]:
    """Losses with this very mean."""
    return list(mean + by * np.linspace(-1, 1, n))


def judged(losses: list[float], **settings: float) -> pd.Series:
    return stats.verdicts(with_losses({0.5: losses}), **settings).iloc[0]


def test_p_values_of_harm_are_those_of_scipy_with_holm():
    rows = frame(rates=ELEVEN, effect=0.01, noise=0.003)
    ends = rows[rows.generation == rows.generation.max()]
    table = ends.pivot(index="replicate", columns="rate", values="accuracy")
    human, others = table[0.0], [table[rate] for rate in ELEVEN[1:]]
    known = [ttest_rel(human, x + 0.005, alternative="greater").pvalue for x in others]
    got = stats.verdicts(rows)
    assert list(got.columns) == PROMISED
    assert got["p_harmful"].to_numpy() == pytest.approx(multipletests(known, method="holm")[1])


def test_without_a_lean_p_values_are_scipys():
    values = np.random.default_rng(0).normal(0.006, 0.003, (7, 5))
    for alternative, theirs in SIDES.items():
        known = ttest_1samp(values, 0.005, alternative=theirs).pvalue
        assert p_values(values, 0.005, alternative) == pytest.approx(known)


def test_a_lean_asks_for_more_to_call_a_loss_negligible_and_for_no_more_to_call_it_harmful():
    values = np.random.default_rng(0).normal(0.004, 0.002, (5, 50))
    plain, leaning = (p_values(values, 0.005, "smaller", skewness) for skewness in (0.0, 1.5))
    assert (leaning > plain).mean() > 0.9
    for alternative in ("larger", "two-sided"):
        plain, leaning = (p_values(values, 0.005, alternative, skewness) for skewness in (0, 1.5))
        assert (leaning[values.mean(axis=0) > 0.005] == plain[values.mean(axis=0) > 0.005]).all()


@pytest.mark.parametrize("metric", ["accuracy", "positive_share"])
def test_intervals_are_those_of_the_paired_loss(metric):
    rows = frame(rates=ELEVEN, noise=0.003)
    shared = [*stats.CONDITION, "rate", "metric", "mean", "low", "high", "n"]
    known = stats.paired_loss(rows, metric).query("rate > 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(stats.verdicts(rows, metric)[shared], known[shared])


@pytest.mark.parametrize(
    ("losses", "verdict"),
    [
        (spread(0.006), "harmful"),
        (spread(0.004), "negligible"),
        (spread(-0.02), "negligible"),  # a gain is no loss
        (spread(0.005), "undecided"),
        (spread(0.0, by=0.02), "undecided"),  # no effect found, yet none excluded
        (spread(0.012, by=0.02), "undecided"),
    ],
)
def test_verdict_of_one_rate_is_where_its_interval_lies(losses, verdict):
    got = judged(losses)
    assert got.verdict == verdict
    assert (got.low > 0.005) == (verdict == "harmful")
    assert (got.high < 0.005) == (verdict == "negligible")


def test_a_gain_is_negligible_as_a_loss_but_not_equivalent():
    got = judged(spread(-0.02))
    assert got.p_negligible < 0.001
    assert got.p_equivalent > 0.999


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_verdict_and_interval_agree_at_every_confidence(confidence):
    for mean in np.linspace(0.004, 0.006, 9):
        got = judged(spread(mean), confidence=confidence)
        wanted = {(True, False): "harmful", (False, True): "negligible"}
        place = (got.low > 0.005, got.high < 0.005)
        assert got.verdict == wanted.get(place, "undecided")


def test_more_rates_ask_for_more_evidence():
    shaky = spread(0.0062, by=0.001)
    alone = stats.verdicts(with_losses({0.5: shaky}))
    rates = {0.5: shaky} | {0.6 + step / 100: spread(0.005, by=0.01) for step in range(20)}
    among = stats.verdicts(with_losses(rates))
    assert alone.verdict[0] == "harmful"
    assert among.verdict[0] == "undecided"
    assert among.p_harmful[0] == pytest.approx(21 * alone.p_harmful[0])


def test_false_verdicts_are_as_rare_as_promised():
    rng, rates = np.random.default_rng(0), (0.1, 0.2, 0.3)
    studies = [  # at the margin every verdict is false
        with_losses({rate: list(rng.normal(0.005, 0.002, 5)) for rate in rates}, backend=f"{study}")
        for study in range(150)
    ]
    judged = stats.verdicts(pd.concat(studies))
    false = (judged.verdict != "undecided").groupby(judged.backend).any()
    assert false.mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (0.0, (1, 1, 0, 0, "negligible")),
        (0.004, (0, 1, 0, 0, "negligible")),
        (0.005, (0, 1, 1, 1, "undecided")),
        (0.006, (0, 0, 1, 1, "harmful")),
        (-0.006, (0, 1, 0, 1, "negligible")),
    ],
)
def test_losses_without_spread_are_decided_by_comparison(loss, expected):
    got = judged([loss] * 5)
    assert (*got[TESTS], got.verdict) == expected
    assert (got.low, got.high) == pytest.approx((loss, loss), abs=1e-12)


def test_one_pair_decides_nothing_and_does_not_count_for_holm():
    two = stats.verdicts(with_losses({0.1: [0.03], 0.2: spread(0.0075, by=0.002)}))
    lone = stats.verdicts(with_losses({0.2: spread(0.0075, by=0.002)}))
    assert two.n.tolist() == [1, 6]
    assert two.verdict.tolist() == ["undecided", "harmful"]
    assert two.loc[0, [*TESTS, "low", "high"]].isna().all()
    assert two.p_harmful[1] == lone.p_harmful[0]


def test_without_pairs_there_are_no_verdicts():
    for rows in (frame(rates=(0.0,)), frame(rates=(0.5, 1.0))):
        got = stats.verdicts(rows)
        assert got.empty
        assert list(got.columns) == PROMISED


def test_other_conditions_and_the_order_of_rows_change_nothing():
    rows = frame(rates=ELEVEN, noise=0.003)
    more = pd.concat([frame(backend="lightgbm", replicates=3, seed=1), rows]).sample(frac=1)
    got = stats.verdicts(more).query("backend == 'logistic'").reset_index(drop=True)
    pd.testing.assert_frame_equal(got, stats.verdicts(rows))


@pytest.mark.parametrize("margin", [0, -0.01, np.nan, np.inf])
def test_a_margin_that_is_none_is_refused(margin):
    with pytest.raises(ParameterError, match="margin="):
        stats.verdicts(frame(), margin=margin)
    with pytest.raises(ParameterError, match="margin="):
        stats.tolerable_rates(frame(), margin=margin)
    with pytest.raises(ParameterError, match="margin="):
        stats.response_surface(frame(), margin=margin)
