"""Laws of the commands: what they say at once, and what they import for it."""

import re
import subprocess
import sys

import click
import pytest

from mc import plugins
from mc.engine import project
from mc.engine.command_line import command
from mc.engine.common import DEFAULT_MARGIN, REPRESENTATIONS
from mc.lineage import labelling, view
from mc.settings import declared, format_value
from mc.statistics import equivalence

HEAVY = ("mlflow", "optuna", "sklearn", "pandas", "matplotlib", "lightgbm", "scipy", "numpy")
STAGES = {name: declared(module.Settings) for name, module in project.stages().items()}
START = f"""
import runpy, sys

def start(stage, *words):
    sys.argv = [stage, *words]
    try:
        runpy.run_module(f"experiments.{{stage}}", run_name="__main__")
    except SystemExit as end:
        return end.code
    return 0

for stage, code, *words in eval(sys.stdin.read()):
    ended = start(stage, *words)
    assert ended == code, f"{{stage}} {{words}} ended with {{ended}}"
    assert not {{*{HEAVY}}} & {{*sys.modules}}, f"{{stage}} {{words}} imported a library"
"""


def in_a_fresh_process(commands: list[tuple[object, ...]]) -> subprocess.CompletedProcess[str]:
    """Start commands one after the other; none may import a library that is slow to import."""
    ended = subprocess.run(
        [sys.executable, "-c", START],
        input=repr(commands),
        capture_output=True,
        text=True,
        cwd=project.ROOT,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended


def test_help_imports_no_library():
    shown = in_a_fresh_process([(stage, 0, "--help") for stage in STAGES]).stdout
    for parameters in STAGES.values():
        assert all(f"--{name} " in shown for name in parameters)


def test_a_wrong_value_is_refused_without_a_library():
    wrong = [
        (stage, 2, f"--{name}", "many")
        for stage, parameters in STAGES.items()
        for name, parameter in parameters.items()
        if parameter.kind is not str or parameter.choices
    ]
    assert len(wrong) > 100
    errors = in_a_fresh_process(wrong).stderr.splitlines()
    assert len(errors) == len(wrong)
    for (_, _, option, _), error in zip(wrong, errors, strict=True):
        assert error.startswith(f"error: {option[2:]}='many' ")


@pytest.mark.parametrize("stage", STAGES)
def test_help_shows_what_matters_first_with_choices_limits_and_defaults(stage):
    module = project.stages()[stage]
    wide = {"max_content_width": 10_000, "terminal_width": 10_000}
    built = command(module.__doc__, module.Settings, print)
    text = built.get_help(click.Context(built, **wide))
    shown = re.findall(r"^  --(\w+) ", text, re.MULTILINE)
    essential = list(module.Settings.essential)
    assert shown[: len(essential)] == essential
    assert sorted(shown) == sorted([*STAGES[stage], "help"])
    rows = dict(re.findall(r"^  --(\w+) +(.*(?:\n {10,}.*)*)", text, re.MULTILINE))
    for name, parameter in STAGES[stage].items():
        assert parameter.limits in rows[name]
        assert all(choice in rows[name] for choice in parameter.choices)
        if isinstance(parameter.default, int | float | str):
            assert format_value(parameter.default) in rows[name]


OVERVIEW = f"""
import sys

sys.argv = ["/somewhere/modelcollapse", *sys.stdin.read().split()]
from experiments.__main__ import main

try:
    main()
finally:
    assert not {{*{HEAVY}}} & {{*sys.modules}}
"""


def modelcollapse(words: str) -> subprocess.CompletedProcess[str]:
    """Give a command of the installed program, which may not import a library for its answer."""
    return subprocess.run(
        [sys.executable, "-c", OVERVIEW],
        input=words,
        capture_output=True,
        text=True,
        cwd=project.ROOT,
        check=False,
    )


def test_the_program_lists_every_experiment():
    shown = modelcollapse("--help")
    assert shown.returncode == 0
    listed = dict(re.findall(r"^  (\w+) +(.*)", shown.stdout.partition("Experiments:")[2], re.M))
    first_lines = {name: at.__doc__.partition("\n")[0] for name, at in project.stages().items()}
    assert listed == first_lines


@pytest.mark.parametrize("stage", ["collapse_rates", "tolerance"])
def test_a_subcommand_shows_the_help_of_the_module(stage):
    shown = modelcollapse(f"{stage} --help").stdout.splitlines()
    other = in_a_fresh_process([(stage, 0, "--help")]).stdout.splitlines()
    assert shown[0] == f"Usage: modelcollapse {stage} [--NAME VALUE]..."
    assert shown[1:] == other[1:]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("colapse_rates", r"experiment='colapse_rates' .*; did you mean 'collapse_rates'\?"),
        ("collapse_rates --rates 2", r"rates=2\.0 must lie in \[0, 1\]"),
        ("collapse_rates --rate 0", r"No such option '--rate'.*"),
        ("", r"choose what to run, as in: modelcollapse collapse_rates"),
        ("--rates 0", r"choose what to run, as in: modelcollapse collapse_rates"),
    ],
)
def test_what_the_program_cannot_run_is_refused_in_one_line(words, error):
    refused = modelcollapse(words)
    assert refused.returncode == 2
    first, *rest = refused.stderr.splitlines()
    assert re.fullmatch(f"error: {error}", first)
    assert len(rest) == (len(STAGES) if "choose" in error else 0)  # one line for each to choose


def test_help_fits_a_terminal():
    module = project.stages()["compare_backends"]
    built = command(module.__doc__, module.Settings, print)
    text = built.get_help(click.Context(built, terminal_width=80))
    assert max(map(len, text.splitlines())) <= 80


def test_stages_are_found_without_importing_them():
    assert tuple(STAGES) == plugins.names("experiments")


def test_what_is_declared_without_libraries_is_what_they_are_given():
    functions = {
        name
        for name, made in vars(labelling).items()
        if getattr(made, "__module__", "") == labelling.__name__
    }
    assert set(plugins.LABELLINGS) == functions
    assert set(REPRESENTATIONS) == set(view.REPRESENTATIONS)
    assert DEFAULT_MARGIN == equivalence.DEFAULT_MARGIN


@pytest.mark.parametrize("kind", ["backends", "regimes"])
def test_names_come_from_files(kind):
    assert plugins.names(kind) == tuple(
        sorted(
            file.stem
            for file in (project.ROOT / "mc" / "lineage" / kind).glob("*.py")
            if not file.stem.startswith("_")
        )
    )
