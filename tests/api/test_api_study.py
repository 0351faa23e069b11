"""What a study shows, and what it writes."""

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from laboratory import Laboratory
from matplotlib.figure import Figure
from mlflow import MlflowClient
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits
from sklearn.naive_bayes import GaussianNB

import mc
from mc import statistics
from mc.api import records
from mc.api.study import AXES
from mc.errors import ParameterError, TrackingError
from mc.tracking import results, store

X, Y = load_digits(return_X_y=True)
X, Y = X[:500], Y[:500]


def made(**more) -> mc.Study:
    asked = {"model": GaussianNB(), "rates": [0, 0.5, 1], "repetitions": 3, "sizes": [60, 100, 140]}
    return mc.collapse(X, Y, progress=False, name="digits", **{**asked, **more})


@pytest.fixture(scope="module")
def study() -> mc.Study:
    return made()


def test_generations_are_a_frame_as_stages_have(study):
    assert tuple(results.AXES) == AXES
    assert list(study.generations)[: len(AXES) + 1] == [*AXES, "generation"]
    statistics.checked(study.generations)
    assert len(study.generations) == 3 * 3 * 3


def test_effects_are_paired_losses_with_verdicts(study):
    table = study.effects(margin=0.01).set_index("rate")
    losses = statistics.paired_loss(study.generations).set_index("rate")
    verdicts = statistics.verdicts(study.generations, margin=0.01).set_index("rate")
    assert table["loss"].equals(losses["mean"].rename("loss"))
    assert table["loss_high"].equals(losses["high"].rename("loss_high"))
    assert table["verdict"].to_dict() == {0.0: "reference", **verdicts["verdict"].to_dict()}
    with pytest.raises(ParameterError, match="margin=0 must be above 0"):
        study.effects(margin=0)


def test_without_rate_0_there_is_no_loss_and_accuracy_is_drawn():
    alone = made(rates=[0.5, 1])
    assert alone.effects()[["loss", "loss_low"]].isna().all(axis=None)
    assert (alone.effects()["verdict"] == "").all()
    assert "accuracy" in alone.plot().axes[0].get_ylabel().lower()


@pytest.mark.parametrize(
    ("more", "x"),
    [
        ({}, "training set (rows)"),
        ({"regime": "replace"}, "collapse rate"),
        ({"sizes": [60, 100]}, "collapse rate"),
    ],
)
def test_the_figure_is_the_one_that_a_page_begins_with(more, x):
    figure = made(**more).plot()
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_xlabel().startswith(x)
    assert "digits (500 rows of 10 classes)" in figure.get_supxlabel()
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_what_a_notebook_shows_is_short_and_safe(study):
    text = repr(study)
    assert text.startswith(
        "collapse of GaussianNB on digits: 3 rates, 3 repetitions, 3 generations"
    )
    assert len(text.splitlines()) == 5
    named = replace(study, rows=replace(study.rows, about={**study.rows.about, "name": "<b>"}))
    assert "<b>" not in named._repr_html_()
    assert "&lt;b&gt;" in named._repr_html_()


def test_the_log_is_that_of_a_stage_and_the_report_draws_its_page(study, tmp_path):
    laboratory = Laboratory.build(tmp_path / "laboratory", experiment="mine", alone=True)
    with patch.dict(os.environ, laboratory.environment):
        run_id = study.log(laboratory.tracking_uri, "mine", page=False)
    (run,) = laboratory.stage_runs
    assert (run.info.run_id, run.info.status) == (run_id, "FINISHED")
    assert run.data.params["rates"] == "0,0.5,1"
    assert run.data.params["model"] == "GaussianNB()"
    lineages = laboratory.runs(kind=store.LINEAGE)
    assert {each.data.tags[store.CELL] for each in lineages} == {
        f"rate={rate} replicate={replicate}" for rate in ("0", "0.5", "1") for replicate in range(3)
    }
    assert {each.data.tags[store.PARENT] for each in lineages} == {run_id}
    expected = study.generations.drop(columns=["fit_seconds", "score_seconds"])
    found = laboratory.numbers(run)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-14)
    history = laboratory.client.get_metric_history(lineages[0].info.run_id, "accuracy")
    assert [each.step for each in history] == [0, 1, 2]
    loss = laboratory.client.get_metric_history(lineages[0].info.run_id, "loss_points")
    assert len(loss) == 3

    out, _ = laboratory.run("report", runs=run_id)
    assert "harmful" in out
    (report,) = laboratory.runs(kind="report")
    page = (Path(report.info.artifact_uri) / "report.html").read_text()
    assert "digits (500 rows of 10 classes" in page


@pytest.mark.parametrize(
    "rows", [csr_matrix(X), pd.DataFrame(X), [f"a text of {y} and {y}" for y in Y]]
)
def test_rows_of_all_kinds_are_logged(rows, stores):
    labels = np.where(Y > 4, "high", "low")
    study = mc.collapse(rows, labels, rates=[0, 1], repetitions=2, sizes=[60, 90], progress=False)
    run_id = study.log(here(), page=False)
    client = MlflowClient(here())
    inputs = client.get_run(run_id).inputs.dataset_inputs
    assert inputs[0].dataset.name == "X"
    assert client.get_experiment("0").name == "Default"


def here() -> str:
    """The store of a test, by an address of its own: MLflow keeps stores by their address."""
    return f"sqlite:///{Path.cwd()}/mlflow.db"


def test_the_page_can_be_drawn_at_once(study, stores, capsys):
    run_id = study.log(here())
    assert "report.html" in capsys.readouterr().out
    files = MlflowClient(here()).list_artifacts(run_id)
    assert {"report.html", "lineages.json", "facts.json"} <= {file.path for file in files}


def test_the_same_study_has_one_name_and_another_has_another(study):
    other = made(rates=[0, 1], repetitions=1, seed=1)
    assert records._title(study) == records._title(made())
    assert records._title(study) != records._title(other)


def test_a_store_that_cannot_be_used_is_named(study):
    with pytest.raises(TrackingError, match=r"tracking store 'sqlite:////dev/null/at\.db' cannot"):
        study.log("sqlite:////dev/null/at.db")
