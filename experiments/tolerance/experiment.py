"""Which lineages the searches ask for, batch after batch, and their controls."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import click
import pandas as pd

from experiments.tolerance.controls import CONTROLS
from experiments.tolerance.settings import Settings
from mc import statistics
from mc.engine import conditions, preparation
from mc.engine.conditions import backend_parameters
from mc.engine.grids import classifier_job, digest
from mc.engine.jobs import Job
from mc.engine.session import Session, open_session
from mc.errors import ParameterError
from mc.lineage import backends
from mc.lineage.corpus import open_corpus, open_rows
from mc.lineage.loop import RESULTS_VERSION, Condition
from mc.settings import format_value
from mc.statistics.charts import table_points
from mc.statistics.search import Search, grid_for, next_batch, to_clear
from mc.tracking.results import Result

STAGE = "tolerance"
AXES = ("backend", "final_size", "rate", "strategy")
BOUNDS = {"rate": "tolerable_rate", "low": "tolerable_rate_low", "high": "tolerable_rate_high"}
MIN_INSIDE = 0.005  # of a rate at which controls are worth running
DISAGREEMENT = 0.02  # share of reviews on which models at such losses disagree, real and simulated
REMEDY = 1.05  # factor by which a sufficient margin or test size is looked for
Cell = tuple[str, float, int]  # strategy, rate, replicate


@dataclass(frozen=True, eq=False)
class Place:
    """Where a frontier is searched for.

    Parameters
    ----------
    title : str
        The backend as the user wrote it.
    condition : Condition
        At rate 0.
    """

    title: str
    condition: Condition

    def job(self, cell: Cell) -> Job:
        """One lineage."""
        strategy, rate, replicate = cell
        condition = replace(self.condition, rate=rate, strategy=strategy)
        return classifier_job(
            condition,
            AXES,
            replicate,
            key=self.key(cell),
            baseline=self.key(("none", 0.0, replicate)),
            summarise=total_seconds,
            count_labels=True,
        )

    def key(self, cell: Cell) -> str:
        """Name of a lineage within the study; the digest stands for the backend's settings."""
        strategy, rate, replicate = cell
        settings = digest(self.condition.backend_params)
        place = f"{self.title} {settings} size={self.condition.final_size}"
        return f"{place} rate={format_value(rate)} strategy={strategy} replicate={replicate}"

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.title}, {self.condition.final_size:,} reviews"


@dataclass
class Course:
    """One search and what it has asked for."""

    place: Place
    settings: Settings
    search: Search
    accuracy: dict[Cell, float] = field(default_factory=dict)
    spent: int = 0  # lineages
    seconds: float = 0.0  # of fits

    def batch(self) -> list[tuple[float, ...]]:
        """Rates of the next replicates, empty where the search has ended."""
        settings = self.settings
        first = [settings.first_rates] * settings.first_repetitions
        left = settings.budget - self.spent
        return next_batch(self.search, first, width=settings.width, budget=left)

    def cells(self, batch: Sequence[tuple[float, ...]]) -> list[Cell]:
        """The lineages of a batch: fresh replicates, each with its rate 0."""
        first = self.search.replicates
        return [
            ("none", rate, first + number)
            for number, rates in enumerate(batch)
            for rate in (0.0, *rates)
        ]

    def take(self, cells: Iterable[Cell], answers: Mapping[str, Result]) -> None:
        """Note what lineages of the search gave, and learn replicate by replicate."""
        for cell in cells:
            metrics = answers[self.place.key(cell)].metrics
            self.accuracy[cell] = metrics["accuracy"]
            self.spent += 1
            self.seconds += metrics["lineage_seconds"]
        losses: dict[int, dict[float, float]] = {}
        for _, rate, replicate in cells:
            base = self.accuracy["none", 0.0, replicate]
            losses.setdefault(replicate, {})[rate] = base - self.accuracy["none", rate, replicate]
        for replicate in sorted(losses):
            self.search.learn({rate: at for rate, at in losses[replicate].items() if rate})


