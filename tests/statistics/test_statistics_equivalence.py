import numpy as np
import pandas as pd
import pytest
from fake_generations import ELEVEN, frame, with_losses
from hypothesis import given
from hypothesis import strategies as st

from mc import statistics as stats
from mc.errors import ParameterError

SHOWN = ["mean", "low", "high", "n"]
PROMISED = [*stats.CONDITION, "rate", "metric", *SHOWN, "verdict"]
MARGIN = 0.005


def spread(mean: float, by: float = 0.0005, n: int = 6) -> list[float]:
    """Losses with this very mean."""
    return list(mean + by * np.linspace(-1, 1, n))


def judged(losses: list[float], **settings: float) -> pd.Series:
    return stats.verdicts(with_losses({0.5: losses}), **settings).iloc[0]


def test_intervals_are_those_of_the_paired_loss():
    rows = frame(rates=ELEVEN, noise=0.003)
    got = stats.verdicts(rows)
    assert list(got.columns) == PROMISED
    known = stats.paired_loss(rows).query("rate > 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(got.drop(columns="verdict"), known)


def test_a_metric_without_a_better_side_is_refused():
    with pytest.raises(ParameterError, match="metric='positive_share' has no margin; choose from"):
        stats.verdicts(frame(), "positive_share")


@st.composite
def studies(draw: st.DrawFn) -> pd.DataFrame:
    """Losses of up to 8 rates, whatever their order and scatter, of 2 to 6 replicates."""
    replicates = draw(st.integers(2, 6))
    loss = st.floats(-0.03, 0.06, allow_nan=False)
    rates = draw(st.integers(1, 8))
    return with_losses(
        {
            (number + 1) / 10: draw(st.lists(loss, min_size=replicates, max_size=replicates))
            for number in range(rates)
        }
    )


@given(studies(), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_no_interval_excludes_what_its_verdict_leaves_open_nor_the_other_way_round(rows, sure):
    """In every table that shows a loss: verdicts, the summary, tolerable rates."""
    table = stats.verdicts(rows, confidence=sure).set_index("rate")
    shown = stats.summary(rows, sure).query("rate > 0").set_index("rate")
    assert (shown["loss_low"] == table["low"]).all()
    assert (shown["loss_high"] == table["high"]).all()
    assert ((table["verdict"] == "harmful") == (table["low"] > MARGIN + 1e-12)).all()
    assert ((table["verdict"] == "negligible") == (table["high"] < MARGIN - 1e-12)).all()
    tolerable = stats.tolerable_rates(rows, MARGIN, confidence=sure).iloc[-1]
    negligible = table.index[table["verdict"] == "negligible"]
    harmful = table.index[table["verdict"] == "harmful"]
    assert all(rate <= tolerable["low"] + 1e-9 for rate in negligible)
    assert all(rate > tolerable["high"] - 1e-9 for rate in harmful)


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


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_verdict_and_interval_agree_at_every_confidence(confidence):
    for mean in np.linspace(0.004, 0.006, 9):
        got = judged(spread(mean), confidence=confidence)
        wanted = {(True, False): "harmful", (False, True): "negligible"}
        place = (got.low > 0.005, got.high < 0.005)
        assert got.verdict == wanted.get(place, "undecided")


def test_a_verdict_stops_at_the_first_rate_that_fails():
    """From above for harm, from below for a loss that does not matter."""
    sure, shaky, small = spread(0.02), spread(0.02, by=0.03), spread(0.001)
    harm = stats.verdicts(with_losses({0.2: sure, 0.5: shaky, 0.8: sure})).verdict
    assert harm.tolist() == ["undecided", "undecided", "harmful"]
    none = stats.verdicts(with_losses({0.2: small, 0.5: spread(0.001, by=0.03), 0.8: small}))
    assert none.verdict.tolist() == ["negligible", "undecided", "undecided"]


def test_more_rates_do_not_ask_for_more_evidence_where_losses_rise():
    shaky = spread(0.0062, by=0.001)
    alone = stats.verdicts(with_losses({0.5: shaky}))
    rates = {0.5: shaky} | {0.6 + step / 100: spread(0.008 + step / 1000) for step in range(20)}
    among = stats.verdicts(with_losses(rates))
    pd.testing.assert_series_equal(among.iloc[0], alone.iloc[0])


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
    ("loss", "verdict"),
    [
        (0.0, "negligible"),
        (0.004, "negligible"),
        (0.005, "undecided"),
        (0.006, "harmful"),
        (-0.006, "negligible"),
    ],
)
def test_losses_without_spread_are_decided_by_comparison(loss, verdict):
    got = judged([loss] * 5)
    assert got.verdict == verdict
    assert (got.low, got.high) == pytest.approx((loss, loss), abs=1e-12)


def test_one_pair_decides_nothing_and_stops_no_sequence():
    sure = spread(0.0075, by=0.001)
    three = stats.verdicts(with_losses({0.1: sure, 0.2: [0.03], 0.3: sure}))
    assert three.n.tolist() == [6, 1, 6]
    assert three.verdict.tolist() == ["harmful", "undecided", "harmful"]
    assert three.loc[1, ["low", "high"]].isna().all()


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
