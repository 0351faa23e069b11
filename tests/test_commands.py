"""Commands that messages name work where the user is: in the project, beside it, without one."""

import pytest

from mc import commands


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """As if no MLproject were there."""
    monkeypatch.setattr(commands, "ROOT", tmp_path)


def test_in_the_project_commands_are_short(monkeypatch):
    monkeypatch.chdir(commands.ROOT)
    assert commands.program("mlflow") == "uv run mlflow"
    assert commands.stage("report", experiment="my own", runs="abc") == (
        "uv run mlflow run . -e report --env-manager local --experiment-name 'my own' -P runs=abc"
    )


def test_elsewhere_commands_name_the_project():
    root = commands.ROOT
    assert commands.program("mlflow") == f"uv run --project {root} mlflow"
    ran = commands.stage("report", runs="abc")
    wanted = f"mlflow run {root} -e report --env-manager local -P runs=abc"
    assert ran == f"uv run --project {root} {wanted}"


def test_for_another_machine_no_path_of_this_one_is_named():
    helping = commands.stage("worker", is_elsewhere=True, study="ab", storage="x://lab@host/study")
    assert helping == (
        "uv run mlflow run . -e worker --env-manager local -P study=ab -P storage=x://lab@host/study"
    )


def test_an_installed_package_has_its_own_command(installed):
    assert commands.program("mlflow") == "mlflow"
    assert commands.stage("report", runs="abc") == "modelcollapse report --runs abc"
    assert commands.stage("report", experiment="my own", runs="a b") == (
        "MLFLOW_EXPERIMENT_NAME='my own' modelcollapse report --runs 'a b'"
    )
