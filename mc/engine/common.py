"""The parameters of every stage, declared once, and what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mc import plugins
from mc.errors import DataError, ParameterError
from mc.lineage.labelling import LABELLINGS
from mc.lineage.loop import RESULTS_VERSION, Condition
from mc.params import Param, parse_settings, unknown

Settings = Mapping[str, Any]

DATA = {
    "data": Param(
        "simulated", "simulated, amazon_polarity, or a path, glob or address of review files"
    ),
    "data_params": Param("", "settings of the data, as name=value,name=value"),
}
COMMON = {
    **DATA,
    "backend": Param("logistic", "classifier family: the name of a file in mc/lineage/backends"),
    "backend_params": Param("", "settings of the backend, as name=value,...; or a preset's name"),
    "regime": Param(
        "accumulate", "rows a generation trains on: the name of a file in mc/lineage/regimes"
    ),
    "labelling": Param("argmax", "how a model labels reviews: argmax, sample or prior"),
    "repetitions": Param(5, "independent replicates of each condition", low=1, high=10_000),
    "precision": Param(
        0.0,
        "half-width at which a loss's 95% interval needs no more repetitions; 0: none added",
        low=0.0,
        high=1.0,
    ),
    "max_repetitions": Param(100, "most that precision may add up to", low=1, high=10_000),
    "test_size": Param(20_000, "held-out reviews with human labels, drawn anew a replicate", low=2),
    "seed": Param(0, "base of all random streams", low=0, high=2**32 - 1),
    "jobs": Param(-1, "worker processes; -1 for one per core", low=-1, high=1024),
    "log_models": Param(
        "all",
        "generations whose model is kept: all, milestones (about six), ends, last or none",
        choices=("all", "milestones", "ends", "last", "none"),
    ),
    "storage": Param("sqlite:///optuna.db", "address of the Optuna study"),
    "fresh": Param(False, "start over instead of reusing finished lineages"),
}


def models(default: str) -> Param:
    """The parameter ``log_models`` with another default, for experiments of many lineages."""
    return replace(COMMON["log_models"], default=default)


def condition(settings: Settings, sizes: tuple[int, ...]) -> Condition:
    """The condition that the common parameters describe, at rate 0.

    Raises
    ------
    ParameterError
        For a name or backend setting that does not exist.
    """
    backend = plugins.load("backends", "backend", settings["backend"])
    plugins.load("regimes", "regime", settings["regime"])
    if settings["labelling"] not in LABELLINGS:
        raise unknown("labelling", settings["labelling"], LABELLINGS)
    return Condition(
        sizes=sizes,
        regime=settings["regime"],
        labelling=settings["labelling"],
        backend=settings["backend"],
        backend_params=parse_settings(
            "backend_params", settings["backend_params"], backend.parameters, backend.presets
        ),
        test_size=settings["test_size"],
        seed=settings["seed"],
    )


def check_repetitions(settings: Settings) -> None:
    """Refuse a bound on repetitions below those asked for at least."""
    least, most = settings["repetitions"], settings["max_repetitions"]
    if settings["precision"] and most < least:
        raise ParameterError(
            f"max_repetitions={most} must be at least repetitions={least}, with which it begins"
        )


def growth(initial_size: int, increment: int, final_size: int) -> tuple[int, ...]:
    """Sizes from the first to the last by equal steps, both included.

    Raises
    ------
    ParameterError
        When the steps do not meet the end, which would shrink the experiment silently.
    """
    if final_size < initial_size:
        raise ParameterError(
            f"final_size={final_size} must be at least initial_size={initial_size}"
        )
    beyond = (final_size - initial_size) % increment
    if beyond:
        below = final_size - beyond
        raise ParameterError(
            f"final_size={final_size} is not initial_size={initial_size} plus whole steps of "
            f"increment={increment}; use final_size={below} or {below + increment}"
        )
    return tuple(range(initial_size, final_size + 1, increment))


def within(sizes: Iterable[int], pool: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sort sizes and split them into those that a pool of reviews can fill, and the others.

    Raises
    ------
    DataError
        When it cannot fill any.
    """
    ordered = sorted(sizes)
    kept = tuple(size for size in ordered if size <= pool)
    if not kept:
        raise DataError(
            f"sizes={ordered[0]} and more do not fit into a pool of {max(pool, 0)} reviews "
            "(the corpus less test_size); ask for smaller sizes or bring more reviews"
        )
    return kept, tuple(ordered[len(kept) :])


def check_rows(n_rows: int, needed: Condition, name: str) -> None:
    """Refuse a corpus that is too small for the sizes asked.

    Raises
    ------
    DataError
        With all the numbers.
    """
    wanted = needed.sizes[-1] + needed.test_size
    if n_rows < wanted:
        more = " or more rows with data_params=rows=..." if name == "simulated" else ""
        raise DataError(
            f"data={name!r} has {n_rows} usable rows, but final_size={needed.sizes[-1]} and "
            f"test_size={needed.test_size} need {wanted}; ask for smaller sizes{more}"
        )


def identity(
    conditions: Sequence[Condition], axes: Sequence[str], log_models: str
) -> dict[str, Any]:
    """All that matters to the results of a grid, except the corpus and what its keys say."""
    shared = {name: at for name, at in vars(conditions[0]).items() if name not in axes}
    if "backend" in axes:
        del shared["backend_params"]  # the key of each lineage has a digest of its own
    return {**shared, "log_models": log_models, "version": RESULTS_VERSION}
