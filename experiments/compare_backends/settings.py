"""Which families are compared, at which rates."""

from typing import Annotated

from pydantic import Field

from mc import plugins
from mc.engine import growing
from mc.engine.common import LABELLINGS, Backends, LineageSettings
from mc.settings import OneOf


class Settings(LineageSettings):
    """Which families are compared."""

    essential = (
        "data",
        "backends",
        "regimes",
        "labellings",
        "rates",
        "repetitions",
        "jobs",
    )
    backends: Backends = Field(
        plugins.own("backends"),
        description="classifier families, each with its defaults; also import paths of estimators",
    )
    regimes: tuple[Annotated[str, OneOf(plugins.names("regimes"))], ...] = Field(
        ("accumulate",), description="rows a generation trains on"
    )
    labellings: tuple[Annotated[str, OneOf(LABELLINGS)], ...] = Field(
        ("argmax", "prior"), description="how a model labels reviews"
    )
    rates: growing.Rates = (0.0, 0.5, 1.0)
    initial_size: growing.InitialSize = 1_000
    increment: growing.Increment = 500
    final_size: growing.FinalSize = 5_000
