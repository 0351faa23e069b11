"""Laws of alarm statistics: who is judged, what is counted, and what intervals hold."""

import numpy as np
import pandas as pd
import pytest

from experiments.monitor import curves, slicing
from experiments.monitor.curves import TOGETHER
from experiments.monitor.signals import measured
from experiments.monitor.slicing import GAP
from mc.errors import DataError
from mc.statistics.rank_intervals import median_interval, share_interval

SIGNALS = measured(2, has_texts=True)
RATES, LAST, JUDGED = (0.0, 0.5, 1.0), 6, 8
COLUMNS = {"accuracy/slice_0": "books", "accuracy/slice_1": "tools"}


def lineages(calibrating=40, judged=JUDGED, seed=0):
    """Confidence rises with rate and generation; books lose twice what tools lose."""
    rng = np.random.default_rng(seed)
    rows = []
    for rate in RATES:
        for replicate in range(judged + calibrating * (rate == 0)):
            for step in range(LAST + 1):
                loss = 0.01 * rate * step
                noise = dict(zip(SIGNALS, rng.normal(size=len(SIGNALS)), strict=True))
                noise["confidence"] += 3 * rate * step
                own = {
                    "accuracy/slice_0": 0.8 - 4 / 3 * loss,
                    "accuracy/slice_1": 0.9 - 2 / 3 * loss,
                }
                place = {"rate": rate, "replicate": replicate, "generation": step}
                jitter = rng.normal(0, 1e-4)
                own = {name: at + 8 * jitter for name, at in own.items()}
                rows.append({**place, **noise, "accuracy": 0.85 - loss, **own})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def generations():
    return lineages()


@pytest.fixture(scope="module")
def watch(generations):
    return curves.watched(generations, JUDGED, 0.5)


@pytest.fixture(scope="module")
def alarms(generations, watch):
    return curves.alarm_table(generations, watch, 0.1)


def test_no_detector_judges_a_lineage_that_it_has_learnt_from(generations, watch):
    assert len(watch.lineages) == JUDGED * len(RATES)
    assert watch.lineages["replicate"].max() < JUDGED
    changed = generations.copy()
    judged = changed["replicate"] < JUDGED
    changed.loc[judged, list(SIGNALS)] += 100
    other = curves.watched(changed, JUDGED, 0.5).calibration
    assert (other.highest == watch.calibration.highest).all()


def test_only_what_has_changed_is_seen(alarms):
    share = alarms.assign(fired=alarms["alarm"].notna()).groupby(["detector", "rate"])["fired"]
    found = share.mean()
    assert found[TOGETHER, 1.0] == found["confidence", 1.0] == 1
    assert found["input_diversity", 1.0] < 0.5
    assert found[TOGETHER, 0.0] < 0.5


def test_what_is_lost_is_lost_at_the_alarm_and_at_the_end_where_there_is_none(alarms):
    fired = alarms["alarm"].fillna(LAST)
    assert alarms["lost"].to_numpy() == pytest.approx((0.01 * alarms["rate"] * fired).to_numpy())
    ends = (0.01 * alarms["rate"] * LAST).to_numpy()
    assert alarms["lost_at_end"].to_numpy() == pytest.approx(ends)


def test_detections_count_alarms_and_curves_end_where_they_do(alarms):
    table = curves.detections(alarms, LAST).set_index(["detector", "rate"])
    shares = curves.alarm_curves(alarms, LAST).set_index(["rate", "generation"])
    for rate in RATES:
        row = table.loc[(TOGETHER, rate)]
        assert row["share"] == shares.loc[(rate, LAST), "mean"] == row["alarms"] / JUDGED
        assert row["share_low"] <= row["share"] <= row["share_high"]
        assert shares.loc[rate, "mean"].is_monotonic_increasing
        assert shares.loc[(rate, 0), "mean"] == 0  # nothing can be wrong yet
    assert table.loc[(TOGETHER, 1.0), "delay"] <= table.loc[(TOGETHER, 0.5), "delay"]


