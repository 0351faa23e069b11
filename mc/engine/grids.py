"""Runs grids: every condition and replicate of an experiment, then its page."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import click
import pandas as pd

from mc import statistics
from mc.engine import common, jobs, names, preparation
from mc.engine.common import GridSettings, PrecisionSettings, RunSettings
from mc.engine.conditions import check_classes, check_rows, identity_of
from mc.engine.jobs import Job, Open, Summarise
from mc.engine.session import Session, no_corpus, open_session
from mc.errors import StudyError
from mc.lineage.corpus import ClassifierCorpus, open_corpus
from mc.lineage.loop import Condition, State, lineage
from mc.lineage.training_set import Ledger
from mc.lineage.view import check as check_view
from mc.settings import Value, Values, format_value
from mc.statistics import CONDITION, SIZES, charts
from mc.tracking import results
from mc.tracking.models import ClassifierModels, Models
from mc.tracking.results import Result
from mc.types import AnyCondition, AnyCorpus, AnyState, GenerationRecord

SHOWN = ("rate", "vocabulary", "test_size", "seed")
Breed = Callable[[AnyCorpus, AnyCondition, int, AnyState], Iterator[GenerationRecord]]
Analyse = Callable[[pd.DataFrame], Mapping[str, pd.DataFrame]]


@dataclass(frozen=True)
class Grid:
    """Lineages that are all asked for at once.

    Parameters
    ----------
    stage : str
        Name of the experiment.
    settings : RunSettings
        All its parameters.
    repetitions : int
        How many replicates each condition has.
    breed : callable
        The loop: of corpus, condition, replicate and a state or None. A function of a module.
    conditions : sequence
        Dataclasses of one kind.
    axes : tuple of str
        Fields of a condition that tell it from the others.
    objective : str
        The metric that the study maximises, at the last generation.
    generations : int
        Of each lineage, generation 0 included.
    version : int
        Raised when a change of the loop alters numbers.
    open_corpus : callable
        Opens what the loop gets as its corpus.
    replicates : sequence of int
        How many each condition has; empty: all have ``repetitions``.
    models : Models, optional
        Writes the models that the loop retrains.
    states : tuple of type
        Classes that a state of the loop consists of.
    baseline : mapping
        Values of some axes: of the condition that others are held against.
    usual : mapping
        Values of axes that keys leave out, so that lineages from before there was the axis are
        found.
    sought : PrecisionSettings, optional
        How precisely the difference of the objective from the baseline's should be known.
    """

    stage: str
    settings: RunSettings
    repetitions: int
    breed: Breed
    conditions: Sequence[AnyCondition]
    axes: tuple[str, ...]
    objective: str
    generations: int
    version: int
    open_corpus: Open = no_corpus
    replicates: Sequence[int] = ()
    models: Models | None = None
    states: tuple[type, ...] = ()
    baseline: Mapping[str, Value] = field(default_factory=dict)
    usual: Mapping[str, Value] = field(default_factory=dict)
    sought: PrecisionSettings | None = None

    def job(self, condition: AnyCondition, replicate: int) -> Job:
        """The job of one lineage."""
        place = jobs.coordinates(condition, self.axes, replicate)
        told = {axis: at for axis, at in place.items() if self.usual.get(axis) != at}
        return Job(
            key=jobs.key_of(told),
            run=partial(_run, self.breed, condition, replicate),
            steps=self.generations,
            objective=self.objective,
            params=place,
            title=names.job_title(place),
            models=self.models,
            states=self.states,
        )

    def jobs(self, counts: Sequence[int]) -> list[Job]:
        """The jobs of all conditions, with so many replicates of each."""
        return [
            self.job(self.conditions[place], replicate)
            for place, replicate in jobs.by_replicate(counts)
        ]

    def more(self, lineages: pd.DataFrame, counts: Sequence[int]) -> list[int]:
        """How many replicates each condition should have next."""
        if self.sought is None or not self.sought.precision:
            return list(counts)
        wanted = statistics.more_pairs(
            lineages[lineages["generation"] == self.generations - 1],
            self.axes,
            self.baseline,
            self.objective,
            precision=self.sought.precision,
            most=self.sought.max_repetitions,
        )
        places = (tuple(getattr(each, axis) for axis in self.axes) for each in self.conditions)
        return [wanted.get(place, count) for place, count in zip(places, counts, strict=True)]

    @property
    def shared(self) -> dict[str, object]:
        """What all conditions have in common."""
        return {name: at for name, at in vars(self.conditions[0]).items() if name not in self.axes}

    @property
    def identity(self) -> dict[str, object]:
        """All that matters to results, except the corpus."""
        return {**self.shared, "version": self.version}


def _run(
    breed: Breed, condition: AnyCondition, replicate: int, corpus: AnyCorpus, after: AnyState
) -> Iterator[GenerationRecord]:
    """A loop with its arguments in the order in which a job gets them."""
    return breed(corpus, condition, replicate, after)


def run_grid(grid: Grid, analyse: Analyse) -> None:
    """Run every condition and replicate below one stage run, then draw.

    Parameters
    ----------
    analyse : callable
        From the frame of generations to all frames that the page is made of.

    Raises
    ------
    McError
        When a lineage failed; what is finished is kept for the same command.
    """
    preparation.set_up_process(grid.settings)
    if grid.sought:
        common.check_repetitions(grid.repetitions, grid.sought)
    with open_session(grid.stage, grid.settings, grid.open_corpus, grid.identity) as session:
        counts = list(grid.replicates or [grid.repetitions] * len(grid.conditions))
        asked = grid.jobs(counts)
        session.announce(asked)
        while True:
            found = session.ask(asked)
            lineages = pd.concat([table(job, found[job.key]) for job in asked])
            more = grid.more(lineages, counts)
            if more == counts:
                break
            counts, asked = more, grid.jobs(more)
            click.echo(f"not precise enough: up to {max(counts)} repetitions")
        points = charts.loop_points(lineages, grid.axes)
        shown = facts(grid.shared, max(counts))
        session.conclude(found, analyse(lineages), shown, points=points)


def table(job: Job, result: Result) -> pd.DataFrame:
    """A lineage as rows, one a generation: its coordinates, then its notes and metrics."""
    rows = result.table()
    return pd.DataFrame({**job.params, **rows})


def facts(shared: Mapping[str, object], repetitions: int) -> dict[str, str]:
    """What the page says about the experiment next to its figures."""
    shown = {name.replace("_", " "): written(at) for name, at in shared.items()}
    shown.pop("seed", None)
    return {**shown, "repetitions": str(repetitions)}


def written(value: object) -> str:
    """A value as the page writes it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={format_value(at)}" for name, at in value.items())
    return format_value(value)