def run(settings: Settings) -> None:
    """Run the stage.

    Searches go side by side, a batch of each in a round. A batch depends on results alone, not on
    who computed them or when: any number of workers, and any interruption, lead to the same answer.

    Raises
    ------
    McError
        Before anything is logged where the parameters or the corpus do not fit.
    """
    families = _families(settings.backends)
    _check_budget(settings)
    places = _places(settings, families)
    preparation.set_up_process(settings)
    folder = preparation.prepare_rows(settings)
    rows = len(open_rows(folder).labels)
    places = _that_fit(places, settings, rows)
    _check_power(settings, places, rows)
    template = {
        name: at
        for name, at in vars(places[0].condition).items()
        if name not in ("sizes", "backend", "backend_params", "rate", "strategy")
    }
    identity = {
        **template,
        "initial_share": settings.initial_share,
        "generations": settings.generations,
        "version": RESULTS_VERSION,
    }
    with open_session(STAGE, settings, partial(open_corpus, folder), identity) as session:
        courses = [
            Course(place, settings, Search(settings.margin, settings.confidence))
            for place in places
        ]
        members = _search(session, courses)
        members |= _run_controls(session, courses)
        grids = _run_grids(session, courses)
        frames = {
            "frontiers": pd.DataFrame([_frontier(course) for course in courses]),
            "lineages": _lineages(courses, members),
            **({"grids": grids} if len(grids) else {}),
        }
        frames = {name: frame.assign(study=session.study) for name, frame in frames.items()}
        bounds = frames["frontiers"].rename(columns=BOUNDS)
        points = table_points(bounds, list(BOUNDS.values()), step="size", by=["backend"])
        session.conclude(members, frames, _facts(settings, places), points=points)


def _families(texts: Sequence[str]) -> list[tuple[str, str, str]]:
    """What the user wrote of each backend, its name and its settings; checked."""
    families = []
    for text in texts:
        name, *words = text.strip().split(":")
        backends.find(name, "backends")
        backend_parameters(name, ",".join(words), f"backends={name}")
        families.append((text.strip(), name, ",".join(words)))
    return families


def _check_budget(settings: Settings) -> None:
    """Refuse a budget that the first look alone exceeds."""
    first = settings.first_repetitions * (1 + len(settings.first_rates))
    if settings.budget < first:
        raise ParameterError(
            f"budget={settings.budget} is less than the {first} lineages of the first look, "
            f"first_repetitions={settings.first_repetitions} times as many as first_rates, and "
            "rate 0; raise it, or ask for fewer of those"
        )


def _places(settings: Settings, families: Sequence[tuple[str, str, str]]) -> list[Place]:
    """Every backend at every size, the smallest first, at rate 0."""
    places = []
    for text, name, backend_params in families:
        for size in sorted(settings.sizes):
            condition = conditions.condition(
                _growth(settings, size),
                backend=name,
                backend_params=backend_params,
                regime=settings.regime,
                labelling=settings.labelling,
                vocabulary=settings.vocabulary,
                test_size=settings.test_size,
                seed=settings.seed,
            )
            places.append(Place(text, condition))
    return places


def _that_fit(places: Sequence[Place], settings: Settings, rows: int) -> list[Place]:
    """The places that the corpus can fill.

    Raises
    ------
    DataError
        When it cannot fill any.
    """
    sizes = preparation.fitting(settings.sizes, rows, settings.test_size)
    return [place for place in places if place.condition.final_size in sizes]


def _growth(settings: Settings, size: int) -> tuple[int, ...]:
    """Sizes of the generations up to the last."""
    share, steps = settings.initial_share, settings.generations
    grown = tuple(round(size * (share + (1 - share) * step / steps)) for step in range(steps + 1))
    if grown[0] < 2 or len(set(grown)) <= steps:
        raise ParameterError(
            f"sizes={size} is too small for initial_share={share} and generations={steps}: "
            f"{grown[0]} reviews of generation 0, then {grown[1] - grown[0]} more; raise it, or "
            "ask for fewer generations"
        )
    return grown


def _check_power(settings: Settings, places: Sequence[Place], rows: int) -> None:
    """Say what test set and budget can resolve, and refuse what they cannot.

    It assumes a rate that does no harm at all: if the search cannot distinguish that from a loss of
    the margin, it can decide nothing.
    """
    test_size, margin = settings.test_size, settings.margin
    most = _affordable(settings, settings.budget)
    needed = _repetitions(settings)
    if needed <= most:
        click.echo(
            f"margin={margin:g} with test_size={test_size}: a harmless rate should be cleared "
            f"after about {needed} repetitions, of {most} that budget={settings.budget} allows"
        )
        return
    raise ParameterError(
        f"margin={margin:g} cannot be resolved by test_size={test_size} and "
        f"budget={settings.budget}: even a harmless rate should need {needed:,} repetitions "
        f"to be cleared with confidence={settings.confidence:g}, {needed - most:,} more than "
        f"the budget allows; use {' or '.join(_remedies(settings, needed, most, places, rows))}"
    )


