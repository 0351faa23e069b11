import re

import pandas as pd
import pytest
from fake_generations import ELEVEN, frame, with_losses

from mc import statistics
from mc.report import wording
from mc.report.growth import summary_dose, summary_lineages, summary_losses, summary_published
from mc.report.seed_study import page as claims_page
from mc.report.seed_study import published
from mc.report.seed_study.claims import Claim
from mc.report.stage_result import StageResult
from mc.report.wording import extremes, merged, rates

MARGIN = 0.005
LOSSES = {0.01: [0.0, 0.001, 0.0, 0.001], 0.1: [0.004, 0.008, 0.002, 0.006], 0.5: [0.03] * 4}


def judged(rows, margin=MARGIN):
    return summary_losses.verdict_findings(rows, statistics.verdicts(rows, margin=margin), margin)


def test_headline_states_loss_interval_size_and_repetitions():
    (said,) = summary_lineages.headlines(frame(noise=0))
    assert said == (
        "At rate 1 accuracy falls by 3.20 points [3.20, 3.20] against rate 0 by 80,000 reviews, "
        "over 5 repetitions."
    )


def test_gain_is_worded_as_a_rise_with_its_bounds_in_order():
    (said,) = summary_lineages.headlines(frame(effect=-0.03, noise=0.001, seed=2))
    low, high = (float(x) for x in said.split("[")[1].split("]")[0].split(","))
    assert "rises by" in said
    assert 0 < low < high


def test_interval_around_zero_is_not_called_a_fall_nor_no_difference():
    rows = frame((0.0, 0.01), effect=0, noise=0.01)
    (said,) = summary_lineages.headlines(rows)
    assert "not distinguishable from rate 0 with 5 repetitions" in said
    assert "falls" not in said
    (loss,) = summary_losses.loss_findings(rows)
    assert "not the same as no loss: it may be up to" in loss


def test_one_repetition_has_no_interval():
    rows = frame(replicates=1)
    said = " ".join(
        summary_lineages.headlines(rows) + summary_losses.loss_findings(rows) + judged(rows)
    )
    assert "1 repetition: no interval" in said
    assert "[" not in said
    assert "Harmful" not in said
    assert "Negligible" not in said


def test_missing_rate_zero_is_said():
    rows = frame((0.5, 1.0))
    assert "without rate 0 there is no paired loss" in summary_lineages.headlines(rows)[0]
    assert "no paired loss" in summary_losses.loss_findings(rows)[0]
    assert "no loss to show" in summary_losses.loss_findings(frame((0.0,)))[0]


def test_condition_without_rate_zero_is_named():
    rows = pd.concat([frame(), frame((1.0,), backend="lightgbm")])
    assert any(
        said.startswith("lightgbm: No finished pair") for said in summary_losses.loss_findings(rows)
    )


def test_collapse_is_said():
    rows = frame(collapse=True)
    assert "5 of 5 repetitions end" in summary_lineages.headlines(rows)[0]
    assert "undefined (one class)" in summary_lineages.metric_findings(rows)[0]


def test_largest_loss_comes_first_and_conditions_are_named():
    rows = pd.concat([frame(effect=0.01), frame(effect=0.05, backend="lightgbm")])
    first, second = summary_lineages.headlines(rows)
    assert first.startswith("lightgbm: ")
    assert second.startswith("logistic: ")


def test_of_many_conditions_those_that_lose_most_and_least_are_told():
    sizes = (100, 200, 400, 800, 1_600, 3_200)
    rows = pd.concat([frame((0.0, 1.0), sizes=(n, 80_000), effect=10 / n) for n in sizes])
    most, least = summary_lineages.headlines(rows)
    assert most.startswith("from 100 reviews")
    assert least.startswith("from 3,200 reviews")
    assert len(extremes(statistics.summary(rows))) == 4
    few = statistics.summary(frame())
    pd.testing.assert_frame_equal(extremes(few), few)


def test_rates_in_a_row_are_said_as_a_range():
    (said,) = summary_losses.loss_findings(frame(ELEVEN))
    assert said.endswith("rates 0.1 to 1.")
    assert rates([0.1, 0.2, 0.3, 0.4, 1.0], ELEVEN) == "rates 0.1 to 0.4, 1"
    assert rates([0.3], ELEVEN) == "rate 0.3"


def test_training_sets_of_one_generation_are_compared_by_size():
    rows = pd.concat([frame((0.0,), steps=1, sizes=(n, n)) for n in (100, 9_000)])
    (said,) = summary_lineages.headlines(rows)
    assert "with 100 reviews" in said
    assert "with 9,000" in said


def test_sizes_that_do_not_grow_are_told_by_generation():
    assert "by generation 5" in summary_lineages.headlines(frame().assign(train_size=1_000.0))[0]