def run_classifiers(
    stage: str,
    settings: GridSettings,
    conditions: Sequence[Condition],
    repetitions: Sequence[int],
    axes: tuple[str, ...] = ("rate",),
) -> None:
    """Run lineages of classifiers, of one backend or several, until precise enough; then draw.

    Parameters
    ----------
    conditions : sequence of Condition
        They may differ in their axes only.
    repetitions : sequence of int
        How many replicates each condition has at least.
    axes : tuple of str
        Fields that tell them apart.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit; afterwards where
        lineages failed, with what is finished kept for the next try.
    """
    preparation.set_up_process(settings)
    common.check_repetitions(max(repetitions), settings)
    opening = partial(open_corpus, preparation.prepare_rows(settings))
    corpus = opening()
    for condition in conditions:
        check_view(corpus.features, condition)
        check_rows(len(corpus.labels), condition, corpus.about["name"])
    check_classes(corpus.features, conditions, max(repetitions))
    identity = identity_of(conditions, axes, settings.log_models)
    with open_session(stage, settings, opening, identity) as session:
        session.announce(classifier_jobs(conditions, axes, repetitions))
        found, failed = _run_to_precision(session, settings, conditions, axes, repetitions)
        if found:
            frame = results.read_generations(found.values())
            shown = _facts(settings, conditions, frame)
            points = charts.classifier_points(frame)
            frames = {"generations": frame}
            session.conclude(found, frames, shown, points=points, keep_frames=False)
        if failed and not session.is_helper:
            raise StudyError(
                f"{len(failed)} lineages failed and are missing from the results; the first "
                f"error: {next(iter(failed.values()))}"
            )


def classifier_jobs(
    conditions: Sequence[Condition], axes: tuple[str, ...], repetitions: Sequence[int]
) -> list[Job]:
    """Jobs of lineages, with so many replicates of each condition."""
    named = _told_apart(conditions, axes)
    return [
        classifier_job(conditions[place], axes, replicate, named=named)
        for place, replicate in jobs.by_replicate(repetitions)
    ]


