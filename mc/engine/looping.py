"""Runs stages whose lineages are other loops than relabelling: all of them in one round.

A loop is ``breed(corpus, condition, replicate)``, an iterator of `mc.types.Bred`: pure and
deterministic, as `mc.lineage.loop.lineage` is. What it breeds is decided there.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mc.engine import rounds, session
from mc.engine.common import Settings
from mc.engine.plan import Assignment
from mc.params import format_value
from mc.progress import REPORT_SECONDS, Every
from mc.tracking.trials import Answer
from mc.types import Bred

Breed = Callable[[Any, Any, int], Iterator[Bred]]


def no_corpus() -> None:
    """What a stage opens whose lineages need no reviews."""


@dataclass(frozen=True)
class Loop:
    """A grid of lineages of one kind.

    Parameters
    ----------
    stage : str
        The stage that they belong to.
    settings : mapping
        All its parameters; ``repetitions`` says how many replicates each condition has.
    breed : callable
        The loop; a function of a module, since it travels to workers.
    conditions : sequence
        Dataclasses of one kind.
    axes : tuple of str
        Fields of a condition that tell it from the others.
    judged : str
        The metric that the study maximises, at the last generation.
    generations : int
        Of each lineage, generation 0 included.
    version : int
        Raised when a change of the loop alters numbers.
    open_corpus : callable
        Opens what the loop gets as its corpus.
    replicates : sequence of int
        How many each condition has; empty: all have ``repetitions``.
    """

    stage: str
    settings: Settings
    breed: Breed
    conditions: Sequence[Any]
    axes: tuple[str, ...]
    judged: str
    generations: int
    version: int
    open_corpus: rounds.Open = no_corpus
    replicates: Sequence[int] = ()


@dataclass(frozen=True)
class Work:
    """What a worker gets."""

    breed: Breed
    assignment: Assignment
    judged: str
    generations: int


def run_loop(loop: Loop, tell: Callable[[pd.DataFrame], Mapping[str, pd.DataFrame]]) -> None:
    """Run every condition and replicate below one stage run, then draw.

    Parameters
    ----------
    tell : callable
        From the frame of generations to all frames that the page is made of.

    Raises
    ------
    McError
        When a lineage failed; what is finished is kept for the same command.
    """
    session.set_up_process(loop.settings)
    shared = {name: at for name, at in vars(loop.conditions[0]).items() if name not in loop.axes}
    identity = {**shared, "version": loop.version}
    with rounds.bench(
        loop.stage, loop.settings, loop.open_corpus, identity, "generations"
    ) as bench:
        given = _assignments(loop)
        answers = bench.ask([task(loop, each) for each in given], compute, loop.generations)
        frames = tell(pd.concat([read(each, answers[each.key]) for each in given]))
        bench.conclude(answers, frames, _facts(loop, shared))


def compute(corpus: Any, work: Work, report: rounds.Report) -> rounds.Outcome:
    """Breed one lineage."""
    given = work.assignment
    bred: list[Bred] = []
    reports = Every(REPORT_SECONDS, since=0.0)
    for step, generation in enumerate(work.breed(corpus, given.condition, given.replicate)):
        bred.append(generation)
        if reports.is_due() or step == work.generations - 1:
            report(step, generation.metrics[work.judged])
    series = {name: [each.metrics[name] for each in bred] for name in bred[0].metrics}
    notes = {name: np.array([each.notes[name] for each in bred]) for name in bred[0].notes}
    return rounds.Outcome(
        value=series[work.judged][-1],
        metrics={},
        series={
            name: values for name, values in series.items() if not any(map(math.isnan, values))
        },
        arrays=notes | {name: pd.Series(values).to_numpy() for name, values in series.items()},
        texts={name: text for each in bred for name, text in each.texts.items()},
    )


def _assignments(loop: Loop) -> list[Assignment]:
    """Replicates first, so that all conditions advance together."""
    counts = loop.replicates or [loop.settings["repetitions"]] * len(loop.conditions)
    return [
        Assignment(condition, loop.axes, replicate)
        for replicate in range(max(counts))
        for condition, count in zip(loop.conditions, counts, strict=True)
        if replicate < count
    ]


def task(loop: Loop, given: Assignment) -> rounds.Task:
    """The task of breeding one lineage."""
    work = Work(loop.breed, given, loop.judged, loop.generations)
    return rounds.Task(given.key, given.coordinates, work)


def read(given: Assignment, answer: Answer) -> pd.DataFrame:
    """A lineage as rows, one a generation: its coordinates, then its notes and metrics."""
    table = pd.DataFrame(answer.arrays())
    return pd.DataFrame({**given.coordinates, "generation": table.index, **table})


def _facts(loop: Loop, shared: Mapping[str, Any]) -> dict[str, str]:
    """What the page says about the experiment beside its figures."""
    told = {name.replace("_", " "): written(at) for name, at in shared.items()}
    told.pop("seed", None)
    return {**told, "repetitions": str(loop.settings["repetitions"])}


def written(value: Any) -> str:
    """A value as the page writes it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={format_value(at)}" for name, at in value.items())
    return format_value(value)