def test_more_false_alarms_never_mean_fewer_alarms(watch):
    operating = curves.operating_curves(watch)
    for _, own in operating.groupby(["detector", "rate"]):
        assert own.sort_values("stated")["mean"].is_monotonic_increasing
        assert own["mean"].between(own["low"], own["high"]).all()


def test_standardised_signals_of_rate_0_are_about_usual(generations, watch):
    long = curves.standardised(generations, watch)
    calm = long[long["rate"] == 0].groupby("metric")["value"].mean()
    assert set(calm.index) == set(SIGNALS)
    assert (calm.abs() < 1).all()
    high = long[(long["rate"] == 1) & (long["generation"] == LAST)]
    assert high[high["metric"] == "confidence"]["value"].mean() > 8


def test_signals_that_do_not_vary_are_refused(generations):
    with pytest.raises(DataError, match="signals=prediction_entropy do not vary"):
        curves.watched(
            generations.assign(prediction_entropy=1.0), JUDGED, 0.5, ["prediction_entropy"]
        )


def test_a_promise_holds_over_calibrations_and_its_interval_for_this_one():
    told = curves.promise(59, 0.05)
    assert told["expected"] == pytest.approx(0.05)
    rng = np.random.default_rng(0)
    own = 1 - np.sort(rng.random((4000, 59)), axis=1)[:, 56]  # rate of each calibration
    assert own.mean() == pytest.approx(told["expected"], abs=0.002)
    assert np.mean((own >= told["low"]) & (own <= told["high"])) == pytest.approx(0.95, abs=0.02)


def test_intervals_of_shares_and_medians_cover():
    assert share_interval(0, 20, 0.95) == (0, 0, pytest.approx(0.1684, abs=1e-4))
    rng = np.random.default_rng(0)
    found = [median_interval(rng.exponential(size=11), 0.95) for _ in range(600)]
    covered = np.mean([low <= np.log(2) <= high for _, low, high in found])
    assert covered > 0.93
    assert median_interval([1, 2, np.inf], 0.95)[0] == 2
    assert median_interval([1, np.inf], 0.95)[0] == np.inf
    assert np.isnan(median_interval([1, 2, 3], 0.95)[1])


@pytest.fixture(scope="module")
def judged(generations):
    return slicing.with_gap(generations[generations["replicate"] < JUDGED], COLUMNS)


def test_slices_lose_what_they_lose_and_the_worst_is_told_from_the_average(judged):
    losses = slicing.slice_losses(judged, COLUMNS)
    ends = losses[(losses["generation"] == LAST) & (losses["rate"] == 1)].set_index("metric")
    assert ends.loc["accuracy/slice_0", "mean"] == pytest.approx(0.08, abs=1e-3)
    assert ends.loc["accuracy", "mean"] == pytest.approx(0.06)
    assert ends.loc[GAP, "mean"] == pytest.approx(0.04, abs=1e-3)
    assert (ends["low"] <= ends["mean"] + 1e-12).all()
    excess = slicing.excesses(judged, COLUMNS).set_index(["rate", "slice"])
    assert excess.loc[(1.0, "books"), "mean"] == pytest.approx(0.02, abs=1e-3)
    assert excess.loc[(1.0, "tools"), "mean"] == pytest.approx(-0.02, abs=1e-3)
    assert (excess["p"] < 0.05).all()


def test_a_gap_that_grows_with_the_average_leads_by_nothing_and_an_early_one_leads(judged):
    table = slicing.leads(judged).set_index("rate")
    assert table.loc[1.0, "is_grown"]
    assert table.loc[1.0, "lead"] == pytest.approx(0, abs=0.1)
    step = judged["generation"].to_numpy()
    early = judged.assign(
        **{GAP: judged["rate"] * np.minimum(step, 1) + 0.01 * np.arange(len(step)) % 0.003}
    )
    lead = slicing.leads(early).set_index("rate").loc[1.0]
    assert lead["lead_low"] > 1
    flat = judged.assign(**{GAP: np.random.default_rng(0).normal(size=len(judged))})
    assert not slicing.leads(flat)["is_grown"].all()
