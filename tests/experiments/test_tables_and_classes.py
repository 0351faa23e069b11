"""Laws of experiments on tables and on more than two classes: their numbers and their words."""

import re
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import shared
from laboratory import Laboratory

DATA = {
    "ten classes": {"data": "digits", "data_params": ""},
    "a table": {"data": "breast_cancer", "data_params": ""},
    "three topics": {"data_params": "target=three"},
}
SIZES = {"initial_size": "100", "increment": "50", "final_size": "200", "test_size": "150"}
STAGES = {
    "compare_backends": {
        "backends": "logistic,lightgbm",
        "rates": "0,1",
        "log_models": "none",
        **SIZES,
    },
    "mitigation": {
        "strategies": "soft_labels,active,prior,verifier,regularise",
        "trials": "2",
        "log_models": "none",
        **SIZES,
    },
    "tolerance": {
        "sizes": "200",
        "margin": "0.1",
        "budget": "25",
        "grid": "2",
        "generations": "2",
        "backends": "logistic,random_forest:n_estimators=10",
        "first_repetitions": "3",
        "first_rates": "0.5,1",
        "test_size": "150",
    },
    "monitor": {
        "rates": "1",
        "repetitions": "2",
        "false_alarms": "0.3",
        "calibration": "6",
        "window": "30",
        **SIZES,
    },
    "collapse_rates": {"rates": "0,1", "log_models": "none", **SIZES},
}
ONCE = ("tolerance",)  # a search that takes long; it grows lineages like the other stages
CASES = [(stage, data) for stage in STAGES for data in list(DATA)[: 1 if stage in ONCE else None]]


def make(stage: str, data: str, folder: Path) -> None:
    laboratory = Laboratory.build(folder, alone=True)
    out, _ = laboratory.run(stage, **{**STAGES[stage], **DATA[data]})
    (laboratory.folder / "out.txt").write_text(out)


def ran(stage: str, data: str) -> Laboratory:
    name = f"{stage}-{data}".replace(" ", "-")
    return Laboratory(shared.folder(name, partial(make, stage, data)))


def words(laboratory: Laboratory) -> str:
    """What the page of the only stage run shows, its tables and figures included."""
    (run,) = laboratory.stage_runs
    text = Path(f"{run.info.artifact_uri}/report.html").read_text()
    figures = Path(f"{run.info.artifact_uri}/figures").glob("*.svg")
    drawn = [" ".join(re.findall("<!-- (.*?) -->", figure.read_text())) for figure in figures]
    return " ".join([re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]*>", " ", text), *drawn])


@pytest.mark.parametrize(("stage", "data"), CASES)
def test_a_stage_takes_tables_and_more_classes_and_its_page_has_no_gaps(stage, data):
    laboratory = ran(stage, data)
    (run,) = laboratory.stage_runs
    assert run.info.status == "FINISHED"
    shown = words(laboratory)
    assert not re.search(r"\bnan\b", shown, re.IGNORECASE)
    if data != "a table":
        assert "predicted positive" not in shown
    assert not re.search(r"\breviews?\b(?!\.csv)", shown, re.IGNORECASE)


@pytest.mark.parametrize("data", DATA)
def test_a_family_of_a_comparison_has_the_numbers_of_its_own_growth(data):
    laboratory = ran("compare_backends", data)
    compared = laboratory.numbers(laboratory.stage_runs[0])
    same = compared.query("backend == 'logistic' and labelling == 'argmax'")
    assert len(same) == 2 * 2 * 3  # rates, replicates, generations
    alone = ran("collapse_rates", data)
    pd.testing.assert_frame_equal(
        same.reset_index(drop=True), alone.numbers(alone.stage_runs[0]), check_like=True
    )