def _remedies(
    settings: Settings, needed: int, most: int, places: Sequence[Place], rows: int
) -> Iterator[str]:
    """Values, one of which would be enough."""
    first, factors = settings.first_repetitions, [REMEDY**n for n in range(1, 200)]
    yield f"budget={first * (1 + len(settings.first_rates)) + 2 * max(needed - first, 0)}"
    tests = (math.ceil(settings.test_size * factor) for factor in factors)
    for test in (size for size in tests if _repetitions(settings, test_size=size) <= most):
        lacking = test + max(place.condition.final_size for place in places) - rows
        missing = f" ({lacking:,} more reviews than there are)" if lacking > 0 else ""
        yield f"test_size={test}{missing}"
        break
    margins = (float(f"{settings.margin * factor:.2g}") for factor in factors)
    for margin in (at for at in margins if _repetitions(settings, margin=at) <= most):
        yield f"margin={margin:g}"
        break


def _affordable(settings: Settings, budget: int) -> int:
    """Repetitions of which one rate can have a share, within a budget."""
    first: int = settings.first_repetitions
    return first + max(budget - first * (1 + len(settings.first_rates)), 0) // 2


def _repetitions(settings: Settings, *, test_size: int = 0, margin: float = 0.0) -> int:
    """Repetitions that should clear a harmless rate, by the spread that reviews alone make."""
    spread = math.sqrt(DISAGREEMENT / (test_size or settings.test_size))
    return to_clear((margin or settings.margin) / spread, settings.confidence)


