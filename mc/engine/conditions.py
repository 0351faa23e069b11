"""From settings to conditions of lineages of classifiers, and the corpus that these need."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from mc.errors import DataError
from mc.lineage import backends
from mc.lineage.backends import is_import_path
from mc.lineage.loop import RESULTS_VERSION, Condition
from mc.lineage.view import AUTO
from mc.settings import Settings, Value
from mc.statistics import SIZES
from mc.types import AnyCondition


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


class Relabelled(Protocol):
    """Settings of one backend, regime and labelling."""

    @property
    def backend(self) -> str: ...
    @property
    def backend_params(self) -> str: ...
    @property
    def representation(self) -> str: ...
    @property
    def regime(self) -> str: ...
    @property
    def labelling(self) -> str: ...
    @property
    def vocabulary(self) -> str: ...
    @property
    def test_size(self) -> int: ...
    @property
    def seed(self) -> int: ...


def condition_of(settings: Relabelled, sizes: tuple[int, ...]) -> Condition:
    """`condition` of settings that have all that it takes."""
    return condition(
        sizes,
        backend=settings.backend,
        backend_params=settings.backend_params,
        regime=settings.regime,
        labelling=settings.labelling,
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


def code_of(conditions: Iterable[AnyCondition]) -> dict[str, str]:
    """Version or digest of each imported backend, on which results depend."""
    used = {getattr(each, "backend", "") for each in conditions}
    return {f"code of {name}": backends.identity(name) for name in used if is_import_path(name)}


def identity_of(
    conditions: Sequence[Condition], axes: Sequence[str], log_models: str
) -> dict[str, object]:
    """All that matters to the results of a grid, except the corpus and what its keys say."""
    shared = {name: at for name, at in vars(conditions[0]).items() if name not in axes}
    if "backend" in axes:
        del shared["backend_params"]  # the key of each lineage has a digest of its own
    if set(SIZES) <= set(axes):
        del shared["sizes"]  # as the key says
    shared |= code_of(conditions)
    if shared["representation"] == AUTO:  # so that studies of earlier versions go on
        del shared["representation"]
    if not shared["same_rows"]:
        del shared["same_rows"]
    return {**shared, "log_models": log_models, "version": RESULTS_VERSION}
