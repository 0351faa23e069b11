"""Files that must agree with the declarations: MLproject, conda.yaml, the documentation's tables.

``python -m mc.engine.project`` writes them; the tests compare.
"""

import importlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import yaml

from mc import plugins
from mc.engine.common import StudySettings
from mc.settings import Parameter, declared, format_value

ROOT = Path(__file__).parents[2]
MARKER = "<!-- {}: written by `python -m mc.engine.project` -->"


def stages() -> dict[str, ModuleType]:
    """Name to module of every file and folder in ``experiments/``, which is found by name alone."""
    return {name: stage(name) for name in plugins.own("experiments")}


def stage(name: str) -> ModuleType:
    """The module of an experiment, ours or an installed package's: ``Settings`` and ``run``.

    Raises
    ------
    ParameterError
        When there is none of that name; names the nearest.
    """
    return plugins.load("experiments", "experiment", name)


def essential(module: ModuleType) -> dict[str, Parameter]:
    """The parameters that MLproject declares; MLflow passes all others on as they are."""
    parameters = declared(module.Settings)
    return {name: parameters[name] for name in module.Settings.essential}


def mlproject() -> str:
    """MLproject: an entry point per stage, with its essential parameters."""
    content = {
        "name": "model-collapse-lab",
        "conda_env": "conda.yaml",
        "entry_points": {
            "main": {"command": "python -m experiments"},  # where the user names none
            **{name: _entry_point(name, essential(module)) for name, module in stages().items()},
        },
    }
    return _yaml(content)


def conda() -> str:
    """conda.yaml: Python and the direct dependencies of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = project["requires-python"].removeprefix(">=").partition(",")[0]
    pip = {"pip": project["dependencies"]}
    return _yaml(
        {
            "name": project["name"],
            "channels": ["conda-forge"],
            "dependencies": [f"python={python}", "pip", pip],
        }
    )


def pages() -> list[Path]:
    """The documentation's pages that hold parameter tables."""
    start = MARKER.partition("{}")[2]
    written = sorted((ROOT / "docs").rglob("*.md"))
    return [page for page in written if start in page.read_text()]


def with_tables(text: str) -> str:
    """A page with its parameter tables written anew between their markers."""
    for name, table in parameter_tables().items():
        start, end = MARKER.format(name), MARKER.format(f"end of {name}")
        pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
        block = f"{start}\n{table}\n{end}".replace("\\", r"\\")
        text = pattern.sub(block, text)
    return text


@cache
def parameter_tables() -> dict[str, str]:
    """Name to table of all settings that are documented."""
    tables = {"common parameters": _table(declared(StudySettings))}
    for name, module in stages().items():
        tables[f"parameters of {name}"] = _stage_table(declared(module.Settings))
    for folder, kind in (("backends", "backend"), ("datasets", "data")):
        for name in plugins.own(folder):
            plugin = plugins.load(folder, kind, name)
            tables[f"parameters of {name}"] = _table(declared(plugin.Parameters))
    catalogues = importlib.import_module("mc.data.catalogues")
    tables["parameters of openml"] = _table(declared(catalogues.OpenmlParameters))
    reviews = importlib.import_module("mc.data.reviews")
    tables["parameters of files"] = _table(declared(reviews.Parameters))
    tables["parameters of strategies"] = _strategies_table()
    return tables


def _stage_table(parameters: Mapping[str, Parameter]) -> str:
    """A stage's own parameters as a table, and the names of those that it shares with others."""
    common = declared(StudySettings)
    shared = [f"`{name}`" for name, at in parameters.items() if at == common.get(name)]
    own = {name: at for name, at in parameters.items() if at != common.get(name)}
    also = f"\n\nShared with [other experiments](../reference/parameters.md): {', '.join(shared)}."
    return _table(own) + (also if shared else "")


def _strategies_table() -> str:
    """All strategies with what they do and their settings."""
    rows = ["| strategy | what it does | settings and their defaults |", "|---|---|---|"]
    for name in plugins.own("strategies"):
        strategy = plugins.load("strategies", "strategy", name)
        what = (strategy.__doc__ or "").partition("\n")[0].rstrip(".")
        settings = declared(strategy.Parameters) if hasattr(strategy, "Parameters") else {}
        texts = [
            f"`{key}={format_value(param.default)}`: {param.help}"
            for key, param in settings.items()
        ]
        rows.append(f"| `{name}` | {what} | {'; '.join(texts)} |")
    return "\n".join(rows)


def _table(parameters: Mapping[str, Parameter]) -> str:
    rows = ["| parameter | default | meaning |", "|---|---|---|"]
    rows += [
        f"| `{name}` | {_code(param.default)} | {param.help}{_limits(param)} |"
        for name, param in parameters.items()
    ]
    return "\n".join(rows)


def _code(default: object) -> str:
    text = format_value(default)
    return f"`{text}`" if text else ""


def _limits(param: Parameter) -> str:
    if param.choices and not all(choice in param.help for choice in param.choices):
        return f" ({', '.join(param.choices)})"
    return ""


def _entry_point(name: str, parameters: Mapping[str, Parameter]) -> dict[str, object]:
    options = " ".join(f"--{key} {{{key}}}" for key in parameters)
    return {
        "parameters": {
            key: {"default": format_value(param.default)} for key, param in parameters.items()
        },
        "command": f"python -m experiments.{name} {options}",
    }


def _yaml(content: Mapping[str, object]) -> str:
    note = "# Written by `python -m mc.engine.project`; change the declarations instead.\n"
    return note + str(
        yaml.safe_dump(dict(content), sort_keys=False, width=10_000, default_flow_style=None)
    )


def main() -> None:
    """Write all of them."""
    (ROOT / "MLproject").write_text(mlproject())
    (ROOT / "conda.yaml").write_text(conda())
    for page in pages():
        page.write_text(with_tables(page.read_text()))


if __name__ == "__main__":
    main()
