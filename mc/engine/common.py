"""The parameters that experiments share, declared once, and what follows from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Field, PrivateAttr

from mc import plugins
from mc.errors import DataError, ParameterError
from mc.lineage.backends import is_import_path
from mc.settings import OneOf, Settings

DEFAULT_MARGIN = 0.005
REPRESENTATIONS = ("auto", "tfidf", "counts", "embedding", "table", "raw")  # `mc.lineage.view`
LABELLINGS = plugins.names("labellings")  # how a model labels, see `mc.lineage.labelling`
VOCABULARIES = {  # see `mc.lineage.vocabulary`
    "training": "the texts collected so far, anew at each generation",
    "initial": "those of generation 0",
    "corpus": "all texts there are, also those still to come and the held-out ones",
}


@dataclass(frozen=True)
class Notice:
    """What a study says of the stage that it belongs to, for workers elsewhere.

    Parameters
    ----------
    stage : str
        Name of the experiment.
    settings : mapping of str to str
        Its parameters, but for secrets and for those that each machine has for itself.
    stage_run : str
        The MLflow run above its lineages.
    corpus, code : str
        Digests of the reviews and of the program.
    plugins : mapping of str to str
        Versions of the installed plug-ins in use, see `mc.plugins.versions`.
    """

    stage: str
    settings: Mapping[str, str]
    stage_run: str
    corpus: str
    code: str
    plugins: Mapping[str, str] = field(default_factory=dict)


Backend = Annotated[
    str,
    OneOf(plugins.names("backends"), also=is_import_path),
    Field(
        description="classifier family: the name of a file in mc/lineage/backends, or where to "
        "import an estimator from, package.module:attribute"
    ),
]
Backends = tuple[Annotated[str, OneOf(plugins.names("backends"), also=is_import_path)], ...]
Regime = Annotated[
    str,
    OneOf(plugins.names("regimes")),
    Field(description="rows a generation trains on: the name of a file in mc/lineage/regimes"),
]
Labelling = Annotated[
    str, OneOf(LABELLINGS), Field(description="how a model labels reviews: argmax, sample or prior")
]
Margin = Annotated[
    float,
    Field(ge=1e-6, le=1, description="largest loss of accuracy that does not matter, as a share"),
]
Repetitions = Annotated[
    int, Field(ge=1, le=10_000, description="independent replicates of each condition")
]
TestSize = Annotated[
    int, Field(ge=2, description="held-out reviews with human labels, drawn anew a replicate")
]
LogModels = Annotated[
    str,
    OneOf(("all", "milestones", "ends", "last", "none")),
    Field(
        description="generations whose model is kept: all, milestones (about six), ends, last or "
        "none"
    ),
]


Preset = Annotated[
    str,
    OneOf(("none", "seed")),
    Field(
        description="named values for settings left at their defaults; seed: the original study's"
    ),
]


class QueueSettings(Settings):
    """Of every command that works at jobs: how many processes, and where the jobs are."""

    jobs: int = Field(-1, ge=-1, le=1024, description="worker processes; -1 for one per core")
    storage: str = Field("sqlite:///optuna.db", description="address of the Optuna study")


class RunSettings(QueueSettings):
    """Of every experiment: how it is run."""

    seed: int = Field(0, ge=0, le=2**32 - 1, description="base of all random streams")
    fresh: bool = Field(False, description="start over instead of reusing finished lineages")
    _notice: Notice | None = PrivateAttr(None)

    @property
    def notice(self) -> Notice | None:
        """Of the stage that this command helps; None where it runs a stage itself."""
        return self._notice

    def helping(self, notice: Notice) -> Self:
        """The same settings, for a command that helps a stage of another one."""
        helper = self.model_copy()
        helper._notice = notice
        return helper


class DataSettings(Settings):
    """Of experiments on reviews: which reviews."""

    data: str = Field(
        "simulated",
        description="simulated, amazon_polarity, breast_cancer, diabetes, digits, wine, "
        "openml:NAME, hf:NAME, or a path, glob or address of files",
    )
    data_params: str = Field("", description="settings of the data, as name=value,name=value")


class BackendSettings(Settings):
    """Of experiments on classifiers: which classifier."""

    backend: Backend = "logistic"
    backend_params: str = Field(
        "", description="settings of the backend, as name=value,...; or a preset's name"
    )


class EstimatorSettings(BackendSettings):
    """Of lineages whose classifier may be any estimator: what it sees, and how it is kept."""

    representation: Annotated[str, OneOf(REPRESENTATIONS)] = Field(
        "auto",
        description="what the classifier sees of a row; auto: of texts what its backend declares, "
        "tfidf for an imported one, raw for one that begins with a vectoriser; of tables numbers, "
        "scaled and one column for each word; raw: texts, or a table's columns, as they are",
    )
    allow_pickle: bool = Field(
        False,
        description="keep models of an imported backend as pickles where they hold types that "
        "cannot be stored safely; loading a pickle runs code of whoever wrote it",
    )


class LabelSettings(Settings):
    """Of lineages that are relabelled: how."""

    regime: Regime = "accumulate"
    labelling: Labelling = "argmax"


class VocabularySettings(Settings):
    """Of lineages of classifiers of texts: whose words they know."""

    vocabulary: Annotated[str, OneOf(tuple(VOCABULARIES))] = Field(
        "training",
        description="texts that words and their weights come from: "
        + "; ".join(f"{name}, {texts}" for name, texts in VOCABULARIES.items()),
    )


class PrecisionSettings(Settings):
    """Of experiments with paired losses: how precisely they should be known."""

    precision: float = Field(
        0.0,
        ge=0,
        le=1,
        description="half-width at which a loss's 95% interval needs no more repetitions; "
        "0: none added",
    )
    max_repetitions: int = Field(
        100, ge=1, le=10_000, description="most that precision may add up to"
    )


class RegisterSettings(Settings):
    """Of experiments whose last classifiers may be given a name."""

    register: str = Field(
        "",
        description="name in MLflow's model registry for the models @human and @collapsed (and "
        "@rescued, by mitigation); empty: none",
    )


class JudgedSettings(PrecisionSettings, RegisterSettings):
    """Of lineages of classifiers: judged by what, and which models stay."""

    test_size: TestSize = 20_000
    log_models: LogModels = "all"


class ReplicateSettings(JudgedSettings):
    """Of lineages of classifiers: how many replicates, too."""

    repetitions: Repetitions = 5


class GridSettings(VocabularySettings, DataSettings, JudgedSettings, RunSettings):
    """Of all grids of lineages of classifiers, whose repetitions may differ."""


class LineageSettings(GridSettings, ReplicateSettings):
    """Of grids of lineages of classifiers, all with the same repetitions."""


class StudySettings(EstimatorSettings, LabelSettings, LineageSettings):
    """Of grids of one backend, regime and labelling."""


def check_repetitions(least: int, sought: PrecisionSettings) -> None:
    """Refuse a bound on repetitions below those asked for at least."""
    most = sought.max_repetitions
    if sought.precision and most < least:
        raise ParameterError(
            f"max_repetitions={most} must be at least repetitions={least}, with which it begins"
        )


def growth(initial_size: int, increment: int, final_size: int) -> tuple[int, ...]:
    """Sizes from the first to the last by equal steps, both included.

    Raises
    ------
    ParameterError
        When the steps do not meet the end, which would shrink the experiment silently.
    """
    if final_size < initial_size:
        raise ParameterError(
            f"final_size={final_size} must be at least initial_size={initial_size}"
        )
    beyond = (final_size - initial_size) % increment
    if beyond:
        below = final_size - beyond
        raise ParameterError(
            f"final_size={final_size} is not initial_size={initial_size} plus whole steps of "
            f"increment={increment}; use final_size={below} or {below + increment}"
        )
    return tuple(range(initial_size, final_size + 1, increment))


def within(sizes: Iterable[int], pool: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sort sizes and split them into those that a pool of reviews can fill, and the others.

    Raises
    ------
    DataError
        When it cannot fill any.
    """
    ordered = sorted(sizes)
    kept = tuple(size for size in ordered if size <= pool)
    if not kept:
        raise DataError(
            f"sizes={ordered[0]} and more do not fit into a pool of {max(pool, 0)} reviews "
            "(the corpus less test_size); ask for smaller sizes or bring more reviews"
        )
    return kept, tuple(ordered[len(kept) :])
