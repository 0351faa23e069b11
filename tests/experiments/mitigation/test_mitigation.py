"""Laws of the mitigation stage: its page, its rounds, and the models that it registers."""

import os
from unittest.mock import patch

import mlflow
import numpy as np
import pandas as pd
import pytest
from corpora import make_corpus
from laboratory import Laboratory
from test_mitigation_analysis import made

from experiments.mitigation import analysis, experiment
from experiments.mitigation.analysis import NONE
from mc.lineage.loop import Condition
from mc.lineage.replicate import Replicate
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.tracking import results

ASKED = {
    "strategies": "accumulate,active:share=0.2",
    "trials": "1",
    "final_size": "400",
    "register": "reviews",
}


def build_page(lineages: pd.DataFrame, **frames: pd.DataFrame) -> outline.Page:
    result = StageResult("mitigation", {"data": "a law"}, {"generations": lineages, **frames})
    return outline.build(result)


def searched() -> dict[str, pd.DataFrame]:
    """What a search leaves behind."""
    table = analysis.rescue_table(analysis.rescue_ends(made()))
    choices = table.iloc[1:].assign(trial=[-1, -1, -1, 0, 1])
    choices["on_front"] = choices["strategy"].isin(["half", "drop_synthetic"])
    return {"choices": choices, "confirmed": made(noise=0.002)}


def test_every_section_says_what_its_figure_is_made_of():
    page = build_page(made(), **searched())
    assert [section.name for section in page.sections] == ["gains", "curves", "front"]
    for section in page.sections:
        footer = section.figure._supxlabel.get_text()
        assert "a law" in footer
        assert "6 repetitions" in footer


def test_the_headline_says_what_helps_how_much_and_at_what_price():
    first, dropped, front = build_page(made(noise=0.0001), **searched()).headlines
    assert "loses 10.00 [9.98, 10.01] points" in first
    assert "Of 4 strategies, 2 help" in first
    assert "of those that cost no human label drop_synthetic gains most, 3.00 [" in first
    assert "30% [30, 30] of the loss" in first
    assert "of those that cost human labels half gains most, 5.00 [" in first
    assert first.endswith("for 40 human labels.")
    assert "gains 3.00 [" in dropped
    assert "more is gained by half (by 2.00 [" in dropped
    assert "half gains most of its choices: " in front


def test_a_search_that_finds_nothing_better_than_nothing_says_so():
    frames = searched()
    choices = frames["choices"]
    choices["on_front"] = choices["strategy"] == NONE
    page = build_page(made(), **frames)
    assert page.headlines[-1].endswith(
        "None gained anything over doing nothing, so none was chosen."
    )
    front = page.sections[-1]
    assert front.sentences == [f"Doing nothing beats each of {len(choices) - 1} choices."]
    assert "6 repetitions" in front.figure._supxlabel.get_text()


def test_a_loss_within_noise_is_given_in_points_only():
    page = build_page(made(noise=0.05, loss=0.0))
    assert page.headlines[0].startswith("No loss by relabelling was found (")
    assert {row[3] for row in page.tables[0].rows} == {"–"}
    assert "gains are not given as shares of it" in " ".join(page.sections[0].sentences)


def test_a_page_of_one_repetition_has_no_interval():
    once = build_page(made(replicates=1))
    sentences = [*once.headlines, *(said for part in once.sections for said in part.sentences)]
    assert "nan" not in " ".join(sentences).lower()
    assert "it cannot show what helps" in once.headlines[0]
    for section in once.sections:
        assert "1 repetition." in section.figure._supxlabel.get_text()


def test_where_nothing_helps_that_is_said():
    lineages = made()
    page = build_page(
        lineages[(lineages["rate"] == 0) | lineages["strategy"].isin([NONE, "nothing"])]
    )
    assert page.headlines[0].endswith("None of 1 strategy was shown to help.")
    assert len(page.headlines) == 1  # drop_synthetic was not asked for


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory) -> Laboratory:
    """One in which the stage was interrupted after the leaderboard, and gone on with."""
    built = Laboratory.build(tmp_path_factory.mktemp("reviews"), alone=True)
    with patch.object(experiment, "_search", side_effect=KeyboardInterrupt):
        built.run("mitigation", expect=130, **ASKED)
    built.run("mitigation", **ASKED)
    return built


def frames(laboratory: Laboratory) -> dict[str, pd.DataFrame]:
    run = next(each for each in laboratory.stage_runs if each.info.status == "FINISHED")
    with patch.dict(os.environ, MLFLOW_TRACKING_URI=laboratory.tracking_uri):
        return dict(results.read_stage_results(laboratory.client, [run])[0].frames)


def test_nothing_is_bred_twice_and_the_front_is_judged_on_new_replicates(laboratory):
    told, done = frames(laboratory), laboratory.runs(kind="lineage")
    cells = [run.data.tags["mc.cell"] for run in done if run.info.status == "FINISHED"]
    assert len(cells) == len(set(cells))
    assert set(told["generations"]["replicate"]) == {0, 1}
    assert set(told["confirmed"]["replicate"]) == {2, 3}
    chosen = set(told["choices"].loc[told["choices"]["on_front"], "strategy"])
    assert chosen <= set(told["confirmed"]["strategy"])
    assert {"active:share=0.2", "accumulate", NONE} == set(told["generations"]["strategy"])


def test_each_alias_loads_and_predicts_as_its_lineage_ends(laboratory):
    corpus, best = make_corpus(800), experiment.best_choice(frames(laboratory))
    rows = Replicate.draw(800, Condition(sizes=(300, 350, 400), test_size=200), 0).test
    texts, truth = [corpus.texts[row] for row in rows], corpus.labels[rows]
    ends = {
        run.data.tags["mc.cell"]: run.data.metrics["accuracy"]
        for run in laboratory.runs(kind="lineage")
        if run.info.status == "FINISHED"
    }
    lineages = {"human": f"rate=0 strategy={NONE}", "collapsed": f"rate=1 strategy={NONE}"}
    lineages["rescued"] = f"rate=1 strategy={best}"
    with patch.dict(os.environ, MLFLOW_TRACKING_URI=laboratory.tracking_uri):
        for alias, lineage in lineages.items():
            model = mlflow.pyfunc.load_model(f"models:/reviews@{alias}")
            accuracy = np.mean(np.asarray(model.predict(texts)) == truth)
            assert accuracy == pytest.approx(ends[f"{lineage} replicate=0"], abs=1e-12)
    version = laboratory.client.get_model_version_by_alias("reviews", "rescued")
    assert version.description == f"last generation, the same, with {best}"
