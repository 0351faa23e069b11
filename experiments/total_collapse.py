"""Total collapse: from a start of human labels on, the model labels all of its own growth.

The original study's second experiment: collapse starts at 320,000 x 10^(-0.4 n) reviews, and the
set then grows through the same sizes. Sizes that the corpus does not reach are left out, and named.
Rate 0 runs beside rate 1 on the same rows, so that the loss is paired.
"""

from dataclasses import replace

from mc.engine.command_line import main
from mc.engine.common import COMMON, Settings, condition
from mc.engine.grids import run_classifiers
from mc.engine.preparation import reachable
from mc.params import Param

parameters = {
    "sizes": Param(
        tuple(round(320_000 * 10 ** (-0.4 * n)) for n in reversed(range(10))),
        "starts and steps of growth, in reviews; those beyond the corpus are left out",
        low=2,
    ),
    "rates": Param((0.0, 1.0), "shares of the growth that the model labels", low=0.0, high=1.0),
    **COMMON,
}
essential = ("data", "backend", "sizes", "rates", "repetitions", "jobs")  # what MLproject declares


def run(settings: Settings) -> None:
    """Run the stage."""
    sizes = reachable(settings)
    template = condition(settings, sizes)
    conditions = [
        replace(template, sizes=sizes[start:], rate=rate)
        for start in range(max(1, len(sizes) - 1))  # the last size has no growth to label
        for rate in settings["rates"]
    ]
    run_classifiers("total_collapse", settings, conditions, axes=("initial_size", "rate"))


if __name__ == "__main__":
    main(__doc__, parameters, run)
