import pandas as pd
import pytest

from mc import findings, reference
from tests.fake_generations import ELEVEN, frame

NOTHING = reference.seed_curves("none", [])


def test_headline_states_loss_interval_size_and_repetitions():
    (said,) = findings.headlines(frame(noise=0))
    assert said == (
        "At rate 1 accuracy falls by 3.20 points [3.20, 3.20] against rate 0 by 80,000 reviews, "
        "over 5 repetitions."
    )


def test_gain_is_worded_as_a_rise_with_its_bounds_in_order():
    (said,) = findings.headlines(frame(effect=-0.03, noise=0.001, seed=2))
    low, high = (float(x) for x in said.split("[")[1].split("]")[0].split(","))
    assert "rises by" in said
    assert 0 < low < high


def test_interval_around_zero_is_not_called_a_fall_nor_no_difference():
    rows = frame((0.0, 0.01), effect=0, noise=0.01)
    (said,) = findings.headlines(rows)
    assert "not distinguishable from rate 0 with 5 repetitions" in said
    assert "falls" not in said
    (told,) = findings.loss_findings(rows)
    assert "not the same as no loss: it may be up to" in told


def test_one_repetition_has_no_interval():
    rows = frame(replicates=1)
    said = " ".join(findings.headlines(rows) + findings.loss_findings(rows))
    assert "1 repetition: no interval" in said
    assert "[" not in said


def test_missing_rate_zero_is_said():
    rows = frame((0.5, 1.0))
    assert "without rate 0 there is no paired loss" in findings.headlines(rows)[0]
    assert "no paired loss" in findings.loss_findings(rows)[0]
    assert "no loss to show" in findings.loss_findings(frame((0.0,)))[0]


def test_condition_without_rate_zero_is_named():
    rows = pd.concat([frame(), frame((1.0,), backend="lightgbm")])
    assert any(
        said.startswith("lightgbm: No finished pair") for said in findings.loss_findings(rows)
    )


def test_collapse_is_said():
    rows = frame(collapse=True)
    assert "5 of 5 repetitions end" in findings.headlines(rows)[0]
    assert "undefined (one class)" in findings.metric_findings(rows)[0]
    assert "5 of 5 repetitions end" in findings.metric_findings(rows)[1]


def test_largest_loss_comes_first_and_conditions_are_named():
    rows = pd.concat([frame(effect=0.01), frame(effect=0.05, backend="lightgbm")])
    first, second = findings.headlines(rows)
    assert first.startswith("lightgbm: ")
    assert second.startswith("logistic: ")


def test_rates_in_a_row_are_said_as_a_range():
    (said,) = findings.loss_findings(frame(ELEVEN))
    assert said.endswith("rates 0.1 to 1.")


def test_published_figures_name_their_source():
    study = reference.seed_curves("collapse_rates", [0.0, 1.0])
    said = findings.curve_findings(frame(), study)[-1]
    assert reference.SOURCE in said
    assert "84.2% at 50,000 reviews and 54.7% at 80,000" in said
    assert len(findings.curve_findings(frame(), NOTHING)) == 1


def test_training_sets_of_one_generation_are_compared_by_size():
    rows = pd.concat([frame((0.0,), steps=1, sizes=(n, n)) for n in (100, 9_000)])
    (said,) = findings.headlines(rows)
    assert "with 100 reviews" in said
    assert "with 9,000" in said


def test_sizes_that_do_not_grow_are_told_by_generation():
    assert "by generation 5" in findings.headlines(frame().assign(train_size=1_000.0))[0]


@pytest.mark.parametrize(("share", "text"), [(0.031, "3.10"), (-1e-9, "0.00"), (-0.002, "-0.20")])
def test_points_have_two_digits_and_no_negative_zero(share, text):
    assert findings.points(share) == text
