"""Laws of the recommender's page, and of what the stage asks for."""

import json
import pickle
import re
from dataclasses import asdict, replace
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pytest
from test_recommender_lineage import SMALL

from experiments.recommender import experiment
from experiments.recommender.completion import Completion
from experiments.recommender.lineage import best_possible, breed
from mc.engine import preparation
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.tracking.runs import OpenRun

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


def build(rows: pd.DataFrame, **frames: pd.DataFrame) -> outline.Page:
    best = pd.DataFrame([best_possible(None, SMALL, replicate) for replicate in range(3)])
    frames = {"generations": rows, "best": best, **frames}
    return outline.build(StageResult("recommender", {"data": "a law"}, frames))


@pytest.fixture(scope="module")
def page(lineages) -> outline.Page:
    completion = pd.DataFrame([asdict(Completion(0.05, 2.0, 0.9, 1.0))])
    return build(lineages, completion=completion)


def test_every_section_has_its_sentences_and_its_figure(page):
    assert [section.name for section in page.sections] == SECTIONS
    for section in page.sections:
        assert section.sentences
        assert section.hint
        footer = section.figure._supxlabel.get_text()
        assert "a law" in footer
        assert "3 repetitions" in footer


def test_the_first_sentence_says_what_the_loop_does_without_exploration(page, lineages):
    first = page.headlines[0]
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
    assert len(page.headlines) == 3  # and one for each epsilon above 0


def test_the_table_holds_what_exploration_costs(page, lineages):
    (table,) = page.tables
    assert len(table.rows) == 6
    clicks = [row[-1] for row in table.rows]
    assert clicks[0] == clicks[3] == "0.00"
    totals = lineages.groupby(["regime", "epsilon", "replicate"])["clicks"].sum()
    cost = 100 * (totals["replace"][1.0] / totals["replace"][0.0] - 1).mean()
    assert float(clicks[-1].split()[0]) == pytest.approx(cost, abs=0.005)


def test_estimated_tastes_are_called_an_estimate(page):
    first = page.cautions[0]
    assert first.startswith("True tastes are an estimate here: 5.0% of the cells have a rating")
    assert "0.900" in first


def test_a_page_of_one_epsilon_says_what_it_can(lineages):
    lone = build(lineages[lineages["epsilon"] == 0.2])
    assert [section.name for section in lone.sections] == SECTIONS[:3]
    assert lone.headlines[0].startswith("With epsilon 0.2, after")
    assert "estimate" not in " ".join(lone.cautions)


def test_a_page_of_one_repetition_has_no_interval(lineages):
    once = build(lineages[(lineages["replicate"] == 0) & (lineages["regime"] == "replace")])
    sentences = [*once.headlines, *(said for part in once.sections for said in part.sentences)]
    assert "nan" not in " ".join(sentences).lower()
    for section in once.sections:
        assert section.sentences
        assert "1 repetition." in section.figure._supxlabel.get_text()


@pytest.fixture
def asked(monkeypatch):
    """What the stage asks for, which is not run: other stages' tests do that."""
    told = {}
    monkeypatch.setattr(experiment, "set_up_process", lambda settings: None)
    monkeypatch.setattr(
        experiment, "run_grid", lambda grid, tell: told.update(grid=grid, tell=tell)
    )

    def ask(**given: str):
        experiment.run(experiment.Settings.read({**TINY, **given}))
        return told["grid"], told["tell"]

    return ask


def bred(grid):
    """The frame of generations that a grid gives, worked out here."""
    jobs = [grid.job(each, 0) for each in grid.conditions]
    opening, jobs = pickle.loads(pickle.dumps((grid.open_corpus, jobs)))  # as to a worker
    corpus = opening()
    rows = [
        {**job.params, "generation": step, **generation.metrics}
        for job in jobs
        for step, generation in enumerate(job.run(corpus, None))
    ]
    return pd.DataFrame(rows)


def test_the_stage_asks_for_every_regime_and_epsilon_and_tells_all_that_a_page_needs(asked):
    grid, tell = asked(epsilons="0,0.5")
    assert {(each.regime, each.epsilon) for each in grid.conditions} == {
        (regime, epsilon) for regime in ("accumulate", "replace") for epsilon in (0.0, 0.5)
    }
    rows = bred(grid)
    assert rows[grid.objective].notna().all()
    assert rows["generation"].max() + 1 == grid.generations
    frames = tell(rows)
    assert set(frames) == {"generations", "best"}
    assert len(frames["best"]) == rows["replicate"].nunique()


def test_with_a_file_the_stage_takes_its_sizes_and_names_it(asked, tmp_path):
    rng = np.random.default_rng(0)
    user, item = (each.ravel() for each in np.indices((35, 28)))
    table = pd.DataFrame({"user": user, "item": item, "rating": rng.integers(1, 6, len(user))})
    table.to_csv(tmp_path / "ratings.csv", index=False)
    grid, tell = asked(epsilons="0.5", regimes="replace", ratings=str(tmp_path / "ratings.csv"))
    (condition,) = grid.conditions
    assert (condition.users, condition.items) == (35, 28)
    assert tell(bred(grid))["completion"]["filled"].item() == 1
    corpus = grid.open_corpus()
    words = preparation.corpus_words(corpus)
    assert words.startswith("ratings.csv (980 read, 980 used, 35 users, 28 items, digest ")
    client = MagicMock()
    OpenRun(client, MagicMock()).log_corpus(corpus)
    (_, (logged,)), _ = client.log_inputs.call_args
    assert logged.dataset.name == "ratings.csv"
    assert json.loads(logged.dataset.profile)["users"] == 35
