"""What a worker computes: jobs, and the plan that a worker process gets. Knows no MLflow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from mc.lineage.space import Space
from mc.settings import Value, Values, format_value
from mc.tracking.models import Models
from mc.types import AnyCorpus, AnyState, GenerationRecord, Prepared

MILESTONES = 5  # generations after the first whose model is kept, the last one included
Corpus = Prepared | None
Metrics = Mapping[str, float]
Open = Callable[[], AnyCorpus]  # opens the prepared corpus; travels to worker processes
Run = Callable[[AnyCorpus, AnyState], Iterator[GenerationRecord]]
Summarise = Callable[[Sequence[Metrics]], Metrics]


def last(generations: Sequence[Metrics]) -> Metrics:
    """The summary of most jobs: nothing beyond the metrics of the last generation."""
    return {}


@dataclass(frozen=True)
class Job:
    """One thing to compute: an Optuna trial, an MLflow child run, a lineage.

    Parameters
    ----------
    key : str
        Its name within its study; it stands for the same result in every command.
    run : callable
        Yields its generations, from the first or after a state. A function of a module, or a
        ``functools.partial`` of one, since it travels to worker processes. Pure and deterministic.
    steps : int
        How many generations it yields.
    objective : str
        The metric that the study maximises: of the summary, else of the last generation.
    params : mapping
        What tells it apart from other jobs; the trial shows it, and the run as well.
    shown : mapping
        What the run shows in addition.
    title : str
        Name of the run; the key where it is empty.
    summarise : callable
        From the metrics of all generations to metrics of the whole, logged at step 0.
    models : Models, optional
        Writes its models; without it none is kept.
    states : tuple of type
        Classes that a state consists of, beyond numpy's and scikit-learn's.
    space : mapping
        Ranges of those params that have one.
    notes : mapping
        Attributes of the trial.
    baseline : str
        Key of the job that it is paired with, of the same replicate; its run shows the loss of the
        objective against it, in percentage points.
    """

    key: str
    run: Run
    steps: int
    objective: str
    params: Values = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    summarise: Summarise = last
    models: Models | None = None
    states: tuple[type, ...] = ()
    space: Space = field(default_factory=dict)
    notes: Values = field(default_factory=dict)
    baseline: str = ""

    def value(self, generations: Sequence[Metrics]) -> float:
        """What the study maximises, from the metrics of all generations."""
        return float({**generations[-1], **self.summarise(generations)}[self.objective])


@dataclass(frozen=True)
class Plan:
    """What every worker process must know.

    Parameters
    ----------
    study, storage : str
        The Optuna study to take jobs from.
    tracking_uri, experiment, stage_run : str
        Where results are logged, and the run above them.
    open : callable
        Opens the prepared corpus.
    jobs : mapping
        Key to job.
    log_models : {"all", "milestones", "ends", "last", "none"}
        Generations whose model is kept.
    params, tags : mapping
        Logged with every result.
    """

    study: str
    storage: str
    tracking_uri: str
    experiment: str
    stage_run: str
    open: Open
    jobs: Mapping[str, Job]
    log_models: str
    params: Mapping[str, str]
    tags: Mapping[str, str]


def is_kept(step: int, steps: int, log_models: str) -> bool:
    """Whether a generation's model is kept."""
    if log_models in ("all", "none"):
        return log_models == "all"
    if log_models == "last":
        return step == steps - 1
    stride = -(-(steps - 1) // MILESTONES) if log_models == "milestones" else steps
    return step == steps - 1 or step % max(stride, 1) == 0


def coordinates(condition: object, axes: Sequence[str], replicate: int) -> dict[str, Value]:
    """Where a lineage lies in its grid: the axes of its condition, and the replicate."""
    return {**{axis: getattr(condition, axis) for axis in axes}, "replicate": replicate}


def key_of(place: Values) -> str:
    """Name of a lineage within its study: ``rate=0.5 replicate=1``."""
    return " ".join(f"{name}={format_value(at)}" for name, at in place.items())


def by_replicate(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Place of a condition and replicate, replicates first: all conditions advance together.

    >>> list(by_replicate([2, 1]))
    [(0, 0), (1, 0), (0, 1)]
    """
    columns = [[(place, number) for number in range(count)] for place, count in enumerate(counts)]
    for row in zip_longest(*columns):
        yield from (cell for cell in row if cell is not None)
