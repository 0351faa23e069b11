"""The plug-ins in the README and the documentation work as they stand there."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from laboratory import without_workers

from mc import plugins
from mc.engine import project
from mc.lineage import backends
from mc.lineage.loop import Condition, lineage
from mc.tracking import results, store

PAGES = [project.ROOT / "README.md", *sorted((project.ROOT / "docs").rglob("*.md"))]
PATH, CODE = r"`((?:mc|experiments)/[\w/]+\.py)`", r"\n```python\n(.*?)```"
MODULE = re.compile(r"\n```python\n(\"{3}.*?)```", re.DOTALL)
EXAMPLE = re.compile(PATH + r"[^`]*?(?:`[^`]*`[^`]*?)?" + CODE, re.DOTALL)
FOUND = [example for page in PAGES for example in EXAMPLE.findall(page.read_text())]
EXAMPLES = dict(FOUND)


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Puts an example where a user would, as far as imports can tell; returns its name."""

    def put(path: str) -> str:
        package = importlib.import_module(path.rpartition("/")[0].replace("/", "."))
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        (tmp_path / Path(path).name).write_text(EXAMPLES[path])
        plugins.forget()
        return Path(path).stem

    yield put
    monkeypatch.undo()
    plugins.forget()
    for name in [each for each in sys.modules if Path(each.replace(".", "/")).stem in NAMES]:
        del sys.modules[name]


NAMES = {Path(path).stem for path in EXAMPLES}
SIZES = (200, 260, 320)


def condition(**given) -> Condition:
    plain = {"rate": 0.5, "backend_params": {"C": 1.0, "tol": 1e-5, "max_iter": 100}}
    return Condition(SIZES, **{**plain, **given}, test_size=150)


def metrics(features, wanted: Condition) -> list[dict[str, float]]:
    generations = lineage(features, wanted, 0)
    return [dict(each.metrics) for each in generations]


def logistic() -> dict[str, object]:
    return backends.find("logistic").Parameters().values()


def test_there_is_an_example_of_each_kind():
    folders = {path.rpartition("/")[0] for path in EXAMPLES}
    kinds = ("backends", "regimes", "strategies")
    assert folders == {*(f"mc/lineage/{kind}" for kind in kinds), "experiments"}


def test_an_example_reads_the_same_wherever_it_stands():
    assert len(set(FOUND)) == len(EXAMPLES)


def test_every_example_with_a_docstring_is_among_them():
    modules = [code for page in PAGES for code in MODULE.findall(page.read_text())]
    assert sorted(modules) == sorted(code for _, code in FOUND)


def test_the_backend_trains_and_is_compared_with_others(add, features):
    name = add("mc/lineage/backends/naive_bayes.py")
    assert name in plugins.names("backends")
    wanted = condition(rate=0.0, backend=name, backend_params={"alpha": 1.0})
    series = metrics(features, wanted)
    assert [each["train_size"] for each in series] == list(SIZES)
    assert series[-1]["accuracy"] > 0.6


def test_the_regime_chooses_the_newer_half(add, features):
    name = add("mc/lineage/regimes/newest_half.py")
    series = metrics(features, condition(regime=name, backend_params=logistic()))
    assert [each["train_size"] for each in series] == [size - size // 2 for size in SIZES]


def test_the_strategy_changes_what_is_learned(add, features):
    name = add("mc/lineage/strategies/distrust.py")
    given = logistic()
    plain, same, none = (
        metrics(features, condition(strategy=strategy, backend_params=given))
        for strategy in ("none", f"{name}:weight=1", f"{name}:weight=0")
    )
    assert [each["log_loss"] for each in same] == [each["log_loss"] for each in plain]
    assert none[-1]["synthetic_share"] == 0
    assert plain[-1]["synthetic_share"] > 0


def test_the_experiment_runs_and_has_a_page(add, stores, monkeypatch):
    name = add("experiments/half_rate.py")
    module: ModuleType = importlib.import_module(f"experiments.{name}")
    small = {"initial_size": "200", "increment": "50", "final_size": "300", "test_size": "200"}
    given = {**small, "repetitions": "2", "data_params": "rows=800", "log_models": "last"}
    options = [text for key, value in given.items() for text in (f"--{key}", value)]
    monkeypatch.setattr(sys, "argv", [name, *options])
    from mc.engine.command_line import main  # noqa: PLC0415  (after the patch)

    with without_workers():
        main(module.__doc__, module.Settings, module.run)
    opened = store.open_store()
    (run,) = results.newest_stage_runs(*opened, name)
    files = {file.path for file in opened.client.list_artifacts(run.info.run_id)}
    assert {"report.html", "figures", "tables"} <= files
    jobs = results.finished_jobs(*opened, run.data.tags[store.STUDY])
    assert len(jobs) == 4
    assert all(np.isfinite(job.metrics["accuracy"]) for job in jobs.values())
