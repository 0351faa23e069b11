"""One worker process: claims cells of a study, runs their lineages and logs them.

A lineage that was broken off is gone on with. Knows a plan, which is all that the stage tells it.
"""

import os

from mc import plugins
from mc.data.features import open_features
from mc.engine.plan import Assignment, LineagePlan, is_kept
from mc.engine.queue import Claim, open_study
from mc.engine.queue import work as work_off
from mc.lineage.loop import Firsts, State, lineage
from mc.params import format_value
from mc.progress import REPORT_SECONDS, Every
from mc.tracking import checkpoints, results
from mc.tracking.checkpoints import Checkpoint
from mc.tracking.models import ModelWriter
from mc.tracking.runs import LineageRun, open_lineage_run
from mc.tracking.store import CELL, TRIAL, connect

CHECKPOINT_SECONDS = 60  # of a lineage that may be lost with its worker


def work(plan: LineagePlan) -> None:
    """Claim, run and log cells until none is waiting."""
    work_off(open_study(plan.storage, plan.study), Breeder(plan).compute)


class Breeder:
    """Computes the cells of a plan in one process."""

    def __init__(self, plan: LineagePlan) -> None:
        os.environ["MLFLOW_TRACKING_URI"] = plan.tracking_uri
        self._plan, self._client = plan, connect()
        self._features = open_features(plan.features)
        backend = next(iter(plan.assignments.values())).condition.backend
        self._trusted = plugins.load("backends", "backend", backend).trusted_types
        keep = plan.log_models != "none"
        self._writer = ModelWriter(self._features, backend) if keep else None
        self._firsts = Firsts()

    def compute(self, claim: Claim) -> float:
        """Breed the lineage of a cell; returns the accuracy of its last generation."""
        broken: Checkpoint | None = None
        if not claim.is_first:
            known = self._known_value(claim)
            if known is not None:
                return known
            where = (self._client, self._plan.experiment, self._plan.study, claim.key)
            broken = checkpoints.find(*where, self._trusted)
        with self._open_run(claim) as run:
            if broken:
                run.take_over(broken.rows, broken.run_id)
            accuracy = self._breed(claim, run, broken.state if broken else None)
            run.finish(claim.confirm)
        return accuracy

    def _known_value(self, claim: Claim) -> float | None:
        """The result of a worker that had the cell before, and was gone only after its end."""
        done = results.finished_lineages(self._client, self._plan.experiment, self._plan.study)
        return float(done[claim.key].data.metrics["accuracy"]) if claim.key in done else None

    def _breed(self, claim: Claim, run: LineageRun, after: State | None) -> float:
        given = self._plan.assignments[claim.key]
        X, human, steps = self._features.X, self._features.labels, len(given.condition.sizes)
        reports, saves = Every(REPORT_SECONDS, since=0.0), Every(CHECKPOINT_SECONDS)
        accuracy = float("nan")
        for generation in lineage(
            X, human, given.condition, given.replicate, firsts=self._firsts, after=after
        ):
            is_last = generation.step == steps - 1
            run.add(generation, is_kept(generation.step, steps, self._plan.log_models))
            accuracy = generation.metrics["accuracy"]
            if reports.is_due() or is_last:
                claim.report(generation.step, accuracy)
            if saves.is_due() and not is_last:
                checkpoints.save(run, generation.state)
        return accuracy

    def _open_run(self, claim: Claim) -> LineageRun:
        plan, assignment = self._plan, self._plan.assignments[claim.key]
        run = open_lineage_run(
            self._client,
            plan.experiment,
            plan.stage_run,
            assignment.title,
            params={**plan.params, **lineage_params(assignment)},
            tags={**plan.tags, CELL: claim.key, TRIAL: str(claim.number)},
            writer=self._writer,
        )
        claim.note("run_id", run.id)
        run.log_corpus(self._features)
        return run


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