@pytest.mark.parametrize(("share", "text"), [(0.031, "3.10"), (-1e-9, "0.00"), (-0.002, "-0.20")])
def test_points_have_two_digits_and_no_negative_zero(share, text):
    assert wording.points(share) == text


def test_each_rate_is_told_under_its_verdict_and_no_other():
    rows = with_losses(LOSSES)
    said = {sentence.split()[0].strip(",").lower(): sentence for sentence in judged(rows)}
    table = statistics.verdicts(rows, margin=MARGIN)
    assert set(said) == set(table["verdict"]) == {"harmful", "negligible", "undecided"}
    for verdict, sentence in said.items():
        told = re.search(r"rates? ([\d., ]*\d)", sentence).group(1)
        assert {float(rate) for rate in told.split(", ")} == set(
            table.loc[table["verdict"] == verdict, "rate"]
        )


def test_undecided_says_how_large_the_loss_may_be():
    rows = with_losses({0.1: LOSSES[0.1]})
    (said,) = judged(rows)
    most = 100 * statistics.verdicts(rows, margin=MARGIN)["high"].iloc[0]
    assert f"may be up to {most:.2f} points" in said


def test_what_conditions_share_is_said_once():
    told = [("a", "x"), ("b", "x"), ("c", "x"), ("a", "y")]
    assert merged(told) == ["all 3 conditions: x", "a: y"]
    assert merged(told[:2]) == ["a; b: x"]
    assert merged([("", "x")]) == ["x"]


def test_dose_is_the_loss_for_one_per_cent():
    rows = with_losses({0.1: [0.01, 0.02], 0.2: [0.02, 0.04]})
    doses, trends = statistics.dose_response(rows), statistics.dose_trend(rows)
    (said,) = summary_dose.dose_findings(rows, doses, trends)
    assert "costs 0.150 [" in said
    assert "at 10,000 reviews, over 2 repetitions" in said


def test_tolerable_rate_beyond_those_tested_is_not_claimed():
    rows = with_losses({0.1: [0.001, 0.0012], 0.2: [0.002, 0.0018]})
    (said,) = summary_dose.tolerance_findings(rows, statistics.tolerable_rates(rows), MARGIN)
    assert "up to 0.2, the highest rate tested" in said
    harmed = with_losses({0.1: [0.0049, 0.005, 0.0051], 0.2: [0.0098, 0.01, 0.0102]})
    (said,) = summary_dose.tolerance_findings(harmed, statistics.tolerable_rates(harmed), MARGIN)
    assert re.search(r"up to a rate of 0\.1 \(95% interval 0\.09\d+ to 0\.10\d+, 3 rep", said)


def test_surface_says_where_its_frontier_lies():
    surface = statistics.response_surface(frame(ELEVEN))
    (said,) = summary_dose.surface_findings(surface)
    first, last = surface.frontier["rate"].iloc[[0, -1]]
    assert f"rate {first:.3g} at 56,000 reviews and rate {last:.3g} at 80,000 reviews;" in said
    (safe,) = summary_dose.surface_findings(statistics.response_surface(frame(ELEVEN), margin=0.5))
    assert "at all rates run, up to 1, and all sizes, and so does its upper 95% bound" in safe


def test_published_figures_are_held_against_ours():
    rows = frame()
    study = published.seed_curves("collapse_rates", [0.0, 0.5, 1.0])
    beside = statistics.against_published(rows, study)
    (said,) = summary_published.published_findings(beside)
    for number in (beside["distance"].mean(), beside["difference"].abs().mean()):
        assert f"{100 * number:.2f} " in said
    assert "ours 5 repetitions, published 5 repetitions" in said
    assert f"{statistics.shape(beside).order:.2f} with the published" in said
    assert summary_published.published_findings(beside.iloc[:0]) == []


def test_only_a_forest_may_replicate():
    assert "nothing is replicated" in summary_published.departures("logistic", "C=1")
    said = summary_published.departures("random_forest", "n_estimators=100, max_depth=20")
    assert "n_estimators=100 where the original has 1000" in said
    assert "max_depth" not in said
    assert "original's parameters" in summary_published.departures(
        "random_forest", "n_estimators=1000"
    )


def claim(name, verdict):
    nan = float("nan")
    return Claim(name, "?", "s", "f", verdict, nan, nan, nan, "points", 0, "d", "Because.")


def test_claims_are_counted_by_name_and_disagreement_is_mixed():
    claims = [claim("a", "supported"), claim("a", "contradicted"), claim("b", "undecided")]
    said = claims_page.claim_headline([*claims, claim("b", "not tested"), claim("c", "not tested")])
    assert said == (
        "Of 3 claims of the original study, on these data: undecided: “b”; not tested: “c”; "
        "mixed: “a”."
    )
    assert claims_page.claim_findings(claims)[0] == "a: supported. Because."


def test_margin_of_a_page_is_that_of_the_statistics():
    assert StageResult("s", {}, {}).margin == statistics.DEFAULT_MARGIN
