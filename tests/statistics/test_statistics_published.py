import numpy as np
import pandas as pd
import pytest
from fake_generations import frame, with_losses
from scipy.stats import t

from mc import statistics
from mc.report.seed_study.published import seed_curves

SIZES = (1_000, 5_500, 10_000)


def published(generations, shift=0.0, sem=0.01, repetitions=5):
    """A study that found our own means, shifted."""
    means = generations.groupby(["initial_size", "train_size", "rate"])["accuracy"].mean()
    table = means.reset_index().rename(columns={"train_size": "size", "accuracy": "accuracy_mean"})
    table["accuracy_mean"] += shift
    return table.assign(accuracy_sem=sem, repetitions=repetitions)


def test_a_study_with_our_means_lies_nowhere_apart():
    rows = frame()
    table = statistics.against_published(rows, published(rows))
    assert table["distance"].max() == pytest.approx(0, abs=1e-12)
    assert list(table["rate"]) == [0.0, 0.5, 1.0]
    assert statistics.shape(table).order == pytest.approx(1)


@pytest.mark.parametrize("shift", [0.05, -0.03])
def test_a_shift_is_found_with_its_sign(shift):
    rows = frame()
    table = statistics.against_published(rows, published(rows, shift))
    assert table["difference"].to_list() == pytest.approx([-shift] * 3)
    assert table["distance"].to_list() == pytest.approx([abs(shift)] * 3)


def test_published_interval_is_that_of_student():
    rows = frame()
    row = statistics.against_published(rows, published(rows)).iloc[0]
    assert row["published_high"] - row["published"] == pytest.approx(0.01 * t.ppf(0.975, 4))
    assert row["published_n"] == 5


def test_sizes_between_published_ones_are_interpolated_and_others_left_out():
    ours = with_losses({1.0: [0.0, 0.0]}, sizes=(1_000, 3_000, 10_000, 20_000), base=0.9)
    study = published(with_losses({1.0: [0.0, 0.0]}, sizes=(1_000, 10_000), base=0.9))
    study["accuracy_mean"] = np.where(study["size"] == 1_000, 0.8, 0.9)
    row = statistics.against_published(ours, study).iloc[0]
    assert row["sizes"] == 3
    assert row["train_size"] == 10_000
    between = 0.8 + 0.1 * np.log(3) / np.log(10)
    assert row["difference"] == pytest.approx(np.mean([0.1, 0.9 - between, 0.0]))


def test_only_the_same_start_and_rate_is_compared():
    rows = frame()
    assert statistics.against_published(frame((0.25,)), published(rows)).empty
    assert statistics.against_published(frame(sizes=(100, 80_000)), published(rows)).empty
    assert statistics.against_published(rows, published(rows).iloc[:0]).empty


def test_falls_begin_at_the_smallest_rate_that_ends_below_its_start():
    ours = with_losses({0.1: [-0.01, -0.01], 0.2: [0.01, 0.01], 0.3: [0.02, 0.02]}, sizes=SIZES)
    theirs = with_losses({0.1: [0.01, 0.01], 0.2: [0.01, 0.01], 0.3: [0.03, 0.03]}, sizes=SIZES)
    found = statistics.shape(statistics.against_published(ours, published(theirs)))
    assert (found.falls_from, found.published_falls_from) == (0.2, 0.1)
    assert (found.falling, found.published_falling, found.curves) == (2, 3, 4)


def test_order_is_that_of_spearman_and_needs_three_curves():
    losses = {0.1: [0.01, 0.01], 0.2: [0.02, 0.02]}
    ours = with_losses(losses, sizes=SIZES)
    reverse = published(ours).assign(accuracy_mean=lambda x: 1.7 - x["accuracy_mean"])
    table = statistics.against_published(ours, reverse)
    assert statistics.shape(table).order == pytest.approx(-1)
    assert np.isnan(statistics.shape(table.iloc[:2]).order)
    assert np.isnan(statistics.shape(table.assign(published=0.5)).order)
    assert np.isnan(statistics.shape(table.iloc[:0]).falls_from)


def test_sizes_that_have_a_start_each_are_one_curve():
    study = seed_curves("training_size", [0.0])
    curves = statistics.published_curves(study)
    assert set(curves["initial_size"]) == {76}
    assert len(curves) == 30
    assert curves["train_size"].is_monotonic_increasing
    starts = statistics.published_curves(seed_curves("total_collapse", [1.0]))
    assert starts["initial_size"].nunique() == 10


def test_order_of_rows_does_not_matter():
    rows = frame()
    shuffled = rows.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(
        statistics.against_published(rows, published(rows)),
        statistics.against_published(shuffled, published(rows).sample(frac=1, random_state=1)),
    )
