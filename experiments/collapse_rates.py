"""Collapse rates: what happens when a share of each increment is labelled by the model itself.

The original study's third experiment: start from human labels, grow by increments of which the
share `rate` gets its labels from the generation before, retrain on everything, and look.
"""

from dataclasses import replace

from mc.cli import main
from mc.common import COMMON, Settings, condition, growth
from mc.params import Param
from mc.stage import Grid, run_grid

parameters = {
    "rates": Param(
        tuple(step / 10 for step in range(11)),
        "shares of each increment that the previous generation labels",
        low=0.0,
        high=1.0,
    ),
    "initial_size": Param(50_000, "human-labelled reviews of generation 0", low=2),
    "increment": Param(1_000, "reviews that each generation adds", low=1),
    "final_size": Param(80_000, "reviews of the last generation", low=2),
    **COMMON,
}


def run(settings: Settings) -> None:
    """Run the stage."""
    sizes = growth(*(settings[name] for name in ("initial_size", "increment", "final_size")))
    template = condition(settings, sizes)
    rates = [replace(template, rate=rate) for rate in settings["rates"]]
    run_grid(Grid("collapse_rates", settings, rates))


if __name__ == "__main__":
    main(__doc__, parameters, run)
