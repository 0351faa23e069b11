"""What holds of the installed package: wheels in an environment of their own, and no checkout."""

import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from laboratory import ROOT, Laboratory, frame, put_stores
from mlflow import MlflowClient

from mc.tracking import store

EXAMPLE = ROOT / "examples" / "modelcollapse-example"
UV = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]
SIZES = {"initial_size": 200, "increment": 100, "final_size": 600, "test_size": 400, "jobs": 2}
SMALL = [word for name, value in SIZES.items() for word in (f"--{name}", str(value))]
TOY = ["--data", "toy_reviews", "--data_params", "rows=1500", "--rates", "0,1", *SMALL]

pytestmark = pytest.mark.slow


def uv(*words: str | Path) -> None:
    subprocess.run(["uv", *words], check=True, stdin=subprocess.DEVNULL)


def build(project: Path, folder: Path) -> Path:
    """The wheel of a project, built aside so that nothing is left in the project."""
    copy = folder / project.name
    ignored = shutil.ignore_patterns(".*", "mlruns", "*.db", "__pycache__", "docs", "deploy")
    shutil.copytree(project, copy, ignore=ignored)
    constraints = folder / "build-constraints.txt"
    constraints.write_text("\n".join(UV["build-constraint-dependencies"]))
    uv("build", "--quiet", "--wheel", "--build-constraints", constraints, copy)
    (wheel,) = (copy / "dist").glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Installed:
    """An environment with both wheels, and a folder that is no checkout."""

    programs: Path
    laboratory: Laboratory
    wheels: tuple[Path, ...]

    def run(self, *words: str, expect: int = 0) -> str:
        """Give a command of the environment; returns what it said, errors included."""
        environment = {
            name: value
            for name, value in self.laboratory.environment.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
        } | {"PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]])}
        done = subprocess.run(
            [str(self.programs / words[0]), *words[1:]],
            cwd=self.laboratory.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    wheels = (build(ROOT, folder), build(EXAMPLE, folder))
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(UV["constraint-dependencies"]))
    venv = folder / "venv"
    uv("venv", "--quiet", venv)
    uv("pip", "install", "--quiet", "--python", venv, "--constraint", constraints, *wheels)
    outside = folder / "outside"
    outside.mkdir()
    put_stores(outside)
    return Installed(venv / "bin", Laboratory(outside), wheels)


def test_the_wheel_holds_every_file_of_both_packages(installed):
    with ZipFile(installed.wheels[0]) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = {
        str(path.relative_to(ROOT))
        for package in ("mc", "experiments")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert packed == files


def test_the_command_lists_all_experiments_and_shows_their_help(installed):
    listed = installed.run("modelcollapse", "--help")
    assert "  quick_look        Quick look: nearest centroids on toy reviews" in listed
    assert "  collapse_rates    Collapse rates:" in listed
    ours = installed.run("modelcollapse", "collapse_rates", "--help")
    theirs = installed.run("python", "-m", "experiments.collapse_rates", "--help")
    usage, _, rest = ours.partition("\n")
    assert usage == "Usage: modelcollapse collapse_rates [--NAME VALUE]..."
    assert rest == theirs.partition("\n")[2]
    assert "[lightgbm|logistic|nearest_centroid|random_forest]" in ours
    assert "did you mean 'quick_look'" in installed.run("modelcollapse", "quick_lok", expect=2)


def test_plug_ins_of_the_example_work_in_experiments_of_ours(installed):
    given = [*TOY, "--backend", "nearest_centroid", "--regime", "every_other"]
    out = installed.run("modelcollapse", "collapse_rates", *given, "--repetitions", "2")
    (stage_run,) = installed.laboratory.runs(kind=store.STAGE, stage="collapse_rates")
    numbers = installed.laboratory.numbers(stage_run)
    assert len(numbers) == 2 * 2 * 5  # rates, replicates, generations
    assert list(numbers["train_size"][:5]) == [100, 150, 200, 250, 300]
    assert numbers.query("rate == 0")["accuracy"].min() > 0.6
    assert numbers.query("rate == 1 and generation == 4")["synthetic_share"].min() > 0.5

    run = stage_run.info.run_id
    assert "Browse it:     mlflow ui, then open" in out
    assert f"Draw it again: modelcollapse report --runs {run}\n" in out
    assert "uv run" not in out
    again = re.search(r"Draw it again: (.*)", out)[1].split()
    assert "report.html" in installed.run(*again)
    same = installed.run("modelcollapse", "collapse_rates", *given, "--repetitions", "2")
    assert "4 results of an earlier command are reused" in same

    client = MlflowClient(installed.laboratory.tracking_uri)
    (model, *_) = client.search_logged_models(["0"])
    (pins,) = Path(model.artifact_location.removeprefix("file://")).rglob("requirements.txt")
    assert "modelcollapse-example==0.1.0" in pins.read_text().split()


def test_a_strategy_of_the_example_competes_with_ours(installed):
    given = [*TOY[:4], *SMALL, "--rate", "1", "--strategies", "none,half_weight:weight=0.1"]
    more = ["--repetitions", "2", "--trials", "0", "--log_models", "none"]
    installed.run("modelcollapse", "mitigation", *given, *more)
    (stage_run,) = installed.laboratory.runs(kind=store.STAGE, stage="mitigation")
    last = frame(stage_run, "generations").query("generation == 4")
    losses = last.groupby("strategy")["log_loss"].mean()
    assert losses["none"] != losses["half_weight:weight=0.1"]


def test_the_experiment_of_the_example_has_its_own_runs_and_page(installed):
    out = installed.run("modelcollapse", "quick_look", "--jobs", "2")
    assert "report.html" in out
    (stage_run,) = installed.laboratory.runs(kind=store.STAGE, stage="quick_look")
    numbers = installed.laboratory.numbers(stage_run)
    assert set(numbers["backend"]) == {"nearest_centroid"}
    assert sorted(set(numbers["train_size"])) == list(range(200, 1_001, 100))
