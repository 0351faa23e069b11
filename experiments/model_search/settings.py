"""How long is searched, on which reviews."""

from pydantic import Field

from mc.engine.common import BackendSettings, DataSettings, RunSettings

SHARED = ("data", "data_params", "backend", "backend_params", "seed", "jobs", "storage", "fresh")


class Settings(BackendSettings, DataSettings, RunSettings):
    """Declared once; see `mc.settings`."""

    essential = ("data", "backend", "trials", "train_size", "jobs")
    trials: int = Field(40, ge=1, le=10_000, description="settings to try, the defaults first")
    folds: int = Field(5, ge=2, le=100, description="parts of the cross-validation")
    train_size: int = Field(10_000, ge=4, description="human-labelled reviews to search on")
    test_size: int = Field(20_000, ge=2, description="reviews that the search never sees")
    refits: int = Field(
        5, ge=1, le=1000, description="fits of the final comparison, each with its own reviews"
    )
