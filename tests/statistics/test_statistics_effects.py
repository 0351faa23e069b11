import numpy as np
import pandas as pd
import pytest
from fake_generations import ELEVEN, frame
from scipy.stats import ttest_rel

from mc import statistics as stats
from mc.errors import ParameterError
from mc.statistics.effects import SKEWNESS


def test_rate_zero_loses_exactly_nothing_to_itself():
    loss = stats.paired_loss(frame(rates=ELEVEN)).query("rate == 0")
    assert (loss[["mean", "low", "high"]].to_numpy() == 0).all()


def test_paired_loss_has_scipys_lower_bound_and_a_farther_upper_one():
    rows = frame(rates=ELEVEN, effect=0.5, noise=0.01)
    losses = stats.paired_loss(rows).set_index("rate")
    ends = rows[rows.generation == rows.generation.max()]
    table = ends.pivot(index="replicate", columns="rate", values="accuracy")
    for rate in ELEVEN[1:]:  # losses that rise so steeply need no look at other rates
        known = ttest_rel(table[0.0], table[rate]).confidence_interval(0.95)
        got = losses.loc[rate]
        assert got["low"] == pytest.approx(known.low)
        leaning = stats.mean_interval(table[0.0] - table[rate], skewness=SKEWNESS)
        assert got["high"] == pytest.approx(leaning.high)
        assert leaning.high > known.high
        assert got["mean"] == pytest.approx((table[0.0] - table[rate]).mean())
        assert got["n"] == 5


def test_noise_that_rates_share_cancels_in_the_paired_loss():
    calm = frame(rates=ELEVEN)
    shaken = calm.assign(accuracy=calm.accuracy + 0.2 * np.sin(7.0 * calm.replicate))
    pd.testing.assert_frame_equal(stats.paired_loss(calm), stats.paired_loss(shaken))
    band, wide = (f.eval("high - low").max() for f in map(stats.curve, (calm, shaken)))
    assert wide > 10 * band  # so the bands do not say what the paired loss says


def test_known_effect_is_found():
    last = stats.paired_loss(frame(effect=0.03, noise=0)).set_index("rate").loc[1.0]
    assert last["mean"] == pytest.approx(0.03 + 0.002)


@pytest.mark.parametrize(
    "table", [stats.summary, stats.curve, stats.paired_loss, stats.paired_differences]
)
def test_order_of_rows_does_not_matter(table):
    rows = pd.concat([frame(), frame(backend="lightgbm", seed=1)])
    shuffled = rows.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(table(rows), table(shuffled), check_exact=True)


@pytest.mark.parametrize("table", [stats.summary, stats.curve, stats.paired_loss])
def test_other_conditions_do_not_change_a_conditions_numbers(table):
    other = frame(regime="replace", seed=1, sizes=(1_000, 10_000), steps=3)
    together = table(pd.concat([frame(), other])).query("regime == 'accumulate'")
    pd.testing.assert_frame_equal(together.reset_index(drop=True), table(frame()))


def test_generations_of_equal_size_are_not_averaged():
    rows = frame().assign(train_size=50_000.0)  # as with a fixed budget
    assert (stats.curve(rows)["n"] == 5).all()
    assert not stats.growing(rows)
    assert stats.growing(frame())


def test_curve_agrees_with_mean_interval():
    rows = frame()
    for _, point in stats.curve(rows, "positive_share").iterrows():
        chosen = rows[(rows.rate == point.rate) & (rows.generation == point.generation)]
        known = stats.mean_interval(chosen.positive_share)
        assert (point["mean"], point.low, point.high) == pytest.approx(known[:3], rel=1e-5)


def test_without_rate_zero_there_is_no_paired_loss():
    rows = frame(rates=(0.5, 1.0))
    assert stats.paired_loss(rows).empty
    table = stats.summary(rows)
    assert table["loss"].isna().all()
    assert (table["pairs"] == 0).all()


def test_replicate_without_its_rate_zero_is_not_paired():
    rows = frame()
    lame = rows[~((rows.rate == 0) & (rows.replicate == 2))]
    loss = stats.paired_loss(lame).set_index("rate")
    assert loss.loc[1.0, "n"] == 4
    ends = stats.paired_differences(rows).query("rate == 1 and replicate != 2")
    assert loss.loc[1.0, "mean"] == pytest.approx(ends.loss.mean())


def test_lineage_that_stopped_early_does_not_count_at_the_end():
    rows = frame()
    stopped = rows[~((rows.rate == 1) & (rows.replicate == 0) & (rows.generation > 2))]
    assert stats.unfinished(rows) == 0
    assert stats.unfinished(stopped) == 1
    ends = stats.summary(stopped).set_index("rate")
    assert ends.loc[1.0, "repetitions"] == 4
    assert (ends.generation == 5).all()


def test_one_replicate_has_means_and_no_intervals():
    table = stats.summary(frame(replicates=1))
    assert table[["accuracy", "loss"]].notna().all(axis=None)
    assert table[["accuracy_low", "accuracy_high", "loss_low", "loss_high"]].isna().all(axis=None)


def test_collapse_to_one_class_is_counted():
    table = stats.summary(frame(rates=(0.0, 1.0), collapse=True)).set_index("rate")
    assert table["one_class"].to_dict() == {0.0: 0, 1.0: 5}
    assert np.isnan(table.loc[1.0, "roc_auc"])


def test_lost_auc_is_not_counted():
    rows = frame(rates=(0.0, 1.0), steps=3)
    rows.loc[(rows.rate == 1) & (rows.replicate < 2), "roc_auc"] = np.nan
    assert stats.paired_loss(rows, "roc_auc").set_index("rate").loc[1.0, "n"] == 3


def test_an_earlier_generation_can_be_compared():
    first = stats.paired_loss(frame(), at=0)
    assert first["mean"].to_numpy() == pytest.approx(0)
    with pytest.raises(ParameterError, match="at='last'"):
        stats.paired_loss(frame(), at="last")


def test_unknown_metric_is_refused():
    with pytest.raises(ParameterError, match="metric='acuracy'"):
        stats.curve(frame(), "acuracy")
