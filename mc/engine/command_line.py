"""A stage's parameters as a command line; errors as one line."""

import gc
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from mc.errors import FULL, McError, ParameterError
from mc.settings import Parameter, Settings, declared, format_value

S = TypeVar("S", bound=Settings)


def command(summary: str, settings: type[S], run: Callable[[S], None]) -> click.Command:
    """Build the command of a stage.

    Parameters
    ----------
    summary : str
        The stage's docstring.
    settings : type of Settings
        Each becomes ``--name VALUE``, under its own name.
    run : callable
        Gets them checked.
    """

    def callback(**given: str | None) -> None:
        run(settings.read({name: text for name, text in given.items() if text is not None}))

    options = [
        click.Option([f"--{name}", name], metavar=_metavar(parameter), help=_help(parameter))
        for name, parameter in declared(settings).items()
    ]
    return click.Command("stage", callback=callback, params=list(options), help=summary)


def main(summary: str | None, settings: type[S], run: Callable[[S], None]) -> None:
    """Run a stage's command in this process, and exit.

    Exit codes: 0 done, 1 something failed, 2 a wrong parameter, 130 interrupted.
    """
    try:
        command(summary or "", settings, run).main(standalone_mode=False)
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


def _metavar(parameter: Parameter) -> str:
    kind = {int: "INT", float: "FLOAT", bool: "BOOL", str: "TEXT"}[parameter.kind]
    return f"{kind},..." if parameter.is_list else kind


def _help(parameter: Parameter) -> str:
    return f"{parameter.help}  [default: {format_value(parameter.default) or 'none'}]"
