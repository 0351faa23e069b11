"""Which individuals are scored, generation after generation, until selection ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.evolution.individuals import (
    Individual,
    Protocol,
    first_population,
    offspring,
    survivors,
)
from experiments.evolution.refits import RESULTS_VERSION, Arena, Split
from experiments.evolution.settings import Settings
from mc.data.features import Features, open_features
from mc.data.vectoriser import CANDIDATES
from mc.engine import preparation
from mc.engine.conditions import backend_parameters
from mc.engine.jobs import Job
from mc.engine.session import Session, open_session
from mc.errors import DataError, ParameterError
from mc.lineage import backends
from mc.lineage.space import check_inside
from mc.randomness import stream
from mc.settings import Value, format_value
from mc.statistics import resampling
from mc.statistics.charts import Point, table_points
from mc.tracking.results import Result
from mc.types import GenerationRecord

Bits = NDArray[np.uint8]
STAGE = "evolution"
HIDDEN = ("tracking_", "refit_")  # metrics that the frames hold otherwise, or not


@dataclass
class History:
    """What has happened so far."""

    generations: list[list[Individual]] = field(default_factory=list)
    controls: list[Individual] = field(default_factory=list)
    answers: dict[str, Result] = field(default_factory=dict)

    @property
    def bred(self) -> list[Individual]:
        """All individuals that selection could choose."""
        return [one for generation in self.generations for one in generation]

    def best(self, among: Sequence[Individual], metric: str = "validation_accuracy") -> Individual:
        """The individual with the highest score; of equals the first."""
        return max(among, key=lambda one: self.answers[one.name].metrics[metric])

    def score(self, one: Individual, metric: str = "validation_accuracy") -> float:
        """A mean over the refits of an individual."""
        return self.answers[one.name].metrics[metric]

    @property
    def stale(self) -> int:
        """Generations in a row, up to the newest, without a child better than all before."""
        newest = len(self.generations) - 1
        return newest - self.best(self.bred).generation

    def path(self, one: Individual) -> list[Individual]:
        """An individual's ancestors from the first population on, itself the last."""
        by_name = {each.name: each for each in self.bred}
        found = [one]
        while found[0].parent:
            found.insert(0, by_name[found[0].parent])
        return found


def run(settings: Settings) -> None:
    """Run the stage.

    Wires `evolution` to rounds; what an individual is and how it is scored is decided there.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    protocol = _protocol(settings)
    preparation.set_up_process(settings)
    folder = preparation.prepare_features(settings, CANDIDATES)
    _check_rows(open_features(folder), protocol)
    identity = {**asdict(protocol), "version": RESULTS_VERSION}
    with open_session(
        STAGE, settings, partial(open_features, folder), identity, "refits"
    ) as session:
        history = _evolve(session, protocol, settings)
        winner = history.best(history.bred)
        _run_controls(session, protocol, history, winner)
        frames = {
            "individuals": _individuals(session, protocol, history, winner),
            "contrasts": _contrasts(session, protocol, history, winner),
        }
        points = _points(frames["individuals"])
        session.conclude(
            history.answers, frames, _facts(protocol, history, settings), points=points
        )


def _protocol(settings: Settings) -> Protocol:
    backend = backends.find(settings.backend)
    given = backend_parameters(settings.backend, settings.backend_params)
    if settings.survivors > settings.population:
        raise ParameterError(
            f"survivors={settings.survivors} must be at most population={settings.population}"
        )
    check_inside("backend_params", given, getattr(backend, "space", {}))
    return settings.fill(Protocol, backend_params=given)


def _check_rows(features: Features, protocol: Protocol) -> None:
    """Refuse a corpus that is too small, or whose held-out sets lack a class."""
    rows = len(features.labels)
    held_out = protocol.test_size + protocol.validation_size
    wanted = held_out + protocol.train_size
    if rows < wanted:
        raise DataError(
            f"data={features.about['name']!r} has {rows} usable rows, but "
            f"train_size={protocol.train_size}, validation_size={protocol.validation_size} and "
            f"test_size={protocol.test_size} need {wanted}; ask for smaller sizes"
        )
    split = Split.draw(rows, protocol)
    for name, held in (("validation_size", split.validation), ("test_size", split.test)):
        if len(set(features.labels[held].tolist())) < 2:
            raise DataError(
                f"{name}={len(held)} draws reviews of one class only; ask for more, or another seed"
            )


def _evolve(session: Session, protocol: Protocol, settings: Settings) -> History:
    """Breed until children are no better than their forebears, or the bound is reached."""
    history, population = History(), first_population(protocol)
    guesses: dict[str, Bits] = {}
    while True:
        _ask(session, protocol, history, population, guesses)
        history.generations.append(population)
        best = history.best(population)
        _tell(history, population, best)
        if history.stale >= settings.patience or best.generation >= settings.max_generations:
            return history
        scores = {one.name: history.score(one) for one in population}
        parents = survivors(population, scores, protocol.survivors)
        guesses = {one.name: history.answers[one.name].arrays()["next"] for one in parents}
        population = offspring(protocol, parents)


def _ask(
    session: Session,
    protocol: Protocol,
    history: History,
    asked: Sequence[Individual],
    guesses: Mapping[str, Bits],
) -> None:
    """Have individuals trained and scored."""
    numbers = session.numbers()
    jobs = []
    for one in asked:
        notes: dict[str, Value] = {"generation": one.generation, "rate": one.rate}
        if one.parent:
            notes |= {"parent": one.parent, "parent_trial": numbers[one.parent]}
        jobs.append(
            Job(
                one.name,
                partial(refits, protocol, one, guesses.get(one.parent)),
                steps=protocol.refits,
                objective="validation_accuracy",
                params={"rate": one.rate, **one.genes},
                summarise=means,
                space=protocol.space,
                notes=notes,
            )
        )
    history.answers |= session.ask(jobs)


def refits(
    protocol: Protocol,
    individual: Individual,
    guesses: Bits | None,
    features: Features,
    after: None,
) -> Iterator[GenerationRecord]:
    """Train and score an individual, refit by refit.

    Parameters
    ----------
    guesses : (refits, train_size / 8) uint8, optional
        The parent's labels as packed bits.
    """
    labels = None if guesses is None else _unpack(guesses, protocol.train_size)
    for refit in Arena(features, protocol).refits(individual, labels):
        metrics = {f"refit_{name}": value for name, value in refit.metrics.items()}
        arrays = {
            name: np.packbits(getattr(refit, name)) for name in ("next", "validation", "test")
        }
        yield GenerationRecord(metrics, arrays=arrays)


def means(fitted: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of all refits, under the plain names."""
    table = pd.DataFrame(fitted)
    return {str(name).removeprefix("refit_"): float(at) for name, at in table.mean().items()}


