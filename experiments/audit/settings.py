"""What is audited, against what, and how surely."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import BackendSettings, DataSettings, RunSettings
from mc.settings import OneOf

KINDS = ("labels", "texts")  # what a machine has made
SHARED = ("data", "data_params", "backend", "backend_params", "seed", "jobs", "storage", "fresh")


class Settings(BackendSettings, DataSettings, RunSettings):
    """Declared once; see `mc.settings`."""

    essential = (
        "data",
        "suspect",
        "known",
        "sample_size",
        "confidence",
        "detect",
        "jobs",
    )
    suspect: str = Field(
        "", description="path, glob or address of the suspect reviews; empty: a demonstration"
    )
    known: str = Field(
        "", description="path of reviews known to be synthetic; empty: no share is estimated"
    )
    suspect_params: str = Field("", description="settings of suspect and known, as data_params")
    polluted: float = Field(0.1, ge=0, le=1, description="polluted share of the demonstration")
    machine: Annotated[str, OneOf(KINDS)] = Field(
        "labels", description="what a machine made in the demonstration"
    )
    sample_size: int = Field(
        20_000, ge=100, le=10_000_000, description="reviews of each side at most"
    )
    shares: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.05, 0.1, 0.2), description="planted shares that say what can be seen"
    )
    repetitions: int = Field(
        3, ge=1, le=10_000, description="planted audits of each kind and share"
    )
    confidence: float = Field(
        0.95, ge=0.5, le=0.9999, description="of all checks together, and of intervals"
    )
    detect: float = Field(
        0.2, ge=0.001, le=1, description="polluted share that the audit should see"
    )
    power: float = Field(
        0.8, ge=0.05, le=0.999, description="share of such audits that should see it"
    )
    permutations: int = Field(999, ge=19, le=1_000_000, description="draws for a p-value")
    labeller: Annotated[str, OneOf(plugins.names("backends"))] = Field(
        "random_forest", description="the planted machine that labels: a backend"
    )
    labeller_rows: int = Field(
        500, ge=20, le=1_000_000, description="human labels that it learned from"
    )
    writer_rows: int = Field(
        5_000, ge=20, le=1_000_000, description="human reviews that the one that writes read"
    )
