"""What a worker process is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mc.params import format_value

MILESTONES = 5  # generations after the first, the last one included


@dataclass(frozen=True)
class Assignment:
    """What a cell stands for.

    Parameters
    ----------
    condition : Condition
        What to do; of another kind of lineage, its own dataclass.
    axes : tuple of str
        Fields of the condition that tell it from the others of its stage.
    replicate : int
        Which repetition.
    """

    condition: Any
    axes: tuple[str, ...]
    replicate: int

    @property
    def coordinates(self) -> dict[str, float | int]:
        """Where it lies in its stage's grid: its axes and the replicate."""
        values = {axis: getattr(self.condition, axis) for axis in self.axes}
        return {**values, "replicate": self.replicate}

    @property
    def key(self) -> str:
        """Its name within its study."""
        return " ".join(f"{name}={format_value(at)}" for name, at in self.coordinates.items())

    @property
    def title(self) -> str:
        """Its name for people."""
        named = {name.replace("_", " "): at for name, at in self.coordinates.items()}
        return ", ".join(f"{name} {format_value(at)}" for name, at in named.items())


@dataclass(frozen=True)
class Plan:
    """What every worker must know.

    Parameters
    ----------
    study, storage : str
        The Optuna study to take cells from.
    tracking_uri, experiment, stage_run : str
        Where results are logged, and the run above them.
    params, tags : mapping
        Logged with every result.
    """

    study: str
    storage: str
    tracking_uri: str
    experiment: str
    stage_run: str
    params: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class LineagePlan(Plan):
    """What a worker must know whose cells are lineages.

    Parameters
    ----------
    features : Path
        Folder of the prepared corpus.
    assignments : mapping
        Cell key to what is to be done.
    log_models : {"all", "milestones", "ends", "none"}
        Generations whose model is kept.
    """

    features: Path
    assignments: Mapping[str, Assignment]
    log_models: str


def is_kept(step: int, steps: int, log_models: str) -> bool:
    """Whether a generation's model is kept."""
    if log_models in ("all", "none"):
        return log_models == "all"
    stride = -(-(steps - 1) // MILESTONES) if log_models == "milestones" else steps
    return step == steps - 1 or step % max(stride, 1) == 0
