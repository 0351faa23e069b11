"""Recipes of strategies as the user writes them: ``accumulate+fresh_labels:share=0.2``."""

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
    """Parse a recipe: strategies joined by ``+``, each with its settings after colons.

    Raises
    ------
    ParameterError
        When a strategy or setting does not exist, or a value is out of range.
    """
    return tuple(_step(part) for part in text.split("+"))


def written(recipe: tuple[Step, ...]) -> str:
    """A recipe as the user writes it, without settings at their defaults."""
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
    """Refuse strategies that do not support a backend.

    Raises
    ------
    ParameterError
        When a strategy does not; says why.
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
        When it has none; names the strategy that needs it.
    """
    if not takes_weights(plugins.load("backends", "backend", backend)):
        raise ParameterError(
            f"strategies={strategy} weighs rows, but backend={backend!r} takes no weights; add "
            f"`weights` to `fit` in mc/lineage/backends/{backend}.py, or leave the strategy out"
        )


def takes_weights(backend: ModuleType) -> bool:
    """Whether a backend's ``fit`` supports weights of rows."""
    return "weights" in signature(backend.fit).parameters


def kept(recipe: tuple[Step, ...], step: int) -> set[int]:
    """Generations up to ``step`` whose classifiers later ones may use, the newest included.

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
    """Whether a recipe has a control, which answers a question and does not help."""
    modules = [plugins.load("strategies", "strategies", name) for name, _ in recipe]
    return any(getattr(module, "is_control", False) for module in modules)


def apply(recipe: tuple[Step, ...], training: TrainingSet) -> TrainingSet:
    """Apply the strategies of a recipe in order."""
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