def total_seconds(generations: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Seconds of all fits of a lineage."""
    return {"lineage_seconds": sum(metrics["fit_seconds"] for metrics in generations)}


def _ask(session: Session, asked: Sequence[tuple[Place, Cell]]) -> dict[str, Result]:
    return session.ask([place.job(cell) for place, cell in asked]) if asked else {}


def _search(session: Session, courses: Sequence[Course]) -> dict[str, Result]:
    """Round after round, until no search asks for more."""
    members: dict[str, Result] = {}
    while True:
        batches = [(course, course.cells(course.batch())) for course in courses]
        batches = [(course, cells) for course, cells in batches if cells]
        if not batches:
            return members
        asked = [(course.place, cell) for course, cells in batches for cell in cells]
        answers = _ask(session, asked)
        members |= answers
        for course, cells in batches:
            course.take(cells, answers)
            _tell(course)


def _tell(course: Course) -> None:
    """Where a search stands."""
    search = course.search
    low, high = search.interval()
    missing = search.missing(course.settings.width)
    more = f"; about {missing:,} repetitions to go" if missing else ""
    click.echo(
        f"{course.place.name}: tolerable rate {search.estimate():.2f} [{low:.2f}, {high:.2f}] "
        f"after {course.spent} lineages{more}"
    )


def _run_controls(session: Session, courses: Sequence[Course]) -> dict[str, Result]:
    """Run the controls in the first replicates, at the rates of the first look and the frontier.

    At the frontier the lineages themselves are run, too. The searches do not learn from those,
    since replicates must be fresh there.
    """
    if not courses[0].settings.controls:
        return {}
    asked = []
    for course in courses:
        settings = course.settings
        frontier = round(course.search.estimate(), 3)
        inside = [frontier] if MIN_INSIDE <= frontier < 1 else []
        rates = sorted({*settings.first_rates, *inside})
        for strategy in ("none", *CONTROLS):
            asked += [
                (course.place, (strategy, rate, replicate))
                for replicate in range(settings.first_repetitions)
                for rate in rates
            ]
    return _ask(session, asked)


def _run_grids(session: Session, courses: Sequence[Course]) -> pd.DataFrame:
    """What a grid of rates says for as many lineages as each search took."""
    count = courses[0].settings.grid
    if not count:
        return pd.DataFrame()
    rates = [round(number / count, 6) for number in range(count + 1)]
    asked, rows = {}, []
    for course in courses:
        replicates = max(course.spent // len(rates), 2)
        asked[course.place] = [
            ("none", rate, replicate) for replicate in range(replicates) for rate in rates
        ]
    answers = _ask(session, [(place, cell) for place, cells in asked.items() for cell in cells])
    for course in courses:
        place, cells = course.place, asked[course.place]
        table = pd.DataFrame(
            {"rate": rate, "replicate": at, "value": answers[place.key(cell)].metrics["accuracy"]}
            for cell in cells
            for _, rate, at in [cell]
        ).pivot(index="replicate", columns="rate", values="value")
        losses = table[0.0].to_numpy()[:, None] - table.drop(columns=0.0).to_numpy()
        found = statistics.tolerable_rate(
            table.columns[1:].to_numpy(), losses, course.search.margin, course.search.confidence
        )
        names = dict(zip(("rate", "low", "high"), found, strict=True))
        steps = len(place.condition.sizes)
        costs = {"repetitions": len(losses), "lineages": len(cells), "fits": len(cells) * steps}
        rows.append({**_where(place), "rates": count, **names, **costs})
    return pd.DataFrame(rows)


def _where(place: Place) -> dict[str, object]:
    condition = place.condition
    return {
        "backend": place.title,
        "size": condition.final_size,
        "initial_size": condition.initial_size,
    }


def _frontier(course: Course) -> dict[str, object]:
    """A row: the answer of one search, and what it took."""
    search, settings = course.search, course.settings
    low, high = search.interval()
    steps = len(course.place.condition.sizes)
    rates, repetitions = grid_for(search, settings.width)
    return {
        **_where(course.place),
        "rate": search.estimate(),
        "low": low,
        "high": high,
        "harm_is_shown": search.harm_is_shown,
        "is_done": search.is_done(settings.width),
        "missing": search.missing(settings.width),
        "repetitions": search.replicates,
        "lineages": course.spent,
        "fits": course.spent * steps,
        "fit_seconds": course.seconds,
        "grid_rates": rates,
        "grid_repetitions": repetitions,
        "grid_fits": (rates + 1) * repetitions * steps,
        "margin": settings.margin,
        "confidence": settings.confidence,
        "width": settings.width,
        "budget": settings.budget,
    }


def _lineages(courses: Sequence[Course], members: Mapping[str, Result]) -> pd.DataFrame:
    """A row for each lineage of searches and controls, with its loss against its own rate 0."""
    return pd.DataFrame([row for course in courses for row in _rows(course, members)])


def _rows(course: Course, members: Mapping[str, Result]) -> Iterator[dict[str, object]]:
    place = course.place
    known = {place.key(cell): cell for cell in _all_cells(course)}
    for key, (strategy, rate, replicate) in known.items():
        if key in members:
            metrics = members[key].metrics
            yield {
                **_where(place),
                "strategy": strategy,
                "rate": rate,
                "replicate": replicate,
                "is_of_search": (strategy, rate, replicate) in course.accuracy,
                "loss": course.accuracy["none", 0.0, replicate] - metrics["accuracy"],
                "accuracy": metrics["accuracy"],
                **{
                    name: metrics[name] for name in ("label_error", "synthetic_share", "train_size")
                },
                "fit_seconds": metrics["lineage_seconds"],
            }


def _all_cells(course: Course) -> list[Cell]:
    """Cells of the search, then those that controls may have."""
    rates = {rate for _, rate, _ in course.accuracy} | {round(course.search.estimate(), 3)}
    return list(
        dict.fromkeys(
            [
                *course.accuracy,
                *(
                    (strategy, rate, replicate)
                    for strategy in ("none", *CONTROLS)
                    for rate in sorted(rates - {0.0})
                    for replicate in range(course.settings.first_repetitions)
                ),
            ]
        )
    )


def _facts(settings: Settings, places: Sequence[Place]) -> dict[str, str]:
    share, steps = settings.initial_share, settings.generations
    sizes = dict.fromkeys(place.condition.final_size for place in places)
    return {
        "backends": ", ".join(dict.fromkeys(place.title for place in places)),
        "sizes": ", ".join(f"{size:,}" for size in sizes),
        "growth": f"from {share:.0%} of the size, human labels only, in {steps} steps",
        "regime": settings.regime,
        "labelling": settings.labelling,
        "margin": f"{settings.margin:g}",
        "confidence": f"{settings.confidence:g}, at all looks together",
        "budget": f"{settings.budget} lineages a search",
        "held-out reviews": f"{settings.test_size:,}",
    }
