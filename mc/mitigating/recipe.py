"""What the user writes to name strategies: ``accumulate+fresh_labels:share=0.2``."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from mc import plugins
from mc.offer import Offer
from mc.params import parse_settings

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


def apply(recipe: tuple[Step, ...], offer: Offer) -> Offer:
    """One strategy after the other."""
    for name, settings in recipe:
        changed: Offer = plugins.load("strategies", "strategies", name).apply(offer, **settings)
        offer = changed
    return offer


def _step(text: str) -> Step:
    name, *settings = text.strip().split(":")
    declared = plugins.load("strategies", "strategies", name).parameters
    return name, parse_settings(f"strategies={name}", ",".join(settings), declared)
