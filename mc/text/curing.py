"""Cures as the user writes them: ``none``, ``fresh:0.1``, ``edit:0.99``; see `mc.text.cures`."""

from dataclasses import dataclass
from functools import cache
from inspect import signature
from types import ModuleType

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import backends
from mc.settings import Settings, declared, format_value
from mc.text.reading import Apply, Origin

NOTHING = "none"  # the cure that changes nothing


@dataclass(frozen=True)
class Cure:
    """A cure with its settings.

    Parameters
    ----------
    name : str
        Of the plug-in.
    settings : Settings
        Its parameters.
    """

    name: str
    settings: Settings

    def __str__(self) -> str:
        values = {key: format_value(at) for key, at in self.settings.values().items()}
        if len(values) == 1:
            return ":".join([self.name, *values.values()])
        return ":".join([self.name, *(f"{key}={at}" for key, at in values.items())])

    @property
    def module(self) -> ModuleType:
        """The plug-in."""
        return plugins.load("cures", "cure", self.name)

    @property
    def needs_previous(self) -> bool:
        """Whether it asks the generator of the generation before."""
        return self._has("needs_previous")

    def check(self, family: ModuleType, backend: str) -> None:
        """Refuse generators and classifiers that lack what the cure needs.

        Parameters
        ----------
        family : module
            A plug-in of generators.
        backend : str
            The classifier.

        Raises
        ------
        ParameterError
            Names the cure and the remedy.
        """
        generator = family.__name__.rpartition(".")[2]
        if self._has("needs_editor") and not getattr(family, "edits", False):
            raise ParameterError(
                f"cure={self} needs generators with a method `edit`, and those of "
                f"generator={generator} have none; add it and declare `edits = True`, or leave the "
                "cure out"
            )
        if self._has("weighs_words") and "weights" not in signature(family.fit).parameters:
            raise ParameterError(
                f"cure={self} weighs words, but generator={generator} takes no weights; add "
                "`weights` to its `fit`, or leave the cure out"
            )
        if self._has("weighs_texts") and not backends.takes_weights(backends.find(backend)):
            raise ParameterError(
                f"cure={self} weighs texts, but backend={backend!r} takes no weights; use another "
                "backend, or leave the cure out"
            )

    def _has(self, need: str) -> bool:
        return bool(getattr(self.module, need, False))

    def prepare(self, origin: Origin) -> Apply:
        """Learn from generation 0; returns what changes the reading of each later generation."""
        applied: Apply = self.module.prepare(origin, **self.settings.values())
        return applied


@cache
def parse(text: str) -> Cure:
    """Read a cure.

    Raises
    ------
    ParameterError
        When it is none, or its number is out of range.

    Examples
    --------
    >>> str(parse("fresh"))
    'fresh:0.1'
    """
    name, *given = text.strip().split(":")
    shown = f"cure={text.strip()}"
    module = plugins.load("cures", "cure", name)
    parameters: type[Settings] = getattr(module, "Parameters", Settings)
    names = list(declared(parameters))
    if given and not names:
        raise ParameterError(f"{shown!r} has a value that {name} does not take; use cure={name}")
    if len(given) == 1 and "=" not in given[0]:
        given = [f"{names[0]}={given[0]}"]
    return Cure(name, parameters.read_text(",".join(given), shown))


def parse_all(texts: tuple[str, ...]) -> tuple[Cure, ...]:
    """Read several cures; `NOTHING` comes first, whether or not it is named.

    Raises
    ------
    ParameterError
        When one is named twice.
    """
    found: dict[str, Cure] = {}
    for text in texts:
        cure = parse(text)
        if str(cure) in found:
            raise ParameterError(f"cure={text} names {cure} twice; leave one out")
        found[str(cure)] = cure
    first = found.pop(NOTHING, parse(NOTHING))
    return (first, *found.values())
