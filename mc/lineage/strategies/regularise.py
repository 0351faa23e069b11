"""Stronger regularisation of later generations.

Dohmatob, Feng & Kempe 2024, "Model Collapse Demystified: The Case of Regression": the best penalty
differs when labels are synthetic.
"""

from collections.abc import Mapping

from pydantic import Field

from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.training_set import TrainingSet
from mc.settings import Settings, declared


class Parameters(Settings):
    """Settings of the strategy."""

    strength: float = Field(4.0, ge=1, le=1e4, description="factor on the backend's regularisation")


def check(backend: str) -> None:
    """Refuse a backend that does not declare ``stronger``.

    Raises
    ------
    ParameterError
        When it does not; names the backend and its file.
    """
    if not _powers(backend):
        raise ParameterError(
            f"strategies=regularise cannot be used with backend={backend!r}, which does not "
            f"declare what regularises it; add `stronger` to mc/lineage/backends/{backend}.py"
        )


def apply(training: TrainingSet, *, strength: float) -> TrainingSet:
    """Multiply the backend's settings by powers of the strength, see ``stronger``."""
    parameters = declared(backends.find(training.backend).Parameters)
    given = training.backend_params
    return training.with_settings(
        **{
            name: parameters[name].nearest(given[name] * strength**power)
            for name, power in _powers(training.backend).items()
        }
    )


def _powers(backend: str) -> Mapping[str, float]:
    powers: Mapping[str, float] = getattr(backends.find(backend), "stronger", {})
    return powers
