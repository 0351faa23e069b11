"""Laws of the audit's page, and the one command that makes it."""

import pytest
from laboratory import Laboratory

from experiments.audit import experiment
from experiments.audit.checks import CHECKS
from mc.report import outline
from mc.report.stage_result import StageResult
from mc.tracking import results

SECTIONS = ["checks", "detection", "scores", "words", "tail", "use", "share"]


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory) -> Laboratory:
    return Laboratory.build(tmp_path_factory.mktemp("audit"), alone=True)


@pytest.fixture(scope="module")
def result(laboratory) -> StageResult:
    """A demonstration in which a machine gave nine labels of ten."""
    laboratory.run("audit", polluted="0.9")
    (run,) = laboratory.stage_runs
    (found,) = results.read_stage_results(laboratory.client, [run])
    return found


def test_every_case_is_a_run_below_the_stage(laboratory, result):
    kinds = {run.data.params["kind"] for run in laboratory.runs(kind="lineage")}
    assert kinds == {"nothing", "labels", "texts"}
    assert len(laboratory.runs(kind="lineage")) == 1 + 2 * 3
    assert set(result.frames["checks"]["check"]) == set(CHECKS)


def test_the_page_begins_with_the_verdict_and_shows_every_part(result):
    page = outline.build(result)
    assert [section.name for section in page.sections] == SECTIONS
    assert page.headlines[0].startswith("The suspect differs from the human corpus, with 95%")
    assert "labels that are given in another way" in page.headlines[0]
    assert any("planted among 300 human reviews" in each for each in page.headlines)
    assert any(each.startswith("Estimated from known synthetic rows") for each in page.headlines)
    assert "nan" not in " ".join(page.headlines)
    for section in page.sections:
        assert "Data: reviews.csv" in section.figure._supxlabel.get_text()
    table = page.tables[0]
    assert len(table.rows) == len(CHECKS)
    assert {row[-1] for row in table.rows} == {"differs", "not found"}
    alike = {row[0]: row[2] for row in table.rows}
    assert alike["class shares"].startswith("[-")
    assert alike["words"].startswith("up to ")  # a one-sided check has no lower bound


def test_nothing_found_is_not_called_nothing(result):
    checks = result.frames["checks"].assign(p=1.0)
    page = outline.build(StageResult("audit", result.facts, {**result.frames, "checks": checks}))
    first = page.headlines[0]
    assert first.startswith("No difference between the suspect and the human corpus was found")
    assert "does not show that there is none" in first


def test_planted_cases_grow_by_repetitions_and_shares():
    few, many = experiment.planted((0.0, 0.1), 2), experiment.planted((0.1, 0.2), 3)
    assert set(few) < set(many)
    assert len({case.key for case in many}) == len(many) == 3 * 5
