"""Where tolerable rates are searched for, and how surely."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import (
    DEFAULT_MARGIN,
    DataSettings,
    LabelSettings,
    LogModels,
    Margin,
    RegisterSettings,
    RunSettings,
    TestSize,
    VocabularySettings,
)

MIN_RATE = 0.001
SHARED = ("regime", "labelling", "vocabulary", "test_size", "seed", "jobs", "storage", "fresh")
DATA = ("data", "data_params")


class Settings(DataSettings, LabelSettings, VocabularySettings, RegisterSettings, RunSettings):
    """Declared once; see `mc.settings`."""

    essential = (
        "data",
        "backends",
        "sizes",
        "margin",
        "width",
        "budget",
        "jobs",
    )
    backends: tuple[str, ...] = Field(
        ("logistic",),
        description="classifier families, each with settings behind colons: "
        "logistic,lightgbm:fast; of " + ", ".join(plugins.names("backends")),
    )
    sizes: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        (2_000, 6_000), description="reviews of the last generation"
    )
    initial_share: float = Field(
        0.5, ge=0.001, le=0.999, description="share of them with human labels, of generation 0"
    )
    generations: int = Field(4, ge=1, le=1_000, description="equal steps from there to the size")
    margin: Margin = DEFAULT_MARGIN
    confidence: float = Field(
        0.95, ge=0.5, le=0.999999, description="chance that an interval holds at all looks"
    )
    width: float = Field(0.1, ge=0.002, le=1, description="of the interval at which a search ends")
    budget: int = Field(
        100, ge=1, le=1_000_000, description="lineages at most of a search, without controls"
    )
    first_rates: tuple[Annotated[float, Field(ge=MIN_RATE, le=1)], ...] = Field(
        (0.05, 0.2, 0.5, 1.0), description="rates of the first look"
    )
    first_repetitions: int = Field(
        5, ge=3, le=10_000, description="of the first look and the controls"
    )
    controls: bool = Field(
        True,
        description="whether to run noise_control and drop_synthetic at the rates of the first "
        "look",
    )
    grid: int = Field(
        0, ge=0, le=1_000, description="rates of a grid to compare with, at equal cost; 0: none"
    )
    log_models: LogModels = "last"
    test_size: TestSize = 20_000
