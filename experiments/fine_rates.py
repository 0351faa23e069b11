"""Fine rates: collapse rates of 0 to 10% in steps of one, to see whether the smallest matter.

The original study's fifth experiment; its own code never ran 10%, this does. `preset=seed` has its
20 repetitions.
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
    presets: ClassVar[Presets] = {"seed": {"repetitions": (20,)}}
    rates: growing.Rates = growing.percent(0, 10)
    initial_size: growing.InitialSizes = (1_000,)
    increment: growing.Increments = (100,)
    final_size: growing.FinalSizes = (10_000,)
    log_models: LogModels = "milestones"
    preset: Preset = "none"


run = partial(growing.run, "fine_rates")

if __name__ == "__main__":
    main(__doc__, Settings, run)
