"""Imports go downward only, and each library stays in its room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [  # from the ground up; a module imports from lower rows, or from its own folder
    {"errors"},
    {
        "params",
        "types",
        "randomness",
        "cache",
        "processes",
        "material",
        "space",
        "resampling",
        "sqlite",
    },
    {"alarms"},
    {"plugins", "spool"},
    {"texts", "ngrams"},
    {"features", "labelling", "metrics", "progress", "reference", "reviews", "offer"},
    {"addresses"},
    {"backends", "regimes", "datasets", "systems", "strategies"},
    {"lineage", "recommending", "chains"},
    {"evolution", "trying", "laws", "mitigating", "monitoring"},
    {"language"},
    {"auditing"},
    {"common"},
    {"statistics", "tracking", "search"},
    {"claims"},
    {"findings", "plots"},
    {"chapters"},
    {"plan"},
    {"report", "worker", "crew"},
    {"publishing", "groundwork"},
    {"joining"},
    {"preload", "stage", "cli", "rounds"},
    {"growing", "evolving", "searching", "looping", "inspecting", "tolerating"},
    {"validating", "rescuing"},
    {"project"},
]
HOME = {
    "mlflow": {"tracking"},
    "fsspec": {"addresses", "tracking"},
    "aiohttp": {"addresses"},
    "optuna": {"search"},
    "matplotlib": {"plots", "chapters"},
    "lightgbm": {"backends"},
    "statsmodels": {"statistics"},
}
FILES = sorted((ROOT / "mc").rglob("*.py"))


def room(file: Path) -> str:
    return file.relative_to(ROOT / "mc").parts[0].removesuffix(".py")


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def level(name: str) -> int:
    return next(height for height, rooms in enumerate(LAYERS) if name in rooms)


def test_every_room_has_its_place():
    rooms = {room(file) for file in FILES} - {"__init__"}
    assert rooms == set().union(*LAYERS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_downward(file):
    here = room(file)
    for name in imports(file):
        parts = name.split(".")
        if here != "__init__" and parts[0] == "mc" and len(parts) > 1 and parts[1] != here:
            assert level(parts[1]) < level(here), f"{here} imports {name}"


@pytest.mark.parametrize("library", HOME)
def test_each_library_stays_in_its_room(library):
    users = {room(file) for file in FILES if any(i.split(".")[0] == library for i in imports(file))}
    assert users == HOME[library]


def test_the_ground_floor_needs_numpy_at_most():
    for name in ("errors", "params", "types"):
        libraries = {i.split(".")[0] for i in imports(ROOT / "mc" / f"{name}.py")}
        assert libraries <= {
            "mc",
            "numpy",
            "collections",
            "dataclasses",
            "difflib",
            "math",
            "typing",
        }


def test_no_module_of_experiments_is_imported_by_another_room_than_project():
    users = {
        room(file) for file in FILES if any(i.startswith("experiments") for i in imports(file))
    }
    assert users == {"project"}


def test_tracking_search_and_plots_do_not_know_each_other():
    apart = {"tracking", "search", "plots"}
    for file in FILES:
        others = apart - {room(file)} if room(file) in apart else set()
        known = {".".join(name.split(".")[:2]) for name in imports(file)}
        assert not known & {f"mc.{other}" for other in others}
