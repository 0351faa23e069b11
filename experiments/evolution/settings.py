"""How many individuals live, and on which reviews."""

from typing import ClassVar

from pydantic import Field

from mc.engine.common import BackendSettings, DataSettings, Preset, RunSettings
from mc.settings import Presets

SHARED = ("data", "data_params", "backend", "backend_params")
RUNNING = ("seed", "jobs", "storage", "fresh")


class Settings(BackendSettings, DataSettings, RunSettings):
    """Declared once; see `mc.settings`."""

    essential = (
        "data",
        "backend",
        "population",
        "rate",
        "max_generations",
        "jobs",
        "preset",
    )
    presets: ClassVar[Presets] = {
        "seed": {
            "population": 100,
            "survivors": 10,
            "children": 10,
            "max_generations": 100,
            "patience": 1,
        },
    }
    population: int = Field(40, ge=1, le=10_000, description="individuals of the first generation")
    survivors: int = Field(5, ge=1, description="individuals of a generation that have children")
    children: int = Field(8, ge=1, le=10_000, description="children of each survivor")
    max_generations: int = Field(5, ge=1, le=1000, description="generations of children at most")
    patience: int = Field(
        2,
        ge=1,
        description="generations in a row without a better child that end it; the original: 1",
    )
    rate: float = Field(
        0.05,
        ge=0,
        le=1,
        description="mean collapse rate at the start: share of labels from the parent",
    )
    rate_sd: float = Field(
        0.01, ge=0, le=1, description="standard deviation of the rate's mutation"
    )
    refits: int = Field(
        5, ge=1, le=1000, description="fits of an individual, each with its own reviews"
    )
    train_size: int = Field(10_000, ge=2, description="reviews that a fit is trained on")
    validation_size: int = Field(10_000, ge=2, description="reviews that selection goes by")
    test_size: int = Field(20_000, ge=2, description="reviews that selection never sees")
    preset: Preset = "none"
