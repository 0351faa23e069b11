"""Fine rates: collapse rates of 0 to 10% in steps of one, to see whether the smallest matter.

The original study's fifth experiment; its own code never ran 10%, this does. `preset=seed` has its
20 repetitions.
"""

from dataclasses import replace
from functools import partial

from mc.engine import growing
from mc.engine.command_line import main

parameters = growing.parameters(
    growing.percent(0, 10), initial_size=1_000, increment=100, final_size=10_000
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
presets = {"seed": {"repetitions": 20}}
run = partial(growing.run, "fine_rates")

if __name__ == "__main__":
    main(__doc__, parameters, run, presets)
