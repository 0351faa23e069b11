"""The stage of the laws: what it logs, and that a law that fails ends it with exit code 1."""

from pathlib import Path

import pandas as pd
from laboratory import Laboratory, frame

from experiments.validate.experiment import judge
from experiments.validate.laws._check import Check
from mc.lineage.systems import gaussian
from mc.report.outline import build
from mc.report.stage_result import StageResult

LAWS = {"laws": "gaussian_replace,verified_labels", "chains": "1000"}


class Answer:
    """What a finished law left."""

    def __init__(self, *checks: Check) -> None:
        self._table = pd.DataFrame([vars(check) for check in checks])

    def arrays(self):
        return {name: self._table[name].to_numpy()[None] for name in self._table}  # one step


def test_a_wrong_law_ends_with_1_once_all_is_logged(tmp_path, monkeypatch):
    def unbiased(world, rows):
        return gaussian.Model(rows.mean(axis=1), rows.var(axis=1, ddof=1))

    monkeypatch.setattr(gaussian, "fit", unbiased)
    laboratory = Laboratory.build(tmp_path, alone=True)
    out, err = laboratory.run("validate", expect=1, **LAWS)
    last = err.splitlines()[-1]
    assert last.startswith("error: 1 of 2 laws fail: Gaussian, replace;")
    assert "FAILS" in out
    (stage_run,) = laboratory.stage_runs
    assert stage_run.info.status == "FINISHED"
    figures = stage_run.data.metrics
    assert (figures["laws_passed"], figures["laws_failed"]) == (1, 1)
    table = frame(stage_run, "checks")
    wrong = table[~table["passes"]]
    assert set(wrong["law"]) == {"Gaussian, replace"}
    assert figures["checks_failed"] == len(wrong)
    assert set(table["seed"]) == {0}
    assert {"law", "source", "regime", "generation", "observed", "expected", "z"} <= set(table)
    assert "1 of 2 laws fail" in Path(stage_run.info.artifact_uri, "report.html").read_text()


def test_checks_are_judged_by_the_tolerance_and_the_page_names_what_fails():
    near = Check("variance", "replace", 1, 1.0, 0.1, 1.3)
    bound = Check("bias", "accumulate", 2, 1.0, 0.1, 1.3, is_bound=True)
    answers = {"gaussian_replace": Answer(near), "bias_amplification": Answer(bound)}
    assert judge(answers, 3.1, seed=7)["passes"].all()
    strict = judge(answers, 2.9, seed=7)
    assert list(strict["passes"]) == [False, True]
    page = build(StageResult("validate", {"tolerance": "2.9"}, {"checks": strict}))
    assert page.headlines[0].startswith("1 of 2 laws fail: Gaussian, replace.")
    assert [row[-2] for row in page.tables[0].rows] == ["FAILS", "passes"]
    assert page.tables[0].rows[1][6] == "≤ 1.3000"
