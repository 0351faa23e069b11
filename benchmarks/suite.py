"""All yardsticks side by side: runs them one after the other and relates them to ours."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks import apart, by_expert, by_hand, floor, growth, original, ours, scaling
from benchmarks.table import render
from benchmarks.task import Task, Timed

Results = dict[str, Any]
OURS = "ours"


@dataclass(frozen=True)
class Extent:
    """How much is timed.

    Parameters
    ----------
    generations, original_generations : int
        Made by the loops by hand and the floor, and by the original's procedure: the first of
        those that ours makes.
    original_trees : int
        Trees of the original's forests; with fewer than 1,000 their time is scaled up.
    repetitions : int
        Replicates of each of three rates in the stage that one and two workers run; 0: no stage.
    growth_rows : int
        Simulated reviews, of which 1, 2, 4 and 8 times are read and trained on; 0: none.
    """

    generations: int
    original_generations: int
    original_trees: int
    repetitions: int
    growth_rows: int


def run(task: Task, extent: Extent, say: Callable[[str], None]) -> Iterator[Results]:
    """Measure everything, and say what comes next.

    Yields
    ------
    dict
        What is measured so far, after each yardstick: a long run that is broken off leaves
        something. What `tables` reads, ready for JSON; in seconds and MB.
    """
    few, fewest = (_begin(task, n) for n in (extent.generations, extent.original_generations))
    measured: Results = {"generations": {}}
    for name, call in {
        OURS: lambda: apart.run(ours.run, task),
        "floor": lambda: apart.run(floor.run, few, one_thread=True),
        "by an expert hand": lambda: apart.run(by_expert.run, few),
        "by hand": lambda: apart.run(by_hand.run, few),
        "the original's": lambda: apart.run(original.run, fewest, extent.original_trees),
    }.items():
        say(name)
        measured["generations"][name] = _described(*call(), extent.generations)
        _relate(measured["generations"])
        yield measured
    if extent.repetitions:
        say("one worker and two")
        measured["workers"] = scaling.run(_stage_options(task, extent))
        yield measured
    if extent.growth_rows:
        say("growth")
        measured["growth"] = growth.run(extent.growth_rows)
        yield measured


def _relate(generations: Results) -> None:
    """Add to each yardstick how many times as long as ours it takes."""
    own = generations[OURS]["seconds a generation"]
    for each in generations.values():
        each["ratio to ours"] = each["seconds a generation"] / own


def tables(measured: Results) -> str:
    """What the terminal shows."""
    shown = ["seconds a generation", "ratio to ours", "first generation", "accuracy", "peak MB"]
    parts = [render("Generations", _rows(measured["generations"], shown))]
    own, floor_ = (measured["generations"][name]["details"] for name in (OURS, "floor"))
    whole = sum(own["parts"].values())
    shares = [
        {"part": name, "seconds": at, "share, %": 100 * at / whole}
        for name, at in own["parts"].items()
    ]
    title = f"Where our time goes; the worker in all: {own['worker']:.3f} s a generation"
    parts.append(render(title, shares))
    parts.append(render(f"The floor, at {floor_['GB/s']:.1f} GB/s of memory", floor_["fits"]))
    if "workers" in measured:
        parts.append(render("One small stage, in seconds", measured["workers"]))
    if "growth" in measured:
        parts.append(render("Simulated corpora of growing size, in seconds", measured["growth"]))
    return "\n".join(parts)


def _begin(task: Task, generations: int) -> Task:
    """The same task's first generations."""
    return replace(
        task, condition=replace(task.condition, sizes=task.condition.sizes[:generations])
    )


def _described(timed: Timed, peak: float, generations: int) -> Results:
    """A yardstick's figures; generations beyond those that the others make too are left out."""
    return {
        "seconds a generation": replace(timed, seconds=timed.seconds[:generations]).later,
        "first generation": timed.seconds[0],
        "accuracy": timed.trained[:generations][-1]["accuracy"],
        "peak MB": peak,
        **asdict(timed),
    }


def _rows(measured: Results, columns: list[str]) -> list[Results]:
    return [
        {"yardstick": name, **{column: each[column] for column in columns}}
        for name, each in measured.items()
    ]


def _stage_options(task: Task, extent: Extent) -> dict[str, str]:
    condition = task.condition
    return {
        "data": task.data,
        "data_params": task.data_params,
        "rates": "0,0.5,1",
        "repetitions": str(extent.repetitions),
        "initial_size": str(condition.initial_size),
        "increment": str(max(condition.increment, 1)),
        "final_size": str(condition.final_size),
        "test_size": str(condition.test_size),
        "backend": condition.backend,
    }
