"""Recipes of strategies as the user writes them: ``accumulate+fresh_labels:share=0.2``."""

from functools import cache

from mc import plugins
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings, format_value

NOTHING = "none"  # the recipe that changes nothing
ALIASES = {"absent": "drop_synthetic", "flips": "noise_control"}  # names of earlier versions
Step = tuple[str, Settings]  # a strategy, set


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
        ":".join([name, *(f"{key}={format_value(at)}" for key, at in settings.changed().items())])
        for name, settings in recipe
    )


def check(recipe: tuple[Step, ...], backend: str, n_classes: int = 2) -> None:
    """Refuse strategies that do not support a backend, or so many classes.

    Raises
    ------
    ParameterError
        When a strategy does not; says why.
    """
    for name, _ in recipe:
        module = plugins.load("strategies", "strategies", name)
        if n_classes > 2 and getattr(module, "needs_two_classes", False):
            raise ParameterError(
                f"strategies={name} supports two classes, and the data has {n_classes}; leave it "
                "out"
            )
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
    if not backends.takes_weights(backends.find(backend)):
        remedy = (
            ""
            if backends.is_import_path(backend)
            else (f"add `weights` to `fit` in mc/lineage/backends/{backend}.py, or ")
        )
        raise ParameterError(
            f"strategies={strategy} weighs rows, but backend={backend!r} takes no weights; "
            f"{remedy}leave the strategy out"
        )


def kept(recipe: tuple[Step, ...], step: int) -> set[int]:
    """Generations up to ``step`` whose classifiers later ones may use, the newest included.

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
    """Whether a recipe has a control, which answers a question and does not help."""
    modules = [plugins.load("strategies", "strategies", name) for name, _ in recipe]
    return any(getattr(module, "is_control", False) for module in modules)


def apply(recipe: tuple[Step, ...], training: TrainingSet) -> TrainingSet:
    """Apply the strategies of a recipe in order."""
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
