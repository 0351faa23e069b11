"""What is searched among combinations of strategies, and how one is written as a recipe.

Left out are strategies that need a person to check labels, and controls.
"""

from collections.abc import Iterator, Mapping

from mc.lineage.backends import Backend, takes_weights
from mc.lineage.recipe import parse, written
from mc.lineage.space import Choice, Range, Space
from mc.settings import Values, format_value

VERSION = 1  # raise when a change of the space makes the same seed search other combinations


def space(backend: Backend) -> Space:
    """What may be varied with a backend."""
    known: dict[str, Range | Choice] = {
        "relabel": Choice(("none", "ensemble", "soft_labels", "prior")),
        "generations": Range(1, 5),
        "ask": Choice(("nobody", "active", "fresh_labels")),
        "share": Range(0.01, 0.3, log=True),
        "use": Choice(("all", "confidence", "drop_synthetic")),
        "keep": Range(0.3, 0.9),
        "accumulate": Choice((False, True)),
        "factor": Range(0.1, 1.0),
        "restart": Choice((False, True)),
    }
    if getattr(backend, "stronger", {}):
        known["strength"] = Choice((1.0, 2.0, 4.0))
    if not takes_weights(backend):
        known["relabel"] = Choice(("none", "ensemble", "prior"))
        del known["factor"]
    return known


ALONE: Mapping[str, Values] = {  # a strategy by itself, in the space's terms
    "none": {},
    "ensemble": {"relabel": "ensemble"},
    "soft_labels": {"relabel": "soft_labels", "generations": 1},
    "prior": {"relabel": "prior"},
    "active": {"ask": "active"},
    "fresh_labels": {"ask": "fresh_labels"},
    "confidence": {"use": "confidence"},
    "drop_synthetic": {"use": "drop_synthetic"},
    "accumulate": {"accumulate": True, "factor": 1.0},
    "accumulate+decay": {"accumulate": True},
    "restart": {"restart": True},
    "regularise": {"strength": 4.0},
}
NOTHING: Values = {  # settings of what is not chosen: those of the files' defaults
    "relabel": "none",
    "generations": 3,
    "ask": "nobody",
    "share": 0.1,
    "use": "all",
    "keep": 0.5,
    "accumulate": False,
    "factor": 0.5,
    "restart": False,
    "strength": 1.0,
}


def alone(wanted: Space) -> dict[str, Values]:
    """Recipes of one strategy, as settings of a space: what a leaderboard tells the search."""
    settings = ({**NOTHING, **chosen} for chosen in ALONE.values())
    known = ({name: one[name] for name in wanted} for one in settings)
    return {recipe(one): one for one in known}


def recipe(chosen: Values) -> str:
    """A combination as a recipe: first labels, then people, then what is trained on and how.

    Settings of what is not chosen do not show: combinations that do the same have one recipe.
    """
    return written(parse("+".join(_parts(chosen)) or "none"))


def _parts(chosen: Values) -> Iterator[str]:
    relabel, use, ask = (str(chosen[name]) for name in ("relabel", "use", "ask"))
    if (
        relabel != "none" and use != "drop_synthetic"
    ):  # labels that are thrown away need not be given
        yield relabel if relabel == "prior" else _with(relabel, "generations", chosen)
    if ask != "nobody":
        yield _with(ask, "share", chosen)
    if use != "all":
        yield use if use == "drop_synthetic" else _with(use, "keep", chosen)
    if chosen["accumulate"]:
        yield "accumulate"
        differs = use != "drop_synthetic" and float(chosen.get("factor", 1.0)) < 1
        if differs:  # else all that is used weighs the same
            yield _with("decay", "factor", chosen)
    if chosen["restart"] and use != "drop_synthetic":
        yield "restart"
    if float(chosen.get("strength", 1.0)) > 1:
        yield _with("regularise", "strength", chosen)


def _with(strategy: str, setting: str, chosen: Values) -> str:
    return f"{strategy}:{setting}={format_value(chosen[setting])}"