def _unpack(bits: Bits, size: int) -> NDArray[np.int8]:
    """Predicted classes, (refits, size)."""
    return np.unpackbits(bits, axis=1, count=size).astype(np.int8)


def _run_controls(
    session: Session, protocol: Protocol, history: History, winner: Individual
) -> None:
    """Train what the winner is held against: other settings, other labels, the same rows."""
    for one in _controls(protocol, history, winner):
        parents = [one.parent] if one.parent else []
        guesses = {name: history.answers[name].arrays()["next"] for name in parents}
        _ask(session, protocol, history, [one], guesses)
        history.controls.append(one)


def _controls(protocol: Protocol, history: History, winner: Individual) -> Iterator[Individual]:
    """Controls in an order in which each finds its parent."""
    flattering = history.best(history.bred, "test_accuracy")
    for generation in sorted({0, winner.generation, flattering.generation}):
        yield _on_human_labels(protocol, generation)
    if not winner.generation:
        return
    name = f"settings of {winner.name} on human labels"
    yield Individual(name, winner.generation, -1, "", 0.0, winner.genes)
    parent = _on_human_labels(protocol, 0).name
    for one in history.path(winner)[1:]:
        child = Individual(_beside(one), one.generation, -1, parent, one.rate, protocol.start)
        yield child
        parent = child.name


def _on_human_labels(protocol: Protocol, generation: int) -> Individual:
    name = f"defaults on human labels, generation {generation}"
    return Individual(name, generation, -1, "", 0.0, protocol.start)


def _beside(one: Individual) -> str:
    """Name of the control with default settings that descends as an individual does."""
    return f"defaults beside {one.name}"


def _individuals(
    session: Session, protocol: Protocol, history: History, winner: Individual
) -> pd.DataFrame:
    """One row an individual: place, parent, settings, means over refits."""
    flattering, numbers = history.best(history.bred, "test_accuracy"), session.numbers()
    shared = {"study": session.study, "backend": protocol.backend}
    rows = []
    for one in [*history.bred, *history.controls]:
        metrics = {
            name: value
            for name, value in history.answers[one.name].metrics.items()
            if not name.startswith(HIDDEN)
        }
        place = {
            "name": one.name,
            "trial": numbers[one.name],
            "role": "bred" if one.index >= 0 else "control",
            "generation": one.generation,
            "parent": one.parent,
            "is_winner": one == winner,
            "has_best_test": one == flattering,
            "rate": one.rate,
        }
        genes = {f"setting.{name}": value for name, value in one.genes.items()}
        rows.append({**shared, **place, **genes, **metrics})
    return pd.DataFrame(rows)


