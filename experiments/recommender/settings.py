"""Who is recommended what, and how."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import LogModels, PrecisionSettings, Repetitions, RunSettings
from mc.settings import OneOf


class Settings(PrecisionSettings, RunSettings):
    """Who is recommended what, and how."""

    essential = (
        "epsilons",
        "regimes",
        "generations",
        "ratings",
        "repetitions",
        "jobs",
    )
    epsilons: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.05, 0.2, 1.0), description="shares of the places that show a random item"
    )
    decay: float = Field(
        1.0, ge=0, le=1, description="what epsilon is multiplied by each generation"
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("accumulate", "replace"), description="impressions a generation trains on"
    )
    generations: int = Field(10, ge=1, le=10_000, description="retrainings after generation 0")
    users: int = Field(
        300, ge=20, le=1_000_000, description="users; of a file at most so many, the busiest"
    )
    items: int = Field(
        300, ge=20, le=1_000_000, description="items; of a file at most so many, the most rated"
    )
    list_length: int = Field(10, ge=2, le=1_000, description="items that a list shows")
    rounds: int = Field(10, ge=1, le=1_000, description="lists that each user sees in a generation")
    factors: int = Field(
        5, ge=1, le=200, description="dimensions of the simulated tastes and of the ranker"
    )
    popularity: float = Field(
        0.2, ge=0, le=1, description="share of simulated tastes that all users have in common"
    )
    position_bias: float = Field(
        0.5, ge=0, le=5, description="place j is looked at with probability 1 / j**position_bias"
    )
    ratings: str = Field(
        "", description="path of a file of ratings to take tastes from; empty: simulated tastes"
    )
    user_column: str = Field("", description="its column of users; empty: found by usual names")
    item_column: str = Field("", description="its column of items; empty: found by usual names")
    rating_column: str = Field("", description="its column of ratings; empty: found by usual names")
    log_models: LogModels = "last"
    repetitions: Repetitions = 5
