"""Which systems learn from their own output, and how long."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import RunSettings
from mc.settings import OneOf

SYSTEMS, REGIMES = plugins.names("systems"), plugins.names("regimes")


class Settings(RunSettings):
    """Which systems, and how long."""

    essential = (
        "systems",
        "regimes",
        "rates",
        "generations",
        "chains",
        "repetitions",
        "jobs",
    )
    systems: tuple[Annotated[str, OneOf(SYSTEMS)], ...] = Field(
        plugins.own("systems"), description="files in mc/lineage/systems"
    )
    regimes: tuple[Annotated[str, OneOf(REGIMES)], ...] = Field(
        plugins.own("regimes"), description="rows a generation learns from"
    )
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.5, 1.0), description="shares of new rows made by the generation before"
    )
    sample_sizes: tuple[Annotated[int, Field(ge=12, le=100_000)], ...] = Field(
        (50,), description="new rows of each generation"
    )
    generations: int = Field(30, ge=1, le=10_000, description="generations after generation 0")
    chains: int = Field(100, ge=2, le=100_000, description="independent chains of one replicate")
    repetitions: int = Field(
        4, ge=1, le=10_000, description="independent replicates of each condition"
    )
