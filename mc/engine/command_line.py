"""A stage's parameters as a command line; errors as one line."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from mc.errors import FULL, McError, ParameterError
from mc.settings import Parameter, Settings, declared, format_value

S = TypeVar("S", bound=Settings)
OUTCOMES = {2: "refused", 130: "interrupted"}  # exit code to what a run is called that ended so
CHOICES_WIDTH = 50  # letters of choices that stand with a parameter's name; more are in its help


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

    parameters = declared(settings)
    others = [name for name in parameters if name not in settings.essential]
    options = {
        name: click.Option(
            [f"--{name}", name], metavar=_metavar(parameters[name]), help=_help(parameters[name])
        )
        for name in [*settings.essential, *others]
    }
    return _Command(
        settings.essential,
        "stage",
        callback=callback,
        params=list(options.values()),
        help=summary,
        context_settings={"max_content_width": 100},
        options_metavar="[--NAME VALUE]...",
    )


def main(
    summary: str | None,
    settings: type[S],
    run: Callable[[S], None],
    *,
    words: Sequence[str] | None = None,
    program: str | None = None,
) -> None:
    """Run a stage's command in this process, and exit.

    Exit codes: 0 done, 1 something failed, 2 a wrong parameter, 130 interrupted.

    Parameters
    ----------
    words : sequence of str, optional
        What was typed after the command; without them, what this process was started with.
    program : str, optional
        What was typed before them, for the help; without it, how this process was started.
    """
    try:
        _run(command(summary or "", settings, run), words, program)
        gc.freeze()  # at its end Python would walk all that the libraries made, for half a second
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except ParameterError as error:
        fail(str(error), 2)
    except McError as error:
        fail(str(error), 1)
    except OSError as error:
        if error.errno not in FULL:
            raise
        fail(f"{error}; make room, then the same command goes on from here", 1)
    except (KeyboardInterrupt, click.Abort):
        fail("interrupted; the same command goes on from here", 130)


def _run(stage: click.Command, words: Sequence[str] | None, program: str | None) -> None:
    """Run a command; whatever breaks once it was asked to end is an interrupt."""
    try:
        stage.main(words, program, standalone_mode=False)
    except Exception:
        from mc.processes import is_ending  # noqa: PLC0415  (help and refusals do without)

        if is_ending():
            raise KeyboardInterrupt from None
        raise


class _Command(click.Command):
    """Shows the parameters that matter most first."""

    def __init__(self, essential: Sequence[str], name: str, **more: Any) -> None:
        super().__init__(name, **more)
        self._essential = essential

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the parameters in two parts."""
        params = self.get_params(ctx)
        parts = {
            "Parameters": [each for each in params if each.name in self._essential],
            "Further parameters": [each for each in params if each.name not in self._essential],
        }
        for title, part in parts.items():
            rows = [row for each in part if (row := each.get_help_record(ctx))]
            with formatter.section(title):
                formatter.write_dl(rows)


def fail(message: str, code: int) -> None:
    """Report an error as one line, also in the run that MLflow made for this command, and exit."""
    click.echo(f"error: {message}", err=True)
    if "MLFLOW_RUN_ID" in os.environ:  # no stage has taken over the run that MLflow made
        from mc.tracking import runs  # noqa: PLC0415  (slow imports, needed here only)

        outcome = OUTCOMES.get(code, "failed")
        runs.describe_refused(f"**{outcome.capitalize()}**: {message}", outcome)
    sys.exit(code)


def _metavar(parameter: Parameter) -> str:
    kind = {int: "INT", float: "FLOAT", bool: "[true|false]", str: "TEXT"}[parameter.kind]
    if parameter.choices and _fits(parameter):
        kind = f"[{'|'.join(parameter.choices)}]"
    return f"{kind},..." if parameter.is_list else kind


def _fits(parameter: Parameter) -> bool:
    """Whether the choices are few enough to stand with the parameter's name."""
    return len("|".join(parameter.choices)) <= CHOICES_WIDTH


def _help(parameter: Parameter) -> str:
    """What it means, which values it takes, and its default."""
    is_whole = parameter.is_list and set(parameter.choices) == set(_listed(parameter.default))
    default = "all of them" if is_whole else ", ".join(_listed(parameter.default))
    facts = [
        "" if _fits(parameter) else f"of {', '.join(parameter.choices)}",
        parameter.limits,
        f"default: {default}" if default else "",
    ]
    shown = "; ".join(filter(None, facts))
    return f"{parameter.help}  ({shown})" if shown else parameter.help


def _listed(value: object) -> list[str]:
    """A value, or those of a list, as the user types them."""
    return [format_value(part) for part in (value if isinstance(value, tuple) else (value,))]
