"""Lineages in this process or in several; the numbers do not depend on which."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from joblib import Parallel, cpu_count, delayed, parallel_config
from threadpoolctl import threadpool_limits

from mc.api.models import Model
from mc.errors import EstimatorError, McError, ParameterError
from mc.lineage import backends
from mc.lineage.loop import Condition, Shared, lineage
from mc.progress import Bar
from mc.types import PreparedRows

Cell = tuple[Condition, int]  # and the replicate
Course = list[Mapping[str, float]]  # metrics of each generation


def _ignore(n: int) -> None:
    """Show no progress."""


def workers(jobs: int) -> int:
    """Number of processes that ``jobs`` asks for."""
    return int(cpu_count()) if jobs == -1 else jobs


def run(
    rows: PreparedRows, model: Model, cells: Sequence[Cell], jobs: int, bar: Bar | None = None
) -> list[Course]:
    """Breed lineages.

    Parameters
    ----------
    rows : PreparedRows
        Of the corpus.
    model : Model
        That of all conditions.
    cells : sequence of (Condition, int)
        The lineages; those of one replicate stand together.
    jobs : int
        Processes, as of `workers`.
    bar : Bar, optional
        Moves on with every generation; with several processes, with every task.

    Returns
    -------
    list of list of mapping
        Of each lineage the metrics of its generations, in the order of ``cells``.

    Raises
    ------
    McError
        Says in which generation the model failed.
    """
    count, move = workers(jobs), bar.update if bar else _ignore
    if count == 1 or len(cells) == 1:
        return compute(rows, model, cells, move)
    courses: list[Course] = []
    with parallel_config(backend="loky", inner_max_num_threads=1):
        pool = Parallel(n_jobs=count, return_as="generator")
        for made in pool(delayed(compute)(rows, model, task) for task in _tasks(cells, count)):
            move(sum(map(len, made)))
            courses += made
    return courses


def _tasks(cells: Sequence[Cell], jobs: int) -> Iterator[Sequence[Cell]]:
    """What one process does at a time: a replicate, whose lineages share rows; or a lineage."""
    replicates = [list(own) for _, own in groupby(cells, key=lambda cell: cell[1])]
    yield from replicates if len(replicates) >= jobs else [[cell] for cell in cells]


def compute(
    rows: PreparedRows,
    model: Model,
    cells: Sequence[Cell],
    move: Callable[[int], object] = _ignore,
) -> list[Course]:
    """Breed lineages in this process, on one thread."""
    shared = Shared()
    with model.known():
        backends.find(model.name)  # loads its library, before threads are limited
        with threadpool_limits(1):
            return [_breed(rows, model, cell, shared, move) for cell in cells]


def _breed(
    rows: PreparedRows,
    model: Model,
    cell: Cell,
    shared: Shared,
    move: Callable[[int], object],
) -> Course:
    condition, replicate = cell
    course: Course = []
    try:
        for record in lineage(rows, condition, replicate, shared=shared):
            course.append(dict(record.metrics))
            move(1)
    except EstimatorError as error:  # which names the generation
        at = f"rate {condition.rate:g}, repetition {replicate + 1}"
        raise EstimatorError(f"{at}, {error}") from error
    except McError as error:
        raise type(error)(f"{_place(cell, course)}: {error}") from error
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise ParameterError(
            f"{_place(cell, course)}: model={model.name} raised {type(error).__name__}: {reason}"
        ) from error
    return course


def _place(cell: Cell, course: Course) -> str:
    condition, replicate = cell
    return f"rate {condition.rate:g}, repetition {replicate + 1}, generation {len(course)}"
