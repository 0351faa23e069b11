"""A stage's parameters as a command line; errors as one line."""

import gc
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from mc.data.cache import FULL
from mc.errors import McError, ParameterError
from mc.params import Param, format_value

Run = Callable[[Mapping[str, Any]], None]
Presets = Mapping[str, Mapping[str, Any]]


def command(
    summary: str, parameters: Mapping[str, Param], run: Run, presets: Presets
) -> click.Command:
    """Build the command of a stage.

    Parameters
    ----------
    summary : str
        The stage's docstring.
    parameters : mapping
        Each becomes ``--name VALUE``, under its own name.
    run : callable
        Gets all values, checked.
    presets : mapping
        Name to the values that a preset gives to parameters that have their defaults. (MLflow
        Projects passes every parameter, so a default cannot be told from the same value asked for.)
    """
    declared = with_preset(parameters, presets)

    def callback(**given: str | None) -> None:
        run(settle(parameters, presets, {k: at for k, at in given.items() if at is not None}))

    options = [
        click.Option([f"--{name}", name], metavar=_metavar(param), help=_help(param))
        for name, param in declared.items()
    ]
    return click.Command("stage", callback=callback, params=list(options), help=summary)


def settle(
    parameters: Mapping[str, Param], presets: Presets, given: Mapping[str, object]
) -> dict[str, Any]:
    """All parameters' checked values from those that are given, as text or as values."""
    declared = with_preset(parameters, presets)
    parsed = {name: declared[name].parse(name, value) for name, value in given.items()}
    chosen = presets.get(parsed.get("preset", "none"), {})
    values = {name: parsed.get(name, param.default) for name, param in parameters.items()}
    untouched = {name for name, param in parameters.items() if values[name] == param.default}
    return {**values, **{name: at for name, at in chosen.items() if name in untouched}}


def with_preset(parameters: Mapping[str, Param], presets: Presets) -> dict[str, Param]:
    """A stage's parameters, and ``preset`` where it has any."""
    if not presets:
        return dict(parameters)
    about = "named values for parameters left at their defaults; seed: the original study's"
    return {**parameters, "preset": Param("none", about, choices=("none", *presets))}


def main(
    summary: str | None,
    parameters: Mapping[str, Param],
    run: Run,
    presets: Presets | None = None,
) -> None:
    """Run a stage's command in this process, and exit.

    Exit codes: 0 done, 1 something failed, 2 a wrong parameter, 130 interrupted.
    """
    try:
        command(summary or "", parameters, run, presets or {}).main(standalone_mode=False)
        gc.freeze()  # at its end Python would walk all that the libraries made, for half a second
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except ParameterError as error:
        _fail(str(error), 2)
    except McError as error:
        _fail(str(error), 1)
    except OSError as error:
        if error.errno not in FULL:
            raise
        _fail(f"{error}; make room, then the same command goes on from here", 1)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted; the same command goes on from here", 130)


def _fail(message: str, code: int) -> None:
    click.echo(f"error: {message}", err=True)
    sys.exit(code)


def _metavar(param: Param) -> str:
    kind = {int: "INT", float: "FLOAT", bool: "BOOL", str: "TEXT"}[param.kind]
    return f"{kind},..." if param.is_list else kind


def _help(param: Param) -> str:
    return f"{param.help}  [default: {format_value(param.default) or 'none'}]"
