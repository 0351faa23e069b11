"""One worker process: claims cells of a study, runs their lineages, logs them.

Knows a plan, which is all that the stage tells it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mc.features import open_features
from mc.lineage import Condition, lineage
from mc.params import format_value
from mc.processes import die_with_parent, interrupt_on_sigterm

LIBRARY_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Assignment:
    """What a cell stands for.

    Parameters
    ----------
    condition : Condition
        What to do.
    axes : tuple of str
        Fields of the condition that tell it from the others of its stage.
    replicate : int
        Which repetition.
    """

    condition: Condition
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
    """Everything a worker must know.

    Parameters
    ----------
    study, storage : str
        The Optuna study to take cells from.
    tracking_uri, experiment, stage_run : str
        Where lineages are logged, and the run above them.
    features : Path
        Folder of the prepared corpus.
    assignments : mapping
        Cell key to what is to be done.
    log_models : {"all", "ends", "none"}
        Generations whose model is kept.
    params, tags : mapping
        Logged with every lineage.
    """

    study: str
    storage: str
    tracking_uri: str
    experiment: str
    stage_run: str
    features: Path
    assignments: Mapping[str, Assignment]
    log_models: str
    params: Mapping[str, str]
    tags: Mapping[str, str]


def limit_threads() -> None:
    """One thread a worker: cores are shared out among processes, and sums keep their order.

    To be called before numpy is imported in the process that it concerns, by its parent.
    """
    os.environ.update(dict.fromkeys(LIBRARY_THREADS, "1"))


def main(plan: Plan) -> None:
    """Work until no cell is waiting; the body of a worker process."""
    die_with_parent()
    ending = interrupt_on_sigterm()
    try:
        work(plan)
    except BaseException:
        if ending.is_set():  # whatever an interrupted library made of the interrupt
            raise SystemExit(1) from None
        raise


def work(plan: Plan) -> None:
    """Claim, run and log cells until none is waiting."""
    from mc import search  # noqa: PLC0415  (spawned: the signals are in place before slow imports)
    from mc.tracking.models import ModelWriter  # noqa: PLC0415
    from mc.tracking.runs import LineageRun, open_lineage_run  # noqa: PLC0415
    from mc.tracking.store import CELL, TRIAL, connect  # noqa: PLC0415

    os.environ["MLFLOW_TRACKING_URI"] = plan.tracking_uri
    client, features = connect(), open_features(plan.features)
    backend = next(iter(plan.assignments.values())).condition.backend
    writer = ModelWriter(features, backend) if plan.log_models != "none" else None

    def open_run(claim: search.Claim) -> LineageRun:
        assignment = plan.assignments[claim.key]
        run = open_lineage_run(
            client,
            plan.experiment,
            plan.stage_run,
            assignment.title,
            params={**plan.params, **lineage_params(assignment)},
            tags={**plan.tags, CELL: claim.key, TRIAL: str(claim.number)},
            writer=writer,
        )
        claim.note("run_id", run.id)
        run.log_corpus(features)
        return run

    def compute(claim: search.Claim) -> float:
        assignment = plan.assignments[claim.key]
        condition, accuracy = assignment.condition, 0.0
        with open_run(claim) as run:
            for generation in lineage(features.X, features.labels, condition, assignment.replicate):
                run.add(generation, is_kept(generation.step, len(condition.sizes), plan.log_models))
                accuracy = generation.metrics["accuracy"]
                claim.report(generation.step, accuracy)
            run.finish()
        return accuracy

    search.work(search.open_study(plan.storage, plan.study), compute)


def lineage_params(assignment: Assignment) -> dict[str, str]:
    """What a lineage's run shows as its parameters."""
    condition = assignment.condition
    shown = {
        "backend": condition.backend,
        "regime": condition.regime,
        "labelling": condition.labelling,
        "rate": condition.rate,
        "initial_size": condition.initial_size,
        "increment": condition.increment,
        "final_size": condition.final_size,
        "replicate": assignment.replicate,
        "test_size": condition.test_size,
        "seed": condition.seed,
        **{f"{condition.backend}.{k}": v for k, v in condition.backend_params.items()},
    }
    return {name: format_value(value) for name, value in shown.items()}


def is_kept(step: int, steps: int, log_models: str) -> bool:
    """Whether a generation's model is kept."""
    return log_models == "all" or (log_models == "ends" and step in (0, steps - 1))
