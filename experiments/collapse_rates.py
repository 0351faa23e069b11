"""Collapse rates: what happens when a share of each increment is labelled by the model itself.

The original study's third experiment: start from human labels, grow by increments of which the
share `rate` gets its labels from the generation before, retrain on everything, and look. Two
growths run side by side, since the rate alone does not decide: a small one, and the original's.
`preset=seed` runs the original's alone.
"""

from functools import partial
from typing import ClassVar

from mc.engine import growing
from mc.engine.command_line import main
from mc.engine.common import Preset
from mc.settings import Presets


class Settings(growing.GrowthSettings):
    """A small growth, then the original study's."""

    essential = (
        "data",
        "backend",
        "rates",
        "repetitions",
        "initial_size",
        "increment",
        "final_size",
        "preset",
    )
    presets: ClassVar[Presets] = {
        "seed": {"initial_size": (50_000,), "increment": (1_000,), "final_size": (80_000,)}
    }
    rates: growing.Rates = growing.percent(0, 100, 10)
    initial_size: growing.InitialSizes = (1_000, 50_000)
    increment: growing.Increments = (500, 1_000)
    final_size: growing.FinalSizes = (10_000, 80_000)
    repetitions: growing.RepetitionsOfEach = (5, 3)
    preset: Preset = "none"


run = partial(growing.run, "collapse_rates")

if __name__ == "__main__":
    main(__doc__, Settings, run)