def _told_apart(conditions: Sequence[Condition], axes: tuple[str, ...]) -> tuple[str, ...]:
    """Axes that a title needs: a growth is named by its start where that is its alone."""
    starts = {condition.sizes[0] for condition in conditions}
    if len(starts) < len({condition.sizes for condition in conditions}):
        return axes
    return tuple(axis for axis in axes if axis not in SIZES[1:])


def classifier_job(
    condition: Condition,
    axes: tuple[str, ...],
    replicate: int,
    *,
    key: str = "",
    baseline: str = "",
    named: tuple[str, ...] = (),
    summarise: Summarise = jobs.last,
    count_labels: bool = False,
) -> Job:
    """The job of one lineage of classifiers.

    Parameters
    ----------
    key : str
        Its name within its study; empty: its axes and replicate.
    baseline : str
        As of `Job`; empty, with an empty key: the same place at rate 0.
    named : tuple of str
        The axes that its title names; empty: all.
    summarise : callable
        As of `Job`.
    count_labels : bool
        As of `mc.lineage.loop.lineage`.
    """
    place = jobs.coordinates(condition, axes, replicate)
    if not key:
        suffix = f" settings={digest(condition.backend_params)}" if "backend" in axes else ""
        key = jobs.key_of(place) + suffix
        baseline = baseline or jobs.key_of({**place, "rate": 0.0}) + suffix
    shown = {
        **{name: getattr(condition, name) for name in [*CONDITION, *SHOWN]},
        "replicate": replicate,
        **{f"{condition.backend}.{name}": at for name, at in condition.backend_params.items()},
    }
    return Job(
        key=key,
        run=partial(relabel, condition, replicate, count_labels),
        steps=len(condition.sizes),
        objective="accuracy",
        params=place,
        shown={name: format_value(value) for name, value in shown.items()},
        title=names.job_title(jobs.coordinates(condition, named or axes, replicate)),
        summarise=summarise,
        models=ClassifierModels(condition.backend, condition.representation),
        states=(State, Ledger),
        baseline=baseline,
    )


def digest(settings: Values) -> str:
    """A few letters that stand for the settings of a backend."""
    return hashlib.sha256(json.dumps(dict(settings), sort_keys=True).encode()).hexdigest()[:6]


def relabel(
    condition: Condition,
    replicate: int,
    count_labels: bool,
    corpus: ClassifierCorpus,
    after: State | None,
) -> Iterator[GenerationRecord]:
    """The generations of one lineage of classifiers."""
    return lineage(
        corpus.features,
        condition,
        replicate,
        shared=corpus.shared,
        after=after,
        count_labels=count_labels,
    )


def _run_to_precision(
    session: Session,
    settings: GridSettings,
    conditions: Sequence[Condition],
    axes: tuple[str, ...],
    repetitions: Sequence[int],
) -> tuple[dict[str, Result], Mapping[str, str]]:
    """Ask for all lineages, and for more replicates where an interval is too wide."""
    counts = list(repetitions)
    while True:
        asked = classifier_jobs(conditions, axes, counts)
        found, failed = session.attempt(asked)
        if failed or not settings.precision:
            return found, failed
        frame = results.read_generations(found.values())
        more = statistics.more_repetitions(frame, settings.precision, settings.max_repetitions)
        if not more:
            return found, failed
        counts = [more.get(_place(at), now) for at, now in zip(conditions, counts, strict=True)]
        most = max(more.values())
        click.echo(f"not precise enough at {len(more)} conditions: up to {most} repetitions")


def _place(condition: Condition) -> tuple[object, ...]:
    """Where statistics finds a condition in a frame."""
    return tuple(getattr(condition, name) for name in [*CONDITION, "rate"])


def _facts(
    settings: GridSettings, conditions: Sequence[Condition], generations: pd.DataFrame
) -> dict[str, str]:
    """What the page says about the experiment next to its figures."""
    replicates = generations.groupby("final_size")["replicate"].nunique()
    by_backend = {each.backend: each for each in conditions}
    return {
        "backend": ", ".join(by_backend),
        "backend parameters": "; ".join(
            written(each.backend_params) for each in by_backend.values()
        ),
        "vocabulary": conditions[0].vocabulary,
        "repetitions": ", ".join(map(str, dict.fromkeys(replicates))),
        "held-out reviews": f"{settings.test_size:,}",
    }
