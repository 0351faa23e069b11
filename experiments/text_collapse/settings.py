"""Who writes, and how."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import (
    BackendSettings,
    DataSettings,
    LogModels,
    PrecisionSettings,
    RunSettings,
)
from mc.settings import OneOf


class Settings(BackendSettings, DataSettings, PrecisionSettings, RunSettings):
    """Who writes, and how."""

    essential = (
        "data",
        "rates",
        "regimes",
        "reviews",
        "generations",
        "repetitions",
        "jobs",
    )
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.5, 1.0),
        description="shares of each generation's new reviews that the one before has written",
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("replace", "accumulate", "subsample"), description="what a generation trains on"
    )
    reviews: int = Field(2_500, ge=2, description="new reviews of each generation")
    generations: int = Field(10, ge=1, le=1_000, description="generations after the first")
    order: int = Field(
        3, ge=1, le=8, description="words of the longest sequences that a generator knows"
    )
    temperature: float = Field(
        1.0,
        ge=0.05,
        le=20,
        description="of writing: word probabilities to the power 1 / temperature",
    )
    top_k: int = Field(
        0, ge=0, description="likeliest words among which a generator chooses each; 0: all"
    )
    test_size: int = Field(
        10_000, ge=2, description="held-out human reviews, drawn anew a replicate"
    )
    repetitions: int = Field(
        3, ge=1, le=10_000, description="independent replicates of each condition"
    )
    log_models: LogModels = "last"
