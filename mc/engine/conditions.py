"""From settings to conditions of lineages of classifiers, and the corpus that these need."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from mc.errors import DataError
from mc.lineage import backends
from mc.lineage.backends import is_import_path
from mc.lineage.loop import RESULTS_VERSION, Condition
from mc.lineage.replicate import Replicate
from mc.lineage.view import AUTO
from mc.settings import Settings, Value, declared
from mc.statistics import SIZES
from mc.types import PreparedRows


def backend_parameters(name: str, text: str, parameter: str = "backend_params") -> dict[str, Value]:
    """All settings of a backend from what the user wrote.

    Raises
    ------
    ParameterError
        For a backend or setting that does not exist.
    """
    parameters: type[Settings] = backends.find(name).Parameters
    return parameters.read_text(text, parameter).values()


def condition(
    sizes: tuple[int, ...],
    *,
    backend: str,
    backend_params: str = "",
    regime: str = "accumulate",
    labelling: str = "argmax",
    vocabulary: str,
    test_size: int,
    seed: int,
    representation: str = "auto",
) -> Condition:
    """The condition that the common parameters describe, at rate 0.

    Raises
    ------
    ParameterError
        For a backend or setting of it that does not exist.
    """
    parameters = backend_parameters(backend, backend_params)
    return Condition(
        sizes=sizes,
        regime=regime,
        labelling=labelling,
        backend=backend,
        backend_params=parameters,
        vocabulary=vocabulary,
        test_size=test_size,
        seed=seed,
        representation=representation,
    )


class Estimating(Protocol):
    """Settings of one backend, and what it sees."""

    @property
    def backend(self) -> str: ...
    @property
    def backend_params(self) -> str: ...
    @property
    def representation(self) -> str: ...
    @property
    def vocabulary(self) -> str: ...
    @property
    def test_size(self) -> int: ...
    @property
    def seed(self) -> int: ...


class Relabelled(Estimating, Protocol):
    """Settings of one backend, regime and labelling."""

    @property
    def regime(self) -> str: ...
    @property
    def labelling(self) -> str: ...


def condition_of(settings: Relabelled, sizes: tuple[int, ...]) -> Condition:
    """`condition` of settings that have all that it takes."""
    template = template_of(settings, sizes)
    return replace(template, regime=settings.regime, labelling=settings.labelling)


def template_of(settings: Estimating, sizes: tuple[int, ...]) -> Condition:
    """`condition` of settings without regime and labelling."""
    return condition(
        sizes,
        backend=settings.backend,
        backend_params=settings.backend_params,
        vocabulary=settings.vocabulary,
        test_size=settings.test_size,
        seed=settings.seed,
        representation=settings.representation,
    )


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


def check_classes(rows: PreparedRows, conditions: Iterable[Condition], repetitions: int) -> None:
    """Refuse sizes below the number of classes, and test sets that take all rows of a class.

    A small generation may lack a class; all rows that are not held out must not.

    Raises
    ------
    DataError
        Names the class, or the number of classes.
    """
    name, classes = rows.about["name"], rows.classes
    checked = set[tuple[int, int]]()
    for condition in conditions:
        sizes = {"initial_size": condition.sizes[0], "test_size": condition.test_size}
        for size, n in sizes.items():
            if n < len(classes):
                raise DataError(
                    f"data={name!r} has {len(classes)} classes, more than the rows of {size}={n}; "
                    f"use a larger {size}, or name a column of fewer classes with target in "
                    "data_params"
                )
        if (held_out := (condition.test_size, condition.seed)) not in checked:
            checked.add(held_out)
            _check_pool(rows, condition, repetitions)


def _check_pool(rows: PreparedRows, condition: Condition, repetitions: int) -> None:
    """Refuse test sets that leave no row of a class to train on."""
    counts = np.bincount(rows.labels, minlength=len(rows.classes))
    if counts.min() > condition.test_size:
        return
    for replicate in range(repetitions):
        test = Replicate.draw(len(rows.labels), condition, replicate).test
        left = counts - np.bincount(rows.labels[test], minlength=len(counts))
        if not left.all():
            lost = int(left.argmin())
            raise DataError(
                f"data={rows.about['name']!r}: all {counts[lost]} rows of class "
                f"{rows.classes[lost]!r} are among the held-out ones of repetition "
                f"{replicate + 1}, so none is left to train on; use a smaller test_size than "
                f"{condition.test_size}, bring more rows of this class, or leave it out"
            )


def code_of(names: Iterable[str]) -> dict[str, str]:
    """Version or digest of each imported backend among some names: results depend on it."""
    return {f"code of {name}": backends.identity(name) for name in names if is_import_path(name)}


def backends_of(settings: Settings) -> list[str]:
    """What settings that take an import path name: backends."""
    given = [
        getattr(settings, name)
        for name, parameter in declared(type(settings)).items()
        if parameter.also is is_import_path
    ]
    return [name for at in given for name in (at if isinstance(at, tuple) else (at,))]


def identity_of(
    conditions: Sequence[Condition], axes: Sequence[str], log_models: str
) -> dict[str, object]:
    """All that matters to the results of a grid, except the corpus and what its keys say."""
    shared = {name: at for name, at in vars(conditions[0]).items() if name not in axes}
    if "backend" in axes:
        del shared["backend_params"]  # the key of each lineage has a digest of its own
    if set(SIZES) <= set(axes):
        del shared["sizes"]  # as the key says
    if shared["representation"] == AUTO:  # so that studies of earlier versions go on
        del shared["representation"]
    if not shared["same_rows"]:
        del shared["same_rows"]
    return {**shared, "log_models": log_models, "version": RESULTS_VERSION}
