"""What the user writes to name strategies: ``accumulate+fresh_labels:share=0.2``."""

from collections.abc import Iterator, Mapping
from functools import cache
from inspect import signature
from types import ModuleType
from typing import Any

from mc import plugins
from mc.errors import ParameterError
from mc.lineage.training_set import TrainingSet
from mc.params import format_value, parse_settings

NOTHING = "none"  # the recipe that changes nothing
ALIASES = {"absent": "drop_synthetic", "flips": "noise_control"}  # names of earlier versions
Step = tuple[str, Mapping[str, Any]]  # a strategy with all its settings


@cache
def parse(text: str) -> tuple[Step, ...]:
    """Read a recipe: strategies joined by ``+``, each with its settings behind colons.

    Raises
    ------
    ParameterError
        For a strategy or setting that does not exist, or a value out of range.
    """
    return tuple(_step(part) for part in text.split("+"))


def written(recipe: tuple[Step, ...]) -> str:
    """A recipe as the user would write it: what is at its default is left out."""
    return "+".join(
        ":".join([name, *(f"{key}={format_value(at)}" for key, at in _chosen(name, settings))])
        for name, settings in recipe
    )


def _chosen(name: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    declared = plugins.load("strategies", "strategies", name).parameters
    for key, value in settings.items():
        if value != declared[key].default:
            yield key, value


def check(recipe: tuple[Step, ...], backend: str) -> None:
    """Refuse strategies that cannot work with a backend.

    Raises
    ------
    ParameterError
        Says which and why.
    """
    for name, _ in recipe:
        module = plugins.load("strategies", "strategies", name)
        if hasattr(module, "check"):
            module.check(backend)
        if getattr(module, "needs_weights", False):
            check_weights(backend, name)


def check_weights(backend: str, strategy: str) -> None:
    """Refuse a backend whose ``fit`` has no parameter ``weights``.

    Raises
    ------
    ParameterError
        Names the strategy that needs it.
    """
    if not takes_weights(plugins.load("backends", "backend", backend)):
        raise ParameterError(
            f"strategies={strategy} weighs rows, but backend={backend!r} takes no weights; add "
            f"`weights` to `fit` in mc/lineage/backends/{backend}.py, or leave the strategy out"
        )


def takes_weights(backend: ModuleType) -> bool:
    """Whether a backend's ``fit`` lets rows count differently."""
    return "weights" in signature(backend.fit).parameters


def kept(recipe: tuple[Step, ...], step: int) -> set[int]:
    """Generations up to ``step`` that later ones may ask for labels, the newest included.

    >>> sorted(kept(parse("restart+ensemble:generations=2"), 7))
    [0, 1, 6, 7]
    """
    asked = {step}
    for name, settings in recipe:
        module = plugins.load("strategies", "strategies", name)
        if hasattr(module, "keeps"):
            asked |= set(module.keeps(step, **settings))
    return {generation for generation in asked if 0 <= generation <= step}


def is_control(recipe: tuple[Step, ...]) -> bool:
    """Whether it answers a question rather than helps."""
    modules = [plugins.load("strategies", "strategies", name) for name, _ in recipe]
    return any(getattr(module, "is_control", False) for module in modules)


def apply(recipe: tuple[Step, ...], training: TrainingSet) -> TrainingSet:
    """One strategy after the other."""
    for name, settings in recipe:
        changed: TrainingSet = plugins.load("strategies", "strategies", name).apply(
            training, **settings
        )
        training = changed
    return training


def _step(text: str) -> Step:
    name, *settings = text.strip().split(":")
    name = ALIASES.get(name, name)
    declared = plugins.load("strategies", "strategies", name).parameters
    return name, parse_settings(f"strategies={name}", ",".join(settings), declared)
