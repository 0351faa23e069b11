"""Laws of the views that MLflow's UI opens."""

import json

from mc.tracking import store, views


def charts(client, name):
    text = client.get_experiment("0").tags[views.TAG + name]
    assert len(text) <= views.MAX_LETTERS
    return [chart["metricKey"] for chart in json.loads(text)["compareRunCharts"]]


def test_a_stage_has_a_view_of_its_runs_and_one_of_its_lineages(stores):
    client = store.connect()
    views.save(client, "0", "collapse_rates", ["loss_points", "loss_points_low", "accuracy"])
    assert charts(client, "collapse_rates") == ["loss_points", "accuracy"]
    assert charts(client, "collapse_rates-lineages") == ["loss_points", "accuracy"]
    assert "viewStateShareKey=collapse_rates&" in views.address("0", "collapse_rates")


def test_charts_of_earlier_runs_stay_and_what_others_wrote_is_replaced(stores):
    client = store.connect()
    views.save(client, "0", "s", ["accuracy/a"])
    views.save(client, "0", "s", ["accuracy/b", "accuracy_low/b"])
    assert charts(client, "s") == ["accuracy/b", "accuracy/a"]
    views.save(client, "0", "s", [f"metric {number}" for number in range(100)])
    assert len(charts(client, "s")) == views.MAX_CHARTS
    client.set_experiment_tag("0", views.TAG + "s", "deflate;no-json")
    views.save(client, "0", "s", ["accuracy/c"])
    assert charts(client, "s") == ["accuracy/c"]


def test_our_charts_come_before_the_sections_that_the_ui_makes_of_metrics_with_a_slash(stores):
    client = store.connect()
    views.save(client, "0", "s", ["accuracy/from 1000", "accuracy_low/from 1000"])
    view = json.loads(client.get_experiment("0").tags[f"{views.TAG}s"])
    (ours,) = [section["name"] for section in view["compareRunSections"]]
    assert sorted(["accuracy", "accuracy_low", ours])[0] == ours


def test_the_experiment_is_one_of_model_training_unless_the_user_says_otherwise(stores):
    opened = store.open_store()
    tags = opened.client.get_experiment(opened.experiment).tags
    assert tags[store.EXPERIMENT_KIND] == "custom_model_development"
    opened.client.set_experiment_tag(opened.experiment, store.EXPERIMENT_KIND, "genai_development")
    tags = store.open_store().client.get_experiment(opened.experiment).tags
    assert tags[store.EXPERIMENT_KIND] == "genai_development"
