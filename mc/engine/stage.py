"""Runs grids of lineages as one stage: prepares, enqueues, supervises workers, reports.

Wires features, tracking and search together; each of them knows nothing of the others.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from mc import statistics
from mc.data.features import Features, open_features
from mc.engine import common, queue, remote_workers, session, worker
from mc.engine.common import Settings
from mc.engine.plan import Assignment, LineagePlan, is_kept
from mc.engine.publishing import publish
from mc.engine.remote_workers import JOINS
from mc.engine.worker_pool import complete
from mc.errors import StudyError
from mc.lineage.loop import Condition, train
from mc.params import format_value
from mc.report.stage_result import Material
from mc.statistics import CONDITION
from mc.tracking import results, store
from mc.tracking.models import ModelWriter
from mc.tracking.runs import OpenRun

Place = tuple[Any, ...]  # of a condition in statistics: values of CONDITION, and the rate
SAMPLE_ROWS = 2000  # on which a model is fitted to see how large one is


@dataclass(frozen=True)
class Grid:
    """Lineages that share a study.

    Parameters
    ----------
    stage : str
        The stage that they belong to.
    settings : mapping
        All parameters.
    conditions : sequence of Condition
        They differ in their axes only.
    axes : tuple of str
        Fields of a condition that tell it from the others: ``rate``, ``initial_size``.
    """

    stage: str
    settings: Settings
    conditions: Sequence[Condition]
    axes: tuple[str, ...] = ("rate",)

    @property
    def template(self) -> Condition:
        """The first condition: all others differ from it in the axes only."""
        return self.conditions[0]

    @property
    def title(self) -> str:
        """What tells it from the other grids of its stage."""
        return f"{self.template.backend}, {self.template.regime}, {self.template.labelling}"


@dataclass(frozen=True)
class Ready:
    """A grid with its corpus and its study."""

    grid: Grid
    folder: Path
    features: Features
    study: str
    done: Mapping[str, Any]  # cell to run of the lineages that exist already


def run_grid(grid: Grid) -> None:
    """Run a stage of one grid."""
    run_grids([grid])


def run_grids(grids: Sequence[Grid]) -> None:
    """Run every condition and replicate of all grids below one stage run, then draw.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit; afterwards where
        cells failed, with what is finished kept for the next try.
    """
    session.set_up_process(grids[0].settings)
    stage, settings = grids[0].stage, grids[0].settings
    common.check_repetitions(settings)
    corpora = [_prepare(grid) for grid in grids]
    if JOINS in settings:
        remote_workers.check_corpus(settings[JOINS], open_features(corpora[0]))
    opened = session.open_store()
    ready = [_look_up(opened, *each) for each in zip(grids, corpora, strict=True)]
    if JOINS in settings:
        _run_all(remote_workers.stage_run(opened, settings[JOINS]), ready)
        return
    studies = [each.study for each in ready]
    with session.open_run(opened, stage, settings, ", ".join(studies)) as run:
        remote_workers.announce(stage, settings, studies, run.id, ready[0].features)
        run.log_corpus(ready[0].features)
        for each in ready:
            results.adopt(run.client, run.id, each.done.values())
        _announce(ready)
        members, failed = _run_all(run, ready)
        _conclude(run, ready, members)
        if failed:
            raise StudyError(
                f"{len(failed)} lineages failed and are missing from the results; the first "
                f"error: {next(iter(failed.values()))}"
            )
        run.finish()
    session.say_what_next(opened, stage)


def _prepare(grid: Grid) -> Path:
    folder = session.prepare_features(grid.settings, grid.template.backend)
    features = open_features(folder)
    common.check_rows(len(features.labels), grid.template, features.about["name"])
    return folder


def _look_up(opened: store.Store, grid: Grid, folder: Path) -> Ready:
    """Open the grid's study, and find the lineages that it need not run again."""
    features = open_features(folder)
    identity = common.identity(grid.template, features.about["digest"], grid.settings["log_models"])
    name = f"{grid.stage}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
    done = session.known(opened, grid.settings, name, store.LINEAGE)
    asked = _assignments(grid, {})
    return Ready(grid, folder, features, name, {key: done[key] for key in asked if key in done})


def _assignments(grid: Grid, wanted: Mapping[Place, int]) -> dict[str, Assignment]:
    """Cell key to what it stands for; replicates first, so that all conditions advance together.

    ``wanted`` says how many replicates a condition has where that is not ``repetitions``.
    """
    counts = [wanted.get(_place(each), grid.settings["repetitions"]) for each in grid.conditions]
    given = [
        Assignment(condition, grid.axes, replicate)
        for replicate in range(max(counts))
        for condition, count in zip(grid.conditions, counts, strict=True)
        if replicate < count
    ]
    return {assignment.key: assignment for assignment in given}


def _run_all(run: OpenRun, ready: Sequence[Ready]) -> tuple[dict[str, Any], dict[str, str]]:
    """Run grid after grid; returns finished lineages, and errors of the others, by cell."""
    members: dict[str, Any] = {}
    failed: dict[str, str] = {}
    try:
        for each in ready:
            if len(ready) > 1:
                click.echo(f"- {each.grid.title}")
            done, errors = _run_to_precision(run, each)
            members |= {f"{each.study} {key}": child for key, child in done.items()}
            failed |= {f"{each.study} {key}": error for key, error in errors.items()}
    finally:
        storage = ready[0].grid.settings["storage"]
        session.close_abandoned(run, storage, [each.study for each in ready])
    return members, failed


