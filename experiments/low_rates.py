"""Low rates: collapse rates up to 30% from a small start, where every wrong label counts.

The original study's fourth experiment. `preset=seed` runs all the rates that it published, 0 to
49% in steps of one.
"""

from functools import partial
from typing import ClassVar

from mc.engine import growing
from mc.engine.command_line import main
from mc.engine.common import LogModels, Preset
from mc.settings import Presets


class Settings(growing.GrowthSettings):
    """With the original study's defaults."""

    essential = (
        "data",
        "backend",
        "rates",
        "repetitions",
        "final_size",
        "jobs",
        "preset",
    )
    presets: ClassVar[Presets] = {"seed": {"rates": growing.percent(0, 49)}}
    rates: growing.Rates = growing.percent(0, 30, 3)
    initial_size: growing.InitialSizes = (1_000,)
    increment: growing.Increments = (100,)
    final_size: growing.FinalSizes = (10_000,)
    log_models: LogModels = "milestones"
    preset: Preset = "none"


run = partial(growing.run, "low_rates")

if __name__ == "__main__":
    main(__doc__, Settings, run)
