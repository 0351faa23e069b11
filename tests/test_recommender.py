"""Laws of the recommender's page, and of the stage end to end on a small file of ratings."""

import re
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory, finished

from mc import chapters
from mc.material import Material
from mc.recommending.completion import Completion
from mc.recommending.lineage import best_possible, breed
from mc.tracking import trials
from tests.recommending.test_recommending_lineage import SMALL

SECTIONS = ["coverage", "likeness", "knowledge", "exchange", "returns"]
TINY = {"users": "40", "items": "30", "list_length": "3", "rounds": "2", "generations": "2"}


@pytest.fixture(scope="module")
def lineages() -> pd.DataFrame:
    conditions = [
        replace(SMALL, regime=regime, epsilon=epsilon, generations=2)
        for regime in ("accumulate", "replace")
        for epsilon in (0.0, 0.2, 1.0)
    ]
    rows = [
        {
            "regime": condition.regime,
            "epsilon": condition.epsilon,
            "replicate": replicate,
            "generation": step,
            **each.metrics,
        }
        for condition in conditions
        for replicate in range(3)
        for step, each in enumerate(breed(None, condition, replicate))
    ]
    return pd.DataFrame(rows)


def build(rows: pd.DataFrame, **frames: pd.DataFrame) -> chapters.Chapter:
    best = pd.DataFrame([best_possible(None, SMALL, replicate) for replicate in range(3)])
    frames = {"generations": rows, "best": best, **frames}
    return chapters.build(Material("recommender", {"data": "a law"}, frames))


@pytest.fixture(scope="module")
def chapter(lineages) -> chapters.Chapter:
    completion = pd.DataFrame([asdict(Completion(0.05, 2.0, 0.9, 1.0))])
    return build(lineages, completion=completion)


def test_every_section_has_its_sentences_and_its_figure(chapter):
    assert [section.name for section in chapter.sections] == SECTIONS
    for section in chapter.sections:
        assert section.sentences
        assert section.hint
        footer = section.figure._supxlabel.get_text()
        assert "a law" in footer
        assert "3 repetitions" in footer


def test_the_first_sentence_says_what_the_loop_does_without_exploration(chapter, lineages):
    first = chapter.headlines[0]
    assert first.startswith("Without exploration, after 2 retrainings")
    said = re.search(
        r"([\d.]+)% under replace \(([\d.]+) points \[(.+), (.+)\] (fewer|more)", first
    )
    own = lineages.query("regime == 'replace' and epsilon == 0").set_index("replicate")
    ends = [own.loc[own["generation"] == step, "coverage"] for step in (0, 2)]
    change = 100 * (ends[1] - ends[0]).mean()
    assert float(said[1]) == pytest.approx(100 * ends[1].mean(), abs=0.05)
    assert float(said[2]) == pytest.approx(abs(change), abs=0.005)
    assert float(said[3]) < float(said[2]) < float(said[4])
    assert said[5] == ("more" if change > 0 else "fewer")
    assert len(chapter.headlines) == 3  # and one for each epsilon above 0


def test_the_table_holds_what_exploration_costs(chapter, lineages):
    (table,) = chapter.tables
    assert len(table.rows) == 6
    clicks = [row[-1] for row in table.rows]
    assert clicks[0] == clicks[3] == "0.00"
    totals = lineages.groupby(["regime", "epsilon", "replicate"])["clicks"].sum()
    cost = 100 * (totals["replace"][1.0] / totals["replace"][0.0] - 1).mean()
    assert float(clicks[-1].split()[0]) == pytest.approx(cost, abs=0.005)


def test_estimated_tastes_are_called_an_estimate(chapter):
    first = chapter.cautions[0]
    assert first.startswith("What is true here is an estimate: 5.0% of the cells have a rating")
    assert "0.900" in first


def test_a_page_of_one_epsilon_says_what_it_can(lineages):
    lone = build(lineages[lineages["epsilon"] == 0.2])
    assert [section.name for section in lone.sections] == SECTIONS[:3]
    assert lone.headlines[0].startswith("With epsilon 0.2, after")
    assert "estimate" not in " ".join(lone.cautions)


def test_a_page_of_one_repetition_has_no_interval(lineages):
    once = build(lineages[(lineages["replicate"] == 0) & (lineages["regime"] == "replace")])
    told = [*once.headlines, *(each for section in once.sections for each in section.sentences)]
    assert "nan" not in " ".join(told).lower()
    for section in once.sections:
        assert section.sentences
        assert "1 repetition." in section.figure._supxlabel.get_text()


def test_the_stage_logs_a_lineage_a_condition_and_replicate(tmp_path):
    laboratory = Laboratory.build(tmp_path)
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"user": np.repeat(np.arange(40), 30), "item": np.tile(np.arange(30), 40)})
    table["rating"] = rng.integers(1, 6, len(table))
    table.to_csv(tmp_path / "ratings.csv", index=False)
    given = {**TINY, "ratings": "ratings.csv", "epsilons": "0,0.5", "regimes": "replace"}
    out, _ = laboratory.run("recommender", **given)
    assert "report.html" in out
    (run,) = laboratory.stage_runs
    (dataset,) = run.inputs.dataset_inputs
    assert dataset.dataset.name == "ratings.csv"
    members = laboratory.runs(kind=trials.TRIAL_KIND)
    assert len(finished(members)) == len(members) == 4
    assert {member.data.params["epsilon"] for member in members} == {"0", "0.5"}
    clicks = laboratory.client.get_metric_history(members[0].info.run_id, "clicks")
    assert [point.step for point in clicks] == [0, 1, 2]
