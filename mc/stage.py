"""Runs a grid of lineages as one stage: prepares, enqueues, supervises workers, reports.

Wires features, tracking and search together; each of them knows nothing of the others.
"""

import hashlib
import itertools
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from mc import common, datasets, plugins, search, worker
from mc.common import Settings
from mc.crew import Crew, warm_up
from mc.errors import StudyError
from mc.features import Features, Representation, open_features, prepare
from mc.lineage import Condition, train
from mc.params import format_value
from mc.processes import die_with_launcher, interrupt_on_sigterm
from mc.progress import ProgressBar
from mc.publishing import publish
from mc.tracking import results, store
from mc.tracking.models import ModelWriter
from mc.tracking.runs import OpenRun, open_stage_run

POLL_SECONDS = 0.5
SAMPLE_ROWS = 2000  # on which a model is fitted to see how large one is


@dataclass(frozen=True)
class Grid:
    """What a stage is made of.

    Parameters
    ----------
    stage : str
        Its name.
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


def run_grid(grid: Grid) -> None:
    """Run every condition and replicate, then draw.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit; afterwards where
        cells failed, with what is finished kept for the next try.
    """
    _set_up_process()
    folder = prepare_features(grid.settings, grid.template.backend)
    features = open_features(folder)
    common.check_rows(len(features.labels), grid.template, features.about["name"])
    client = store.connect()
    experiment = store.experiment_id(client)
    if mended := store.mend(client, experiment):
        click.echo(f"closed {mended} run(s) that an earlier command left RUNNING")
    name, assignments = _study_name(grid, features), _assignments(grid)
    study = search.open_study(grid.settings["storage"], name)
    done = results.finished_lineages(client, experiment, name)
    if grid.settings["fresh"]:
        results.retire(client, done.values())
        study, done = search.start_over(grid.settings["storage"], name), {}
    done = {key: run for key, run in done.items() if key in assignments}

    tags = {store.STAGE_NAME: grid.stage, store.STUDY: name}
    params = {key: format_value(value) for key, value in grid.settings.items()}
    params["storage"] = search.without_password(grid.settings["storage"])
    labels = {**tags, store.KIND: store.STAGE}
    with open_stage_run(client, experiment, grid.stage, params=params, tags=labels) as run:
        run.log_corpus(features)
        results.adopt(client, run.id, done.values())
        _announce(grid, features, assignments, set(done))
        plan = worker.Plan(
            study=name,
            storage=grid.settings["storage"],
            tracking_uri=client.tracking_uri,
            experiment=experiment,
            stage_run=run.id,
            features=folder,
            assignments=assignments,
            log_models=grid.settings["log_models"],
            params={"data": grid.settings["data"]},
            tags={**tags, store.KIND: store.LINEAGE},
        )
        cells = _cells(assignments)
        values = {key: lineage.data.metrics["accuracy"] for key, lineage in done.items()}
        search.reconcile(study, cells, values)
        state = _compute(run, plan, cells, _workers(grid.settings["jobs"]))
        if state.done:
            _conclude(run, grid, plan, features)
        if state.failed:
            raise StudyError(
                f"{len(state.failed)} of {len(cells)} lineages failed and are missing from the "
                f"results; the first error: {next(iter(state.failed.values()))}"
            )
        run.finish()
    click.echo("Browse it:     uv run mlflow ui")
    click.echo("Draw it again: uv run mlflow run . -e report --env-manager local")


@cache
def _set_up_process() -> None:
    die_with_launcher()
    interrupt_on_sigterm()
    worker.limit_threads()
    warm_up()


def _assignments(grid: Grid) -> dict[str, worker.Assignment]:
    """Cell key to what it stands for; replicates first, so that all conditions advance together."""
    replicates = range(grid.settings["repetitions"])
    given = [
        worker.Assignment(condition, grid.axes, replicate)
        for replicate, condition in itertools.product(replicates, grid.conditions)
    ]
    return {assignment.key: assignment for assignment in given}


def _cells(assignments: Mapping[str, worker.Assignment]) -> list[search.Cell]:
    return [search.Cell(key, given.coordinates) for key, given in assignments.items()]


def reachable(settings: Settings) -> tuple[int, ...]:
    """The parameter ``sizes`` in order, without those that the corpus cannot fill.

    Raises
    ------
    DataError
        When not even the smallest can be filled.
    """
    _set_up_process()
    folder = prepare_features(settings, settings["backend"])
    pool = len(open_features(folder).labels) - settings["test_size"]
    kept, beyond = common.within(settings["sizes"], pool)
    if beyond:
        left_out = ", ".join(f"{size:,}" for size in beyond)
        click.echo(f"sizes beyond the pool of {pool:,} reviews are left out: {left_out}")
    return kept


def prepare_features(settings: Settings, backend: str) -> Path:
    """Make sure that the corpus is there in the backend's representation."""
    source = datasets.find(settings["data"], settings["data_params"])
    representation: Representation = plugins.load("backends", "backend", backend).representation
    start = time.monotonic()
    folder, cached = prepare(source.fingerprint, source.load, representation)
    if not cached:
        counts = open_features(folder).about["counts"]
        told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        click.echo(f"read {settings['data']} in {time.monotonic() - start:.0f} s ({told})")
    return folder


