"""Collapse rates: what happens when a share of each increment is labelled by the model itself.

The original study's third experiment: start from human labels, grow by increments of which the
share `rate` gets its labels from the generation before, retrain on everything, and look. The
defaults are the original's; several growths run side by side with a size each.
"""

from functools import partial

from mc.engine import growing
from mc.engine.command_line import main


class Settings(growing.GrowthSettings):
    """With the original study's defaults."""

    essential = (
        "data",
        "backend",
        "rates",
        "repetitions",
        "initial_size",
        "increment",
        "final_size",
        "jobs",
    )
    rates: growing.Rates = growing.percent(0, 100, 10)
    initial_size: growing.InitialSizes = (50_000,)
    increment: growing.Increments = (1_000,)
    final_size: growing.FinalSizes = (80_000,)


run = partial(growing.run, "collapse_rates")

if __name__ == "__main__":
    main(__doc__, Settings, run)
