"""Typed settings: each declared once, with its range and help, then parsed and checked by pydantic.

>>> from pydantic import Field
>>> class Loop(Settings):
...     rate: float = Field(0.1, ge=0, le=1, description="share of labels that a model gives")
...     sizes: tuple[Annotated[int, Field(ge=2)], ...] = Field((10, 20), description="reviews")
>>> Loop.read({"sizes": "30,40"})
Loop(rate=0.1, sizes=(30, 40))
>>> Loop.read({"rate": "1.2"})
Traceback (most recent call last):
    ...
mc.errors.ParameterError: rate=1.2 must lie in [0, 1]

The command line, MLproject, the tables of the documentation and the messages follow from it.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from mc.errors import ParameterError

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)  # which has no public name
T = TypeVar("T")
Number = int | float
Value = int | float | str  # of one setting; a truth value is an int
Values = Mapping[str, Value]
Presets = Mapping[str, Mapping[str, object]]  # name to values of some settings
KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


@dataclass(frozen=True)
class OneOf:
    """The only values allowed, as an annotation: ``Annotated[str, OneOf(("a", "b"))]``.

    Parameters
    ----------
    choices : tuple of str
        The values.
    former : mapping of str to str
        Names of earlier versions, which are read as the choice that they name now.
    also : callable, optional
        Whether another value is allowed too; what it means is checked where it is used.
    """

    choices: tuple[str, ...]
    former: Mapping[str, str] = field(default_factory=dict)
    also: Callable[[str], bool] | None = None


class _Absent:
    """An attribute that is not there."""

    def __get__(self, holder: object, owner: type) -> None:
        raise AttributeError


class _Names(ModelMetaclass):
    """Lets a setting be called ``register``, as a method of every abstract class is."""

    register = _Absent()  # type: ignore[assignment]


@dataclass(frozen=True)
class MayRepeat:
    """A list that may hold a value twice, since its places belong to those of other lists."""


class Settings(BaseModel, metaclass=_Names):
    """Settings that are declared by annotations; immutable, and no other name is accepted."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, coerce_numbers_to_str=True
    )
    presets: ClassVar[Presets] = {}
    essential: ClassVar[tuple[str, ...]] = ()  # what MLproject declares; all others work as well

    @classmethod
    def read(cls, given: Mapping[str, object], prefix: str = "") -> Self:
        """Check values, or the texts that stand for them; what is not given keeps its default.

        A class with presets and a setting ``preset`` gives the preset's values to all settings that
        have their defaults. (MLflow Projects passes every declared setting, so a default looks the
        same as that value asked for.)

        Parameters
        ----------
        given : mapping
            Name to text or value.
        prefix : str
            Stands before the name in messages.

        Raises
        ------
        ParameterError
            Names the setting, what was given and what is allowed.
        """
        try:
            settings = cls.model_validate(dict(given))
        except ValidationError as error:
            raise _explained(cls, error.errors()[0], prefix) from None
        chosen = cls.presets.get(str(getattr(settings, "preset", "")), {})
        parameters = declared(cls)
        changed = {
            name: value
            for name, value in chosen.items()
            if getattr(settings, name) == parameters[name].default
        }
        return settings.model_copy(update=changed)

    @classmethod
    def read_text(cls, text: str, name: str) -> Self:
        """Read ``"C=0.5,max_iter=200"``; a bare word names a preset.

        Parameters
        ----------
        text : str
            Settings in the order in which they apply; later ones win.
        name : str
            The parameter that carries the text, for messages.
        """
        parameters = declared(cls)
        given: dict[str, object] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals and key in cls.presets:
                given |= cls.presets[key]
            elif key not in parameters:
                raise unknown(name, key, [*parameters, *cls.presets])
            elif not equals:
                raise ParameterError(f"{name}={key!r} lacks a value; write {key}=...")
            else:
                given[key] = value
        return cls.read(given, name)

    def as_text(self) -> str:
        """Settings as `read_text` takes them: those that differ from their defaults."""
        return ",".join(f"{name}={format_value(value)}" for name, value in self.changed().items())

    def changed(self) -> dict[str, Value]:
        """Names and values of those that differ from their defaults."""
        parameters = declared(type(self))
        return {name: at for name, at in self.values().items() if at != parameters[name].default}

    def values(self) -> dict[str, Value]:
        """Names and values in the order of `declared`."""
        return {name: getattr(self, name) for name in declared(type(self))}

    def fill(self, kind: type[T], **more: object) -> T:
        """A dataclass whose fields are settings of the same name, or given here."""
        values: dict[str, Any] = {**self.values(), **more}
        known = {each.name for each in fields(kind)} & values.keys()  # type: ignore[arg-type]
        return kind(**{name: values[name] for name in known})

    @model_validator(mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """Cut texts of lists at their commas."""
        if not isinstance(given, Mapping):
            return given
        lists = {name for name, field in cls.model_fields.items() if _is_list(field)}
        return {name: _parts(at) if name in lists else _bare(at) for name, at in given.items()}

    @field_validator("*")
    @classmethod
    def _check(cls, value: object, info: ValidationInfo) -> object:
        """Refuse values that are not among the choices, and lists that name a value twice.

        Choices that had another name in an earlier version come back by the one they have now.
        """
        parameter = declared(cls)[str(info.field_name)]
        if parameter.former:
            value = _renamed(value, parameter.former)
        values = value if isinstance(value, tuple) else (value,)
        for each in values:
            allowed = each in parameter.choices or (parameter.also and parameter.also(each))
            if parameter.choices and not allowed:
                raise ValueError(str(unknown("{name}", each, parameter.choices)))
        if len(set(values)) < len(values) and not parameter.may_repeat:
            raise ValueError(f"{{name}}={format_value(value)} names a value twice")
        return value


@dataclass(frozen=True)
class Parameter:
    """What is declared of one setting.

    Parameters
    ----------
    default : object
        Of a list a tuple.
    help : str
        One line for the command line and the tables of the documentation.
    kind : type
        Of one value (of the elements, for a list).
    is_list : bool
        Whether it is a comma-separated list.
    low, high : float
        The closed interval in which a number (or each of a list) must lie.
    choices : tuple of str
        The only values allowed; empty: any.
    may_repeat : bool
        Whether a list may hold a value twice.
    former : mapping of str to str
        Names of choices in earlier versions.
    also : callable, optional
        Whether a value that is not among the choices is allowed too.
    """

    default: object
    help: str
    kind: type
    is_list: bool
    low: float
    high: float
    choices: tuple[str, ...]
    may_repeat: bool = False
    former: Mapping[str, str] = field(default_factory=dict)
    also: Callable[[str], bool] | None = None

    @property
    def limits(self) -> str:
        """The interval in words: ``in [0, 1]``, ``at least 2``; empty where there is none."""
        if math.isinf(self.low) and math.isinf(self.high):
            return ""
        if math.isinf(self.high):
            return f"at least {format_value(self.low)}"
        if math.isinf(self.low):
            return f"at most {format_value(self.high)}"
        return f"in [{format_value(self.low)}, {format_value(self.high)}]"

    def nearest(self, value: float) -> Number:
        """The allowed number nearest to one, a whole one where the setting is whole."""
        inside = min(max(value, self.low), self.high)
        return round(inside) if self.kind is int else float(inside)


@cache
def declared(settings: type[Settings]) -> dict[str, Parameter]:
    """All settings of a class by name: its own first, then those of its bases."""
    names = dict.fromkeys(name for base in settings.__mro__ for name in _own_names(base))
    fields = settings.model_fields
    return {name: _parameter(fields[name]) for name in names if name in fields}


def _own_names(base: type) -> Iterable[str]:
    return base.__annotations__ if "__annotations__" in vars(base) else ()


def _parameter(field: FieldInfo) -> Parameter:
    is_list, metadata, kind = _is_list(field), list(field.metadata), field.annotation
    if is_list:
        kind = get_args(kind)[0]
        if get_origin(kind) is Annotated:
            kind, *of_elements = get_args(kind)
            metadata += of_elements
    limits = list(_flat(metadata))
    allowed = next((at for at in limits if isinstance(at, OneOf)), OneOf(()))
    return Parameter(
        default=None if field.is_required() else field.default,
        help=field.description or "",
        kind=kind if isinstance(kind, type) else str,
        is_list=is_list,
        low=max([-math.inf, *(at.ge for at in limits if hasattr(at, "ge"))]),
        high=min([math.inf, *(at.le for at in limits if hasattr(at, "le"))]),
        choices=allowed.choices,
        may_repeat=any(isinstance(at, MayRepeat) for at in limits),
        former=allowed.former,
        also=allowed.also,
    )


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    """Limits, also those within a `Field` of an annotation."""
    for each in metadata:
        yield from _flat(each.metadata) if isinstance(each, FieldInfo) else [each]


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple


def _renamed(value: object, former: Mapping[str, str]) -> object:
    if isinstance(value, tuple):
        return tuple(former.get(each, each) for each in value)
    return former.get(str(value), value)


def _bare(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _parts(given: object) -> object:
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(map(_bare, parts if isinstance(parts, list | tuple) else [parts]))


def _explained(settings: type[Settings], error: Mapping[str, Any], prefix: str) -> ParameterError:
    """The first error of pydantic in our words."""
    name, given, kind = str(error["loc"][0]), error["input"], error["type"]
    shown = f"{prefix}: {name}" if prefix else name
    if kind == "extra_forbidden":
        return unknown(prefix or "parameter", name, declared(settings))
    if kind == "value_error":
        return ParameterError(str(error["ctx"]["error"]).replace("{name}", shown, 1))
    parameter = declared(settings)[name]
    if kind in ("greater_than_equal", "less_than_equal"):
        value = parameter.kind(str(given))
        verb = "lie" if parameter.limits.startswith("in") else "be"
        return ParameterError(f"{shown}={value} must {verb} {parameter.limits}")
    wanted = "a finite number" if kind == "finite_number" else KINDS[parameter.kind]
    return ParameterError(f"{shown}={str(given)!r} must be {wanted}")


def format_value(value: object) -> str:
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
