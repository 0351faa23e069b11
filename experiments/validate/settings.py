"""Which laws are checked."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine.common import RunSettings
from mc.settings import OneOf

LAWS = plugins.names("experiments.validate.laws")


class Settings(RunSettings):
    """Declared once; see `mc.settings`."""

    essential = ("laws", "chains", "tolerance", "jobs")
    laws: tuple[Annotated[str, OneOf(LAWS)], ...] = Field(
        LAWS, description="files in experiments/validate/laws"
    )
    chains: int = Field(
        10_000,
        ge=2,
        le=10**7,
        description="repetitions of a cheap law; costly ones take a share of them",
    )
    tolerance: float = Field(
        4.0, ge=0.01, le=100, description="standard errors that a law may be missed by"
    )
