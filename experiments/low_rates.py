"""Low rates: collapse rates up to 30% from a small start, where every wrong label counts.

The original study's fourth experiment. `preset=seed` runs all the rates that it published, 0 to
49% in steps of one.
"""

from dataclasses import replace
from functools import partial

from mc.engine import growing
from mc.engine.command_line import main

parameters = growing.parameters(
    growing.percent(0, 30, 3), initial_size=1_000, increment=100, final_size=10_000
)
parameters["log_models"] = replace(parameters["log_models"], default="milestones")
essential = (
    "data",
    "backend",
    "rates",
    "repetitions",
    "final_size",
    "jobs",
    "preset",
)  # what MLproject declares
presets = {"seed": {"rates": growing.percent(0, 49)}}
run = partial(growing.run, "low_rates")

if __name__ == "__main__":
    main(__doc__, parameters, run, presets)
