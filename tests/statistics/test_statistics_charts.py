"""Laws of the metrics of a stage's run: they are the table's numbers, under names MLflow takes."""

import pandas as pd
import pytest
from fake_generations import frame, with_losses
from mlflow.utils.validation import _validate_metric_name

from mc import statistics
from mc.statistics.charts import classifier_points, loop_points, table_points


def test_a_stage_shows_its_table_with_the_rate_in_per_cent_as_step():
    rows = frame(rates=(0.0, 0.05, 1.0))
    points = {(each.metric, each.step): each.value for each in classifier_points(rows)}
    table = statistics.summary(rows).set_index("rate")
    for rate in (0.0, 0.05, 1.0):
        step = round(100 * rate)
        assert points["accuracy", step] == table.loc[rate, "accuracy"]
        assert points["positive_share", step] == table.loc[rate, "positive_share"]
        assert points["loss_points", step] == pytest.approx(100 * table.loc[rate, "loss"])
    assert points["loss_points_low", 100] <= points["loss_points", 100]
    assert points["loss_points", 100] <= points["loss_points_high", 100]


def test_series_are_told_apart_by_what_differs_alone():
    both = pd.concat(frame(backend=name) for name in ("lightgbm", "logistic"))
    losses = {each.metric for each in classifier_points(both) if "loss_points" in each.metric}
    assert "loss_points/lightgbm" in losses
    assert "loss_points_low/logistic" in losses
    small = with_losses({0.0: [0, 0, 0], 1.0: [0.04, 0.05, 0.06]})
    grown = pd.concat(
        [small, with_losses({0.0: [0, 0, 0], 1.0: [0, 0, 0]}, sizes=(50_000, 80_000))]
    )
    losses = {each.metric for each in classifier_points(grown) if "loss_points" in each.metric}
    assert {"loss_points/from 1000", "loss_points/from 50000"} <= losses


def test_many_initial_sizes_at_one_rate_are_the_steps():
    sizes = (100, 200, 400)
    rows = pd.concat(frame(rates=(0.0, 1.0), sizes=(size, 2 * size)) for size in sizes)
    losses = [each for each in classifier_points(rows) if each.metric == "loss_points/rate 1"]
    assert [each.step for each in losses] == list(sizes)


def test_metrics_without_a_value_have_no_point_and_all_names_are_allowed():
    rows = frame(collapse=True)
    assert all(each.value == each.value for each in classifier_points(rows))
    table = pd.DataFrame({"law": ["a/b, §'%", "c"], "z": [1.0, None], "size": [3, 4]})
    points = list(table_points(table, ["z"], step="size", by=["law"]))
    assert [each[1:] for each in points] == [(3, 1.0)]
    for each in (*points, *classifier_points(rows)):
        _validate_metric_name(each.metric)


def test_loops_show_means_of_their_last_generation():
    lineages = pd.DataFrame(
        {
            "rate": [0.3] * 4,
            "replicate": [0, 0, 1, 1],
            "generation": [0, 1, 0, 1],
            "entropy": [9.0, 1.0, 9.0, 2.0],
            "fit_seconds": 1.0,
        }
    )
    assert list(loop_points(lineages, ("rate",))) == [("entropy", 30, 1.5)]
