"""The laws of the house: imports go downward only, and each library stays in its rooms."""

import ast
import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from mc.engine import project
from mc.settings import Settings, declared

ROOT = Path(__file__).parents[1]
GROUND = {
    "clock",
    "commands",
    "errors",
    "failpoints",
    "settings",
    "types",
    "plugins",
    "randomness",
    "processes",
    "progress",
}
STOREYS = (
    "data",
    "lineage",
    "text",
    "statistics",
    "report",
    "tracking",
    "engine",
    "api",
)  # from below
PURE = ("data", "lineage", "text", "statistics", "report")  # know neither runs nor queues
HOME = {  # where a library may be imported, and is
    "mlflow": {"mc.tracking.*"},
    "optuna": {"mc.engine.queue.*"},
    "matplotlib": {"mc.report.*", "mc.api.study", "experiments.*.figure*"},
    "fsspec": {"mc.data.*", "mc.tracking.*"},
    "aiohttp": {"mc.data.*"},
    "lightgbm": {"mc.lineage.backends.*"},
}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file} imports by dots, line {node.lineno}"
            assert not node.level, f"{file} imports by dots, line {node.lineno}"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def under(package: str, names: Iterable[str]) -> set[str]:
    """Those of the names that are a package or lie in it."""
    return {name for name in names if name == package or name.startswith(f"{package}.")}


FILES = sorted(file for house in ("mc", "experiments") for file in (ROOT / house).rglob("*.py"))
IMPORTS = {module_name(file): imports(file) for file in FILES}
OF_MC = sorted(under("mc", IMPORTS) - {"mc"})
OF_EXPERIMENTS = under("experiments", IMPORTS) - {"experiments"}
EXPERIMENTS = sorted({".".join(name.split(".")[:2]) for name in OF_EXPERIMENTS})


def level(name: str) -> int:
    """Height of the storey that a module of ``mc`` is in: 0 on the ground."""
    room = name.split(".")[1]
    return 0 if room in GROUND else 1 + STOREYS.index(room)


def users(library: str) -> set[str]:
    return {name for name, imported in IMPORTS.items() if under(library, imported)}


def test_every_file_of_mc_has_its_place():
    assert {name.split(".")[1] for name in OF_MC} == GROUND | set(STOREYS)


@pytest.mark.parametrize("name", OF_MC)
def test_imports_go_downward(name):
    for imported in under("mc", IMPORTS[name]) - {"mc"}:
        same = imported.split(".")[1] == name.split(".")[1]
        ground = level(imported) == level(name) == 0
        assert same or ground or level(imported) < level(name), f"{name} imports {imported}"


def test_the_ground_has_an_order():
    """No two files of the ground import each other, over however many others."""
    waiting = {name: under("mc", IMPORTS[name]) for name in OF_MC if level(name) == 0}
    while waiting:
        free = [
            name
            for name, imported in waiting.items()
            if not any(under(other, imported) for other in waiting)
        ]
        assert free, f"a cycle among {sorted(waiting)}"
        for name in free:
            del waiting[name]


@pytest.mark.parametrize(
    ("name", "library"), [("errors", ""), ("settings", "pydantic"), ("types", "numpy scipy")]
)
def test_the_ground_floor_needs_few_libraries(name, library):
    libraries = {imported.split(".")[0] for imported in IMPORTS[f"mc.{name}"]}
    assert libraries - sys.stdlib_module_names <= {"mc", *library.split()}


def test_mc_knows_no_experiment():
    assert {name for name in OF_MC if under("experiments", IMPORTS[name])} == set()


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_experiments_do_not_know_each_other(experiment):
    known = {imported for name in under(experiment, IMPORTS) for imported in IMPORTS[name]}
    assert under("experiments", known) == under(experiment, known)


@pytest.mark.parametrize("library", HOME)
def test_each_library_stays_in_its_rooms(library):
    at_home = {room: {name for name in IMPORTS if fnmatch(name, room)} for room in HOME[library]}
    assert users(library) <= set().union(*at_home.values())
    for room, names in at_home.items():
        assert users(library) & names, f"nothing in {room} uses {library}"


@pytest.mark.parametrize("room", PURE)
def test_neither_runs_nor_queues_are_known_below(room):
    known = {imported for name in under(f"mc.{room}", IMPORTS) for imported in IMPORTS[name]}
    for stranger in ("mlflow", "optuna", "mc.tracking", "mc.engine"):
        assert not under(stranger, known)


def test_only_the_engine_opens_runs_and_takes_jobs():
    """One engine: an experiment asks a session, and does not log, claim or resume itself."""
    own = (
        "mc.tracking.runs",
        "mc.tracking.checkpoints",
        "mc.engine.worker",
        "mc.engine.worker_pool",
    )
    commands = {"experiments.whole_study", "experiments.report", "experiments.worker"}
    for name in OF_EXPERIMENTS - commands:
        assert not any(under(module, IMPORTS[name]) for module in own), name


def test_one_loop_applies_regimes_and_strategies():
    """One relabelling lineage: whatever relabels does it as a hook of this loop."""
    appliers = {name for name, imported in IMPORTS.items() if "mc.lineage.recipe.apply" in imported}
    assert appliers == {"mc.lineage.loop"}


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_settings_are_attributes_and_never_looked_up_by_a_string(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Attribute):
            holder = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            is_text = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
            assert not (holder == "settings" and is_text), f"line {node.lineno}"


@pytest.mark.parametrize("stage", project.stages())
def test_every_setting_is_declared_with_its_help(stage):
    settings = project.stages()[stage].Settings
    assert issubclass(settings, Settings)
    assert settings.__doc__
    assert all(parameter.help for parameter in declared(settings).values())
    assert settings() == settings.read({})


def test_figures_and_runs_do_not_know_each_other():
    """What is told to the tracking store is data: no figure, no page."""
    told = {imported for name in under("mc.tracking", IMPORTS) for imported in IMPORTS[name]}
    assert under("mc.report", told) == under("mc.report.stage_result", told)


def test_any_stays_rare():
    """Types say what a value is; `Any` stays at the seams with libraries, and in mc/types.py."""
    words = [word for file in FILES for word in re.findall(r"\bAny\b", file.read_text())]
    assert len(words) < 62