def _study_name(grid: Grid, features: Features) -> str:
    text = common.identity(grid.template, features.about["digest"], grid.settings["log_models"])
    return f"{grid.stage}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _workers(jobs: int) -> int:
    return (os.cpu_count() or 1) if jobs == -1 else jobs


def _announce(
    grid: Grid, features: Features, assignments: Mapping[str, worker.Assignment], done: set[str]
) -> None:
    """Say what is about to happen, and what it will take on disk."""
    steps = [len(given.condition.sizes) for given in assignments.values()]
    reused = f", {len(done)} of them finished already" if done else ""
    click.echo(f"{grid.stage}: {len(steps)} lineages, {sum(steps):,} generations{reused}")
    keep = grid.settings["log_models"]
    models = sum(
        worker.is_kept(step, len(given.condition.sizes), keep)
        for key, given in assignments.items()
        for step in range(len(given.condition.sizes))
        if key not in done
    )
    if models:
        size = _model_size(grid.template, features)
        click.echo(
            f"models to log: {models:,} of about {size / 1e3:,.0f} kB (a forest's grow with its "
            f"rows), {models * size / 1e9:.2f} GB in all; log_models=ends or none keeps fewer"
        )


def _model_size(condition: Condition, features: Features) -> int:
    rows = min(SAMPLE_ROWS, len(features.labels))
    classifier = train(condition, features.X[:rows], features.labels[:rows], 0, None)
    return ModelWriter(features, condition.backend).size(classifier)


def _compute(
    run: OpenRun, plan: worker.Plan, cells: Sequence[search.Cell], jobs: int
) -> search.Progress:
    """Keep workers at work until every cell is done or given up."""
    total = sum(len(given.condition.sizes) for given in plan.assignments.values())
    study = search.open_study(plan.storage, plan.study)
    state = search.progress(study, cells)
    bar = ProgressBar(total, state.generations)
    crew = Crew(plan, min(jobs, state.unfinished))
    try:
        while state.unfinished:
            crew.fill(search.is_waiting(study))
            time.sleep(POLL_SECONDS)
            search.release_dead(study)
            search.retry(study, cells)
            state = search.progress(study, cells)
            bar.show(state.generations)
        crew.see_off()
    finally:
        crew.dismiss()
        bar.close()
        store.mend(run.client, plan.experiment)  # what a worker had just opened when it was ended
    return state


def _conclude(run: OpenRun, grid: Grid, plan: worker.Plan, features: Features) -> None:
    """Gather the finished lineages, draw them, log the page and print the short table."""
    done = results.finished_lineages(run.client, plan.experiment, plan.study)
    members = {key: done[key] for key in plan.assignments if key in done}
    results.log_members(
        run.client, run.id, {key: child.info.run_id for key, child in members.items()}
    )
    generations = results.read_generations(members.values())
    facts = _facts(grid, features, plan)
    results.log_facts(run.client, run.id, facts)
    publish(run, generations, facts)


def _facts(grid: Grid, features: Features, plan: worker.Plan) -> dict[str, str]:
    """What the page says about the experiment beside its figures."""
    settings, corpus = grid.settings, features.about
    return {
        "stage": grid.stage,
        "data": f"{corpus['name']} ({len(features.labels):,} reviews, "
        f"{features.labels.mean():.1%} positive, digest {corpus['digest'][:12]})",
        "backend": settings["backend"],
        "backend parameters": ", ".join(
            f"{name}={format_value(value)}" for name, value in grid.template.backend_params.items()
        ),
        "repetitions": str(settings["repetitions"]),
        "held-out reviews": f"{settings['test_size']:,}",
        "seed": str(settings["seed"]),
        "stage run": plan.stage_run,
        "study": plan.study,
    }
