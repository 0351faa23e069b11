"""Laws of reading back: the newest finished run of each stage, and what it left behind."""

import numpy as np
import pandas as pd
import pytest

from mc.errors import TrackingError
from mc.tracking import checkpoints, former_names, results, store
from mc.tracking.runs import open_job_run, open_stage_run
from mc.types import GenerationRecord


@pytest.fixture
def client(stores):
    return store.connect()


def stage_run(client, stage, *, finish=True, facts=None, frames=None):
    tags = {store.KIND: store.STAGE, store.STAGE_NAME: stage}
    with open_stage_run(client, "0", stage, params={"data": "x"}, tags=tags) as run:
        results.log_facts(client, run.id, facts or {})
        results.log_frames(client, run.id, frames or {})
        if finish:
            run.finish()
    return run.id


def newest(client, stage):
    return [run.info.run_id for run in results.newest_stage_runs(client, "0", stage)]


def test_newest_finished_run_of_each_stage_is_found(client):
    stage_run(client, "evolution")
    search = stage_run(client, "model_search")
    latest = stage_run(client, "evolution")
    stage_run(client, "evolution", finish=False)
    assert newest(client, "all") == [search, latest]
    assert newest(client, "evolution") == [latest]


@pytest.mark.parametrize("stage", ["all", "low_rates"])
def test_nothing_finished_is_one_line_with_a_remedy(client, stage):
    stage_run(client, "low_rates", finish=False)
    with pytest.raises(TrackingError, match=r"no finished .* start one with: uv run .*mlflow run"):
        newest(client, stage)


def test_frames_and_facts_come_back_as_they_were_and_runs_of_one_stage_are_one_result(client):
    trials = pd.DataFrame({"trial": [0, 1], "accuracy": [0.5, 0.75]})
    for data in ("a", "b"):
        stage_run(client, "model_search", facts={"data": data}, frames={"trials": trials})
    stage_run(client, "evolution", facts={"data": "a"}, frames={"individuals": trials})
    runs = results.find_runs(client, "0", kind=store.STAGE)
    stage_results = {
        each.stage: each for each in results.read_stage_results(client, list(runs)[::-1])
    }
    assert set(stage_results) == {"model_search", "evolution"}
    assert stage_results["model_search"].facts == {"data": "a; b"}
    both = pd.concat([trials, trials], ignore_index=True)
    pd.testing.assert_frame_equal(stage_results["model_search"].frames["trials"], both)
    pd.testing.assert_frame_equal(stage_results["evolution"].frames["individuals"], trials)


FORMER = {  # stage to names of metrics in stores of earlier versions, and what they are now
    "monitor": {
        "entropy": "prediction_entropy",
        "slice 0": "accuracy/slice_0",
        "entropy slice 1": "prediction_entropy/slice_1",
        "positive_share slice 0": "positive_share/slice_0",
    },
    "text_collapse": {"entropy": "word_entropy"},
    "distributions": {
        "entropy": "share_entropy",
        "entropy_se": "share_entropy_se",
        "share German shepherd": "share/german_shepherd",
        "largest_share": "largest_share",
    },
    "collapse_rates": {"prediction_entropy": "prediction_entropy", "accuracy": "accuracy"},
}


@pytest.mark.parametrize("stage", FORMER)
def test_metrics_of_earlier_versions_are_read_by_the_names_that_they_have_now(client, stage):
    names = FORMER[stage]
    values = dict(zip(names, range(len(names)), strict=True))
    wanted = dict(zip(names.values(), range(len(names)), strict=True))
    stage_run(client, stage, frames={"generations": pd.DataFrame([values])})
    tags = {store.STAGE_NAME: stage, store.KIND: store.LINEAGE}
    place = {"params": {}, "tags": tags, "writer": None}
    with open_job_run(client, "0", "", "lineage", **place) as old:
        old.add(GenerationRecord(values, arrays={"kept": np.ones(1)}), False)
        old.log_whole({})
        checkpoints.save(old, np.zeros(1))
        old.finish()
    (read,) = results.read_stage_results(
        client, list(results.find_runs(client, "0", kind=store.STAGE))
    )
    assert read.frames["generations"].iloc[0].to_dict() == wanted
    result = results.Result.of(client.get_run(old.id))
    assert result.table().drop(columns="generation").iloc[0].to_dict() == wanted
    assert {name: result.metrics[name] for name in wanted} == wanted
    (record,) = checkpoints._read(client.get_run(old.id), checkpoints.FILES[1], []).records
    assert record.metrics == wanted
    assert [former_names.current(stage, name) for name in wanted] == list(wanted)
