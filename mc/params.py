"""Parameters as declarations: type, range and help once, parsed and checked in one place.

Knows nothing of command lines, MLproject files or what a parameter is for.
"""

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mc.errors import ParameterError


@dataclass(frozen=True)
class Param:
    """One declared parameter.

    Parameters
    ----------
    default : int, float, bool, str or tuple of int or float
        Its type is the parameter's type; a tuple declares a comma-separated list.
    help : str
        One line for the command line and the README.
    low, high : float, optional
        The closed interval in which a number (or each of a list) must lie.
    choices : tuple of str, optional
        The only values allowed.
    """

    default: Any
    help: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> type:
        """The type of one value (of the elements, for a list)."""
        return type(self.default[0]) if self.is_list else type(self.default)

    @property
    def is_list(self) -> bool:
        """Whether the parameter is a comma-separated list."""
        return isinstance(self.default, tuple)

    def parse(self, name: str, given: object) -> Any:
        """Turn text (or a value) into a checked value of the declared type.

        Raises
        ------
        ParameterError
            Names the parameter, what was given and what is allowed.
        """
        if not self.is_list:
            return self._parse_one(name, given)
        parts = given.split(",") if isinstance(given, str) else given
        parts = parts if isinstance(parts, list | tuple) else [parts]
        values = tuple(self._parse_one(name, part) for part in parts)
        if len(set(values)) < len(values):
            raise ParameterError(f"{name}={format_value(values)} names a value twice")
        return values

    def nearest(self, value: float) -> Any:
        """The allowed number nearest to one, a whole one where the parameter is whole."""
        inside = min(max(value, self.low), self.high)
        return round(inside) if self.kind is int else float(inside)

    def _parse_one(self, name: str, given: object) -> Any:
        value = _convert(name, str(given).strip(), self.kind)
        if self.choices and value not in self.choices:
            raise unknown(name, value, self.choices)
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            raise ParameterError(f"{name}={value} must {_range_text(self.low, self.high)}")
        return value


def _convert(name: str, text: str, kind: type) -> Any:
    truths = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if kind is bool:
        if text.lower() not in truths:
            raise ParameterError(f"{name}={text!r} must be true or false")
        return truths[text.lower()]
    try:
        value = kind(text)
    except ValueError:
        wanted = {int: "a whole number", float: "a number"}[kind]
        raise ParameterError(f"{name}={text!r} must be {wanted}") from None
    if kind is float and not math.isfinite(value):
        raise ParameterError(f"{name}={text!r} must be a finite number")
    return value


def _range_text(low: float, high: float) -> str:
    if math.isinf(high):
        return f"be at least {format_value(low)}"
    if math.isinf(low):
        return f"be at most {format_value(high)}"
    return f"lie in [{format_value(low)}, {format_value(high)}]"


def format_value(value: Any) -> str:
    """Write a value the way a user types it: ``(0.0, 0.5)`` becomes ``0,0.5``."""
    if isinstance(value, tuple | list):
        return ",".join(format_value(part) for part in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return str(value)


def unknown(what: str, given: object, known: Iterable[str]) -> ParameterError:
    """Make the error for a name that is not among the known ones."""
    names = sorted(known)
    near = difflib.get_close_matches(str(given), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ParameterError(f"{what}={str(given)!r} is unknown; choose from {', '.join(names)}{hint}")


def parse_settings(
    name: str,
    text: str,
    declared: Mapping[str, Param],
    presets: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Parse ``"C=0.5,max_iter=200"`` against declarations; a bare word names a preset.

    Parameters
    ----------
    name : str
        The parameter that carries the text, for messages.
    text : str
        Settings in the order in which they apply; later ones win.
    declared : mapping
        What may be set.
    presets : mapping, optional
        Named groups of settings.

    Returns
    -------
    dict
        Every declared parameter with its value, defaults filled in.
    """
    presets = presets or {}
    values = {key: param.default for key, param in declared.items()}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals and key in presets:
            values |= presets[key]
        elif key not in declared:
            raise unknown(name, key, [*declared, *presets])
        elif not equals:
            raise ParameterError(f"{name}={key!r} lacks a value; write {key}=...")
        else:
            values[key] = declared[key].parse(f"{name}: {key}", value)
    return values
