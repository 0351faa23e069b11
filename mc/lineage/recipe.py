"""What the user writes to name strategies: ``accumulate+fresh_labels:share=0.2``."""

from functools import cache
from inspect import signature
from types import ModuleType

from mc import plugins
from mc.errors import ParameterError
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings, format_value

NOTHING = "none"  # the recipe that changes nothing
ALIASES = {"absent": "drop_synthetic", "flips": "noise_control"}  # names of earlier versions
Step = tuple[str, Settings]  # a strategy, set


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
        ":".join([name, *(f"{key}={format_value(at)}" for key, at in settings.changed().items())])
        for name, settings in recipe
    )


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
            asked |= set(module.keeps(step, **settings.values()))
    return {generation for generation in asked if 0 <= generation <= step}


def is_control(recipe: tuple[Step, ...]) -> bool:
    """Whether it answers a question rather than helps."""
    modules = [plugins.load("strategies", "strategies", name) for name, _ in recipe]
    return any(getattr(module, "is_control", False) for module in modules)


def apply(recipe: tuple[Step, ...], training: TrainingSet) -> TrainingSet:
    """One strategy after the other."""
    for name, settings in recipe:
        changed: TrainingSet = plugins.load("strategies", "strategies", name).apply(
            training, **settings.values()
        )
        training = changed
    return training


def _step(text: str) -> Step:
    name, *settings = text.strip().split(":")
    name = ALIASES.get(name, name)
    declared = getattr(plugins.load("strategies", "strategies", name), "Parameters", Settings)
    return name, declared.read_text(",".join(settings), f"strategies={name}")