def _run_to_precision(run: OpenRun, ready: Ready) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Run a grid, and go on with more replicates where its intervals are too wide."""
    wanted: dict[Place, int] = {}
    while True:
        assignments = _assignments(ready.grid, wanted)
        failed = _compute(run, ready, assignments)
        members = _members(run, ready, assignments)
        more = {} if failed else _more_repetitions(ready.grid, members)
        if not more:
            return members, failed
        wanted |= more
        most = max(more.values())
        click.echo(f"not precise enough at {len(more)} conditions: up to {most} repetitions")


def _more_repetitions(grid: Grid, members: Mapping[str, Any]) -> dict[Place, int]:
    """Conditions whose interval is wider than ``precision``, with the replicates to go to."""
    precision, most = grid.settings["precision"], grid.settings["max_repetitions"]
    if not precision:
        return {}
    generations = results.read_generations(members.values())
    return statistics.more_repetitions(generations, precision, most)


def _place(condition: Condition) -> Place:
    """Where statistics finds a condition in a frame."""
    return tuple(getattr(condition, name) for name in [*CONDITION, "rate"])


def _members(run: OpenRun, ready: Ready, keys: Iterable[str]) -> dict[str, Any]:
    done = results.finished_lineages(run.client, run.experiment, ready.study)
    return {key: done[key] for key in keys if key in done}


def _compute(
    run: OpenRun, ready: Ready, assignments: Mapping[str, Assignment]
) -> Mapping[str, str]:
    """Run all assigned lineages that do not exist; returns the failed cells with their errors."""
    grid, settings = ready.grid, ready.grid.settings
    tags = {store.STAGE_NAME: grid.stage, store.STUDY: ready.study, store.KIND: store.LINEAGE}
    plan = LineagePlan(
        study=ready.study,
        storage=settings["storage"],
        tracking_uri=run.client.tracking_uri,
        experiment=run.experiment,
        stage_run=run.id,
        features=ready.folder,
        assignments=assignments,
        log_models=settings["log_models"],
        params={"data": session.shown(settings)["data"]},
        tags=tags,
    )
    cells = [queue.Cell(key, given.coordinates) for key, given in assignments.items()]

    def done() -> dict[str, float]:
        finished = _members(run, ready, assignments)
        return {key: lineage.data.metrics["accuracy"] for key, lineage in finished.items()}

    study = queue.open_study(plan.storage, plan.study)
    queue.reconcile(study, cells, done)
    steps = sum(len(given.condition.sizes) for given in assignments.values())
    jobs = session.workers(settings["jobs"])
    return complete(study, cells, partial(worker.work, plan), jobs, steps).failed


def _announce(ready: Sequence[Ready]) -> None:
    """Say what is about to happen, and what it will take on disk."""
    todo = [_assignments(each.grid, {}) for each in ready]
    steps = [len(given.condition.sizes) for cells in todo for given in cells.values()]
    done = sum(len(each.done) for each in ready)
    reused = f", {done} of them finished already" if done else ""
    click.echo(f"{ready[0].grid.stage}: {len(steps)} lineages, {sum(steps):,} generations{reused}")
    counts = [_models(each, cells) for each, cells in zip(ready, todo, strict=True)]
    if sum(counts):
        sizes = [_model_size(each) if n else 0 for each, n in zip(ready, counts, strict=True)]
        total = sum(n * size for n, size in zip(counts, sizes, strict=True))
        click.echo(
            f"models to log: {sum(counts):,} of about {total / sum(counts) / 1e3:,.0f} kB (a "
            f"forest's grow with its rows), {total / 1e9:.2f} GB in all; log_models=milestones, "
            "ends or none keeps fewer"
        )


def _models(ready: Ready, assignments: Mapping[str, Assignment]) -> int:
    """How many models are to be logged."""
    keep = ready.grid.settings["log_models"]
    return sum(
        is_kept(step, len(given.condition.sizes), keep)
        for key, given in assignments.items()
        for step in range(len(given.condition.sizes))
        if key not in ready.done
    )


def _model_size(ready: Ready) -> int:
    features, condition = ready.features, ready.grid.template
    rows = min(SAMPLE_ROWS, len(features.labels))
    classifier = train(condition, features.X[:rows], features.labels[:rows], 0, None)
    return ModelWriter(features, condition.backend).size(classifier)


def _conclude(run: OpenRun, ready: Sequence[Ready], members: Mapping[str, Any]) -> None:
    """Draw the finished lineages, log the page and print the short table."""
    if not members:
        return
    ids = {key: child.info.run_id for key, child in members.items()}
    results.log_members(run.client, run.id, ids)
    generations = results.read_generations(members.values())
    facts = _facts(run, ready, generations["replicate"].max() + 1)
    results.log_facts(run.client, run.id, facts)
    publish(run, [Material(ready[0].grid.stage, facts, {"generations": generations})])


def _facts(run: OpenRun, ready: Sequence[Ready], repetitions: int) -> dict[str, str]:
    """What the page says about the experiment beside its figures."""
    settings, features = ready[0].grid.settings, ready[0].features
    templates = {each.grid.template.backend: each.grid.template for each in ready}
    return {
        "stage": ready[0].grid.stage,
        "data": session.corpus_words(features),
        "backend": ", ".join(templates),
        "backend parameters": "; ".join(
            ", ".join(f"{name}={format_value(at)}" for name, at in given.backend_params.items())
            for given in templates.values()
        ),
        "repetitions": str(repetitions),
        "held-out reviews": f"{settings['test_size']:,}",
        "seed": str(settings["seed"]),
        "stage run": run.id,
        "study": ", ".join(each.study for each in ready),
    }