def _points(individuals: pd.DataFrame) -> Iterator[Point]:
    """The best of each generation, by what selection saw of it."""
    bred = individuals[individuals["role"] == "bred"]
    best = bred.loc[bred.groupby("generation")["validation_accuracy"].idxmax()]
    return table_points(best, ["validation_accuracy", "test_accuracy"], step="generation")


def _contrasts(
    session: Session, protocol: Protocol, history: History, winner: Individual
) -> pd.DataFrame:
    """Differences of successes with intervals: one row a question."""
    hits = _Hits(session.corpus, protocol, history)
    flattering = history.best(history.bred, "test_accuracy")
    named = dict(_questions(hits, protocol, winner, flattering))
    rows = []
    for question, (first, second) in named.items():
        rng = stream(protocol.seed, "bootstrap", question)
        estimate = (
            resampling.two_way(first, rng)
            if second is None
            else resampling.difference(first, second, rng)
        )
        rows.append({"question": question, **estimate._asdict()})
    sizes = {"reviews": protocol.test_size, "refits": protocol.refits}
    return pd.DataFrame(rows).assign(study=session.study, backend=protocol.backend, **sizes)


Pair = tuple[NDArray[np.float64], NDArray[np.float64] | None]


def _questions(
    hits: "_Hits", protocol: Protocol, winner: Individual, flattering: Individual
) -> Iterator[tuple[str, Pair]]:
    """What is asked, as successes on one set of reviews, or on two to be held apart."""
    default = _on_human_labels(protocol, winner.generation).name
    yield "winner over defaults on human labels", (hits.gain(winner.name, default, "test"), None)
    if winner.generation:
        collapsed = _beside(winner)
        human = f"settings of {winner.name} on human labels"
        yield "winner over collapsed defaults", (hits.gain(winner.name, collapsed, "test"), None)
        yield "collapse of the defaults", (hits.gain(default, collapsed, "test"), None)
        yield "collapse of the winner", (hits.gain(human, winner.name, "test"), None)
    yield "flattery of our selection", hits.flattery(winner.name, default, "validation", "test")
    beside = _on_human_labels(protocol, flattering.generation).name
    flattered = hits.flattery(flattering.name, beside, "test", "validation")
    yield "flattery of selection on the test score", flattered


class _Hits:
    """Which held-out reviews an individual's refits classify rightly."""

    def __init__(self, features: Features, protocol: Protocol, history: History) -> None:
        split = Split.draw(len(features.labels), protocol)
        rows = {"validation": split.validation, "test": split.test}
        self._truth = {name: features.labels[held] for name, held in rows.items()}
        self._answers = history.answers

    def of(self, name: str, held_out: str) -> NDArray[np.float64]:
        """Successes, (refits, reviews)."""
        truth, bits = self._truth[held_out], self._answers[name].arrays()[held_out]
        hits: NDArray[np.float64] = (_unpack(bits, len(truth)) == truth).astype(np.float64)
        return hits

    def gain(self, first: str, second: str, held_out: str) -> NDArray[np.float64]:
        """Successes of one beyond those of another, review by review."""
        return self.of(first, held_out) - self.of(second, held_out)

    def flattery(self, chosen: str, beside: str, seen: str, unseen: str) -> Pair:
        """Gain over a model that nobody selected, on the reviews that chose and on others.

        The model beside takes out what makes one set of reviews easier than the other.
        """
        return self.gain(chosen, beside, seen), self.gain(chosen, beside, unseen)


def _tell(history: History, population: Sequence[Individual], best: Individual) -> None:
    scores = [history.score(one) for one in population]
    click.echo(
        f"generation {best.generation}: best {100 * history.score(best):.2f}%, "
        f"mean {100 * np.mean(scores):.2f}% of {len(population)} individuals on validation reviews"
    )


def _facts(protocol: Protocol, history: History, settings: Settings) -> dict[str, str]:
    last = len(history.generations) - 1
    ended = f"max_generations={last} reached"
    if history.stale >= settings.patience:
        ended = f"no child better than the best of generation {last - history.stale} since then"
    params = protocol.backend_params.items()
    return {
        "backend": protocol.backend,
        "settings before mutation": ", ".join(
            f"{name}={format_value(at)}" for name, at in {**dict(params), **protocol.start}.items()
        ),
        "population": f"{protocol.population}; then {protocol.survivors} x {protocol.children} "
        "children a generation",
        "reviews": f"{protocol.train_size:,} to train each of {protocol.refits} refits, "
        f"{protocol.validation_size:,} to select, {protocol.test_size:,} untouched",
        "ended": ended,
    }
