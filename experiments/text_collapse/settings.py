"""Who writes, and how."""

from typing import Annotated, ClassVar

from pydantic import Field

from mc import plugins
from mc.engine.common import (
    BackendSettings,
    DataSettings,
    LogModels,
    PrecisionSettings,
    RunSettings,
)
from mc.settings import OneOf, Presets

FALSE_ALARMS = 0.1
CURES = ("none", "fresh:0.1", "detector", "edit:0.99", "truncate:0.9", "surprise:0.5", "golden")


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
        "preset",
    )
    presets: ClassVar[Presets] = {
        "neural": {
            "generator": "transformer",
            "rates": (0.0, 1.0),
            "regimes": ("replace", "accumulate"),
            "reviews": 1_000,
            "generations": 3,
            "longest": 40,
            "test_size": 2_000,
            "repetitions": 3,
            "measures": "standard",
        },
        "cures": {
            "rates": (0.0, 0.75),
            "regimes": ("replace", "accumulate"),
            "cure": CURES,
            "reviews": 1_000,
            "generations": 5,
            "test_size": 5_000,
            "repetitions": 10,
        },
    }
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.5, 1.0),
        description="shares of each generation's new reviews that the one before has written",
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("replace", "accumulate", "subsample"), description="what a generation trains on"
    )
    reviews: int = Field(2_500, ge=2, description="new reviews of each generation")
    generations: int = Field(10, ge=1, le=1_000, description="generations after the first")
    generator: Annotated[str, OneOf(plugins.names("generators"))] = Field(
        "ngram", description="what writes; transformer needs the extra `neural`"
    )
    generator_params: str = Field(
        "", description="settings of the generator, as name=value,...; or a preset's name"
    )
    decoding: tuple[str, ...] = Field(
        ("sample",),
        description="how words are chosen: sample, greedy, top_k:50, nucleus:0.9 or beam:5",
    )
    temperature: tuple[Annotated[float, Field(ge=0.05, le=20)], ...] = Field(
        (1.0,), description="of writing: word probabilities to the power 1 / temperature"
    )
    repetition_penalty: float = Field(
        1.0,
        ge=0.1,
        le=10,
        description="power of the probabilities of words that a text has already; 1: none",
    )
    prompt: int = Field(
        0,
        ge=0,
        le=100,
        description="words of a human review with which each written text begins",
    )
    longest: int = Field(
        0,
        ge=0,
        le=1_000,
        description="words of a text at most, human ones included; 0: human ones as they are",
    )
    cure: tuple[str, ...] = Field(
        ("none",),
        description="what is done to texts before they are read: none, fresh:0.1, detector, "
        "edit:0.99, truncate:0.9, surprise:0.5 or golden; none is always there",
    )
    test_size: int = Field(
        10_000, ge=2, description="held-out human reviews, drawn anew a replicate"
    )
    measures: Annotated[str, OneOf(("basic", "standard"))] = Field(
        "basic", description="standard: MAUVE, Vendi score, self-BLEU and others, too"
    )
    embedding: Annotated[str, OneOf(plugins.names("embeddings"))] = Field(
        "lsa", description="of measures=standard; wordllama needs the extra `text`"
    )
    repetitions: int = Field(
        3, ge=1, le=10_000, description="independent replicates of each condition"
    )
    false_alarms: float = Field(
        FALSE_ALARMS,
        ge=0.001,
        le=0.5,
        description="probability that a measure is called an early sign though nothing is wrong",
    )
    log_models: LogModels = "last"
    preset: Annotated[str, OneOf(("none", "neural", "cures"))] = Field(
        "none",
        description="neural: a small transformer, with few short reviews; cures: all cures",
    )
