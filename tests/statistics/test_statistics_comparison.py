import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses
from scipy.stats import ttest_1samp

from mc import statistics
from mc.errors import ParameterError
from mc.statistics.comparison import ratio_interval

LOST = [0.10, 0.12, 0.11, 0.09]


def labellings(argmax, prior, **names):
    """Lineages of rate 1 with the losses given, under both labellings."""
    both = {"argmax": argmax, "prior": prior}
    return pd.concat(
        [with_losses({1.0: losses}, labelling=name, **names) for name, losses in both.items()]
    )


def test_contrast_is_the_mean_paired_difference_and_shared_noise_cancels():
    rows = pd.concat([frame(effect=0.02, noise=0), frame(effect=0.05, noise=0, backend="lightgbm")])
    table = statistics.contrasts(rows).set_index("rate")
    assert (table["first"] == "lightgbm").all()
    assert (table["varied"] == "backend").all()
    assert table["mean"].to_list() == pytest.approx([0, -0.015, -0.03])
    assert table["loss"].iloc[1:].to_list() == pytest.approx([0.015, 0.03])
    assert np.isnan(table.loc[0.0, "loss"])
    assert (table["high"] - table["low"]).max() < 1e-12


def test_contrasts_differ_in_one_thing_and_never_in_labelling_at_rate_zero():
    families = [(b, label) for b in ("logistic", "lightgbm") for label in ("argmax", "prior")]
    rows = pd.concat([frame(backend=b, labelling=label, seed=len(b)) for b, label in families])
    table = statistics.contrasts(rows, "roc_auc")
    pairs = table[["varied", "held"]].drop_duplicates()
    assert sorted(pairs["varied"]) == ["backend", "backend", "labelling", "labelling"]
    assert set(table.query("varied == 'labelling'")["rate"]) == {0.5, 1.0}
    assert (table["metric"] == "roc_auc").all()


def test_contrasts_of_one_family_have_no_rows():
    assert statistics.contrasts(frame()).empty


def test_what_a_labelling_gives_back_is_the_difference_of_the_paired_losses():
    left = [0.04, 0.05, 0.05, 0.03]
    (row,) = statistics.given_back(labellings(LOST, left)).to_dict("records")
    back = np.subtract(LOST, left)
    assert row["loss"] == pytest.approx(np.mean(LOST))
    assert row["left"] == pytest.approx(np.mean(left))
    assert row["back"] == pytest.approx(back.mean())
    assert row["share"] == pytest.approx(back.mean() / np.mean(LOST))
    low, high = ttest_1samp(back, 0).confidence_interval()
    assert (row["back_low"], row["back_high"]) == pytest.approx((low, high))
    assert row["n"] == 4


def test_labelling_order_of_rows_does_not_matter():
    rows = labellings(LOST, LOST[::-1])
    shuffled = rows.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(statistics.given_back(rows), statistics.given_back(shuffled))


def test_ends_of_the_ratio_are_where_a_t_test_just_rejects():
    rng = np.random.default_rng(0)
    below = rng.normal(1, 0.2, 8)
    above = 0.4 * below + rng.normal(0, 0.1, 8)
    found = ratio_interval(above, below)
    for end in (found.low, found.high):
        assert ttest_1samp(above - end * below, 0).pvalue == pytest.approx(0.05)
    assert found.low < found.ratio < found.high


def test_ratio_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        below = rng.normal(1, 0.3, 6)
        found = ratio_interval(0.3 * below + rng.normal(0, 0.2, 6), below)
        hits += found.low <= 0.3 <= found.high or np.isnan(found.ratio)
    assert 0.92 <= hits / 400 <= 0.98


@pytest.mark.parametrize("below", [[0.1, -0.1, 0.05], [-1.0, -1.1, -1.2], [1.0]])
def test_there_is_no_ratio_to_what_is_not_above_zero(below):
    assert np.isnan(ratio_interval(np.ones(len(below)), np.array(below))).all()


@pytest.mark.parametrize(
    ("argmax", "prior", "reading"),
    [
        (LOST, [0.01, 0.02, 0.01, 0.01], "drift"),
        (LOST, [0.09, 0.11, 0.10, 0.09], "information"),
        (LOST, [0.00, 0.12, 0.02, 0.08], "undecided"),
        ([0.01, -0.01, 0.02, -0.02], [0.0, 0.0, 0.0, 0.0], "no loss"),
    ],
)
def test_reading_follows_the_share_given_back(argmax, prior, reading):
    (row,) = statistics.drift_or_information(labellings(argmax, prior)).to_dict("records")
    assert row["reading"] == reading


def test_drift_is_seen_where_replicates_drift_either_way():
    rows = labellings([0.1, 0.1, 0.1, 0.1], [0.05] * 4)
    end = (rows["labelling"] == "argmax") & (rows["rate"] == 1) & (rows["generation"] == 2)
    rows.loc[end, "positive_share"] = [0.8, 0.2, 0.8, 0.2]
    row = statistics.drift_or_information(rows).iloc[0]
    assert row["positive_share"] == pytest.approx(0)
    assert row["drift"] == pytest.approx(0.3)
    assert row["fall"] == pytest.approx(0.1)


def test_largest_loss_comes_first_and_a_lone_labelling_has_no_answer():
    rows = pd.concat([labellings(LOST, LOST), labellings([0.3] * 4, [0.1] * 4, backend="other")])
    assert list(statistics.drift_or_information(rows)["backend"]) == ["other", "logistic"]
    assert statistics.drift_or_information(frame()).empty
    assert statistics.drift_or_information(frame(labelling="prior")).empty


def test_costs_are_the_seconds_of_a_whole_lineage():
    (row,) = statistics.costs(frame(steps=6)).to_dict("records")
    assert row["mean"] == pytest.approx(6 * 0.51)
    assert (row["n"], row["generations"]) == (5, 6)
    assert statistics.costs(frame().drop(columns="fit_seconds")).empty


def test_unknown_metric_is_one_line():
    for wrong in (statistics.contrasts, statistics.given_back):
        with pytest.raises(ParameterError, match="metric='mood'"):
            wrong(frame(), "mood")
