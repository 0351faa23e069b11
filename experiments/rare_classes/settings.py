"""Which lineages are bred of classes that differ in frequency."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine import growing
from mc.engine.common import (
    LABELLINGS,
    DataSettings,
    EstimatorSettings,
    LogModels,
    Repetitions,
    RunSettings,
    TestSize,
    VocabularySettings,
)
from mc.settings import OneOf

STRATEGIES = ("fresh_labels", "active", "confidence", "ensemble", "restart", "drop_synthetic")


class Settings(EstimatorSettings, VocabularySettings, DataSettings, RunSettings):
    """Declared once; see `mc.settings`."""

    essential = (
        "data",
        "data_params",
        "imbalance",
        "backend",
        "rates",
        "labellings",
        "strategies",
        "repetitions",
    )
    data_params: str = Field(
        "target=topic",
        description="settings of the data, as name=value,...; of files target=column",
    )
    imbalance: float = Field(
        100.0,
        ge=0,
        le=10_000,
        description="share of the most frequent class over that of the rarest, made by leaving out "
        "rows; 0: classes as frequent as they are",
    )
    rates: growing.Rates = (0.0, 0.3, 1.0)
    labellings: tuple[Annotated[str, OneOf(LABELLINGS)], ...] = Field(
        ("argmax", "sample", "prior"), description="how a model labels rows, all compared"
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("accumulate", "replace", "subsample"),
        description="rows a generation trains on, all compared",
    )
    strategies: tuple[str, ...] = Field(
        STRATEGIES,
        description="recipes tried against the loss, with the first labelling and regime, at the "
        "highest rate; none: no recipe",
    )
    initial_size: growing.InitialSize = 2_000
    increment: growing.Increment = 2_000
    final_size: growing.FinalSize = 14_000
    log_models: LogModels = "last"
    repetitions: Repetitions = 5
    test_size: TestSize = 20_000
