"""The command ``modelcollapse``: each experiment is a subcommand of it.

``modelcollapse NAME`` does what ``python -m experiments.NAME`` does, for experiments of installed
packages as well. `mlflow run .` without an entry point ends here, too.
"""

import os
import sys
from pathlib import Path

import click

from mc import plugins
from mc.engine import command_line, project
from mc.errors import ParameterError

USAGE = "Usage: {program} EXPERIMENT [--NAME VALUE]...\n\n  {program} EXPERIMENT --help says more."


def main() -> None:
    """Run what was asked for in this process, and exit with the codes of `command_line.main`."""
    program, words = _program(), sys.argv[1:]
    if words in (["--help"], ["help"]):
        click.echo(f"{USAGE.format(program=program)}\n\nExperiments:\n{listed()}")
        sys.exit(0)
    if not words or words[0].startswith("-"):
        command_line.fail(overview(program), 2)
    name, *given = words
    try:
        module = project.stage(name)
    except ParameterError as error:
        command_line.fail(str(error), 2)
    command_line.main(
        module.__doc__, module.Settings, module.run, words=given, program=f"{program} {name}"
    )


def overview(program: str = "modelcollapse") -> str:
    """How to choose, then one line for each experiment."""
    way = f"choose what to run, as in: {program} collapse_rates"
    if "MLFLOW_RUN_ID" in os.environ:
        way = (
            "choose what to run with -e, as in: mlflow run . -e collapse_rates --env-manager local"
        )
    return f"{way}\n{listed()}"


def listed() -> str:
    """One line for each experiment: its name, and the first sentence of what it is."""
    known = plugins.names("experiments")
    width = max(map(len, known))
    return "\n".join(f"  {name:{width}}  {plugins.summary('experiments', name)}" for name in known)


def _program() -> str:
    """How this process was started."""
    name = Path(sys.argv[0]).name
    return "python -m experiments" if name == "__main__.py" else name


if __name__ == "__main__":
    main()
